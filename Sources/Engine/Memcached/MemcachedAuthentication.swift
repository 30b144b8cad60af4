import Bytes
import Wire

/// Names and passwords, as `memcached -Y` reads them: a file of lines `name:password`.
///
/// A client that must give them sends them as the block of a `set`, whatever its key: `set auth 0 0 9\r\nname pass\r\n`.
/// Until then it is told nothing else.
extension Context {
    mutating func authenticate(
        _ request: inout MemcachedRequest, _ client: MemcachedClient, _ reply: inout ReplyWriter
    ) -> MemcachedOutcome {
        guard request.count >= 5, request.isWord(0, "set"), let size = MemcachedNumber.unsigned32(request[4]) else {
            request.reply("CLIENT_ERROR unauthenticated", &reply)
            return .done
        }
        let length = Int(size)
        if length > Context.longestCredentials {
            request.reply("CLIENT_ERROR bad authentication token format", &reply)
            return .drops(length + 2)
        }
        guard let block = request.block(length) else { return .awaits(request.missing(length)) }
        if !request.hasBlockEnd(length) {
            request.reply("CLIENT_ERROR bad command line termination", &reply)
            return .took(length + 2)
        }
        let words = block.text.split(separator: " ")
        if words.count < 2 {
            request.reply("CLIENT_ERROR bad authentication token format", &reply)
            return .took(length + 2)
        }
        memcached.statistics.authentications &+= 1
        if accepts(String(words[0]), String(words[1])) {
            client.isAuthenticated = true
            request.reply("STORED", &reply)
        } else {
            memcached.statistics.authenticationErrors &+= 1
            request.reply("CLIENT_ERROR authentication failure", &reply)
        }
        return .took(length + 2)
    }

    /// Closes memcached's clients: a password is asked for from now on, and they cannot give it.
    mutating func dismissMemcachedClients() {
        for session in sessions.byID.values where session.memcached != nil {
            session.ending = .now
            wake(session)
        }
    }

    /// Longest name and password taken from somebody unknown.
    private static let longestCredentials = 2048

    /// Whether the two belong together. Takes the same time however much of the password is right.
    private func accepts(_ name: String, _ password: String) -> Bool {
        guard let expected = memcached.credentials?[name] else { return false }
        let (one, other) = (Array(expected.utf8), Array(password.utf8))
        var difference = one.count ^ other.count
        for index in 0 ..< other.count { difference |= Int(other[index] ^ one[index % max(one.count, 1)]) }
        return difference == 0
    }
}

extension MemcachedService {
    /// What a credentials file says; throws what is wrong with it.
    static func credentials(_ text: String) throws(HostError) -> [String: String] {
        var result: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else {
                throw HostError("a line of the credentials file is not name:password")
            }
            result[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        if result.isEmpty { throw HostError("the credentials file is empty") }
        return result
    }
}
