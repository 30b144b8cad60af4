import Bytes
import Wire

/// The kinds of clients that CLIENT LIST and CLIENT KILL tell apart.
enum ClientType: Equatable {
    case normal, replica, pubsub, primary

    init(_ name: RawSpan) throws(CommandError) {
        if name.equalsIgnoringCase("normal") {
            self = .normal
        } else if name.equalsIgnoringCase("slave") || name.equalsIgnoringCase("replica") {
            self = .replica
        } else if name.equalsIgnoringCase("pubsub") {
            self = .pubsub
        } else if name.equalsIgnoringCase("master") {
            self = .primary
        } else {
            throw .text("ERR Unknown client type '\(name.text)'")
        }
    }
}

/// Which clients CLIENT KILL or CLIENT LIST means; all conditions given must hold.
struct ClientFilter {
    var id: UInt64?
    var address: String?
    var localAddress: String?
    var type: ClientType?
    var user: String?
    /// Seconds that the connection must be old at least.
    var minimumAge: Int64?
    var skipsMe = false

    init() {}

    /// `CLIENT KILL ip:port`: it may be the caller's own.
    init(address: String) { self.address = address }

    /// The option pairs from `start` on.
    init(_ arguments: Arguments, from start: Int) throws(CommandError) {
        skipsMe = true
        var index = start
        while index < arguments.count {
            if index + 1 >= arguments.count { throw .syntax }
            let value = index + 1
            if arguments.isWord(index, "id") {
                let id = try arguments.integer(value, orThrow: .text("ERR client-id should be greater than 0"))
                if id < 1 { throw .text("ERR client-id should be greater than 0") }
                self.id = UInt64(id)
            } else if arguments.isWord(index, "type") {
                type = try ClientType(arguments[value])
            } else if arguments.isWord(index, "addr") {
                address = arguments[value].text
            } else if arguments.isWord(index, "laddr") {
                localAddress = arguments[value].text
            } else if arguments.isWord(index, "user") {
                let name = arguments[value].text
                if name != "default" { throw .text("ERR No such user '\(name)'") }
                user = name
            } else if arguments.isWord(index, "maxage") {
                let age = try arguments.integer(value, orThrow: .text("ERR maxage is not an integer or out of range"))
                if age < 1 { throw .text("ERR maxage should be greater than 0") }
                minimumAge = age
            } else if arguments.isWord(index, "skipme") {
                if arguments.isWord(value, "yes") {
                    skipsMe = true
                } else if arguments.isWord(value, "no") {
                    skipsMe = false
                } else {
                    throw .syntax
                }
            } else {
                throw .syntax
            }
            index += 2
        }
    }

    func matches(_ session: Session, _ context: borrowing Context) -> Bool {
        if let id, session.id != id { return false }
        if let address, session.peerAddress != address { return false }
        if let localAddress, session.localAddress != localAddress { return false }
        if let type, type != session.type { return false }
        if let user, session.userName != user { return false }
        if let minimumAge, (context.now - session.createdAt) / 1000 < minimumAge { return false }
        return !(skipsMe && session === context.session)
    }
}

extension Session {
    var type: ClientType { isSubscriber ? .pubsub : .normal }
}

extension Context {
    /// Holds clients back until `end` (milliseconds since 1970); a pause in force is only ever extended.
    mutating func pause(until end: Int64, all: Bool) {
        if all || pause.allUntil > now {
            pause.allUntil = max(pause.end, end)
            pause.writesUntil = pause.allUntil
        } else {
            pause.writesUntil = max(pause.writesUntil, end)
        }
        conditions.insert(.paused)
    }

    mutating func endPause() {
        pause = Pause()
        conditions.remove(.paused)
        blocked.releasePaused()
    }
}
