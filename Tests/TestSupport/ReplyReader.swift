/// Reads what a server sent, for tests and tools. Strict: whatever the protocol does not allow is an error.
package struct ReplyReader {
    /// Bytes that can be no reply, with the place where that shows.
    package struct Malformed: Error, Equatable {
        package var offset: Int
        package var reason: String
    }

    /// Deeper nesting is refused: no reply needs it, and reading is recursive.
    private static let maxDepth = 128

    private let bytes: [UInt8]
    private var offset: Int

    private init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        offset = start
    }

    /// The reply that begins at `start` and where it ends; nil when not all of it is there.
    package static func read(_ bytes: [UInt8], from start: Int = 0) throws -> (reply: Reply, end: Int)? {
        var reader = ReplyReader(bytes, from: start)
        guard let reply = try reader.reply(depth: 0) else { return nil }
        return (reply, reader.offset)
    }

    /// All replies in `bytes`; an unfinished one at the end is an error.
    package static func readAll(_ bytes: [UInt8]) throws -> [Reply] {
        var replies: [Reply] = []
        var start = 0
        while start < bytes.count {
            guard let (reply, end) = try read(bytes, from: start) else {
                throw Malformed(offset: start, reason: "unfinished reply")
            }
            replies.append(reply)
            start = end
        }
        return replies
    }

    private mutating func reply(depth: Int) throws -> Reply? {
        guard depth < ReplyReader.maxDepth else { throw malformed("nested too deeply") }
        guard offset < bytes.count else { return nil }
        let lead = bytes[offset]
        guard let line = try line() else { return nil }
        switch Character(UnicodeScalar(lead)) {
        case "+": return .simple(line)
        case "-": return .error(line)
        case ":": return .integer(try integer(line))
        case "(": return .bigNumber(line)
        case ",": return .double(try double(line))
        case "#": return .boolean(try boolean(line))
        case "_": return try null(line)
        case "$": return line == "-1" ? .null : try block(line).map { .bulk($0) }
        case "!": return try block(line).map { .bulkError($0) }
        case "=": return try block(line).map { try verbatim($0) }
        case "*": return line == "-1" ? .null : try elements(count(line), depth).map { .array($0) }
        case "~": return try elements(count(line), depth).map { .set($0) }
        case ">": return try elements(count(line), depth).map { .push($0) }
        case "%": return try pairs(count(line), depth).map { .map($0) }
        case "|":
            guard let remarks = try pairs(count(line), depth), let reply = try reply(depth: depth + 1) else {
                return nil
            }
            return .attributed(remarks, reply)
        default: throw malformed("unknown type \(lead)")
        }
    }

    /// The rest of the line behind its first byte.
    private mutating func line() throws -> String? {
        guard let end = bytes[offset...].firstIndex(of: 13), end + 1 < bytes.count else {
            if bytes[offset...].contains(10) { throw malformed("bare line feed") }
            return nil
        }
        guard bytes[end + 1] == 10 else { throw malformed("bare carriage return") }
        let text = bytes[offset + 1 ..< end]
        guard !text.contains(10) else { throw malformed("bare line feed") }
        offset = end + 2
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func block(_ header: String) throws -> [UInt8]? {
        let count = try count(header)
        guard bytes.count - offset >= count + 2 else { return nil }
        guard bytes[offset + count] == 13, bytes[offset + count + 1] == 10 else {
            throw malformed("no line end behind \(count) bytes")
        }
        defer { offset += count + 2 }
        return Array(bytes[offset ..< offset + count])
    }

    private mutating func elements(_ count: Int, _ depth: Int) throws -> [Reply]? {
        var result: [Reply] = []
        for _ in 0 ..< count {
            guard let element = try reply(depth: depth + 1) else { return nil }
            result.append(element)
        }
        return result
    }

    private mutating func pairs(_ count: Int, _ depth: Int) throws -> [Reply.Pair]? {
        var result: [Reply.Pair] = []
        for _ in 0 ..< count {
            guard let key = try reply(depth: depth + 1), let value = try reply(depth: depth + 1) else {
                return nil
            }
            result.append(Reply.Pair(key, value))
        }
        return result
    }

    private func verbatim(_ bytes: [UInt8]) throws -> Reply {
        guard bytes.count >= 4, bytes[3] == UInt8(ascii: ":") else {
            throw malformed("verbatim without a format")
        }
        return .verbatim(format: String(decoding: bytes[..<3], as: UTF8.self), Array(bytes[4...]))
    }

    private func integer(_ text: String) throws -> Int64 {
        guard let value = Int64(text) else { throw malformed("not an integer: \(text)") }
        return value
    }

    private func count(_ text: String) throws -> Int {
        guard let value = Int(text), value >= 0, value <= Int(Int32.max) else {
            throw malformed("not a length: \(text)")
        }
        return value
    }

    private func double(_ text: String) throws -> Double {
        guard let value = Double(text) else { throw malformed("not a number: \(text)") }
        return value
    }

    private func boolean(_ text: String) throws -> Bool {
        guard text == "t" || text == "f" else { throw malformed("not a truth value: \(text)") }
        return text == "t"
    }

    private func null(_ text: String) throws -> Reply {
        guard text.isEmpty else { throw malformed("null with a value: \(text)") }
        return .null
    }

    private func malformed(_ reason: String) -> Malformed { Malformed(offset: offset, reason: reason) }
}
