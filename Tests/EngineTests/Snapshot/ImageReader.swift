import Bytes

/// Reads the image of a snapshot, as far as Martlet writes such: into one text for each key, equal for equal values.
struct ImageReader {
    /// By database and key.
    private(set) var records: [Int: [String: String]] = [:]
    private let bytes: [UInt8]
    private var position = 0

    /// Traps where the image is not whole.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        precondition(bytes.starts(with: Array("REDIS00".utf8)))
        position = 9
        var database = -1
        var (deadline, annotation): (UInt64?, String?)
        while true {
            let mark = byte()
            switch mark {
            case 255:
                precondition(position == bytes.count, "there is more behind the end")
                return
            case 254: database = length()
            case 251: _ = (length(), length())
            case 250:
                let (name, value) = (text(), text())
                if name == "memcached-item" { annotation = value }
            case 252: deadline = word()
            default:
                let key = text()
                let more = (deadline.map { " until \($0)" } ?? "") + (annotation.map { " with \($0)" } ?? "")
                let value = "\(mark):\(value(mark))" + more
                precondition(records[database, default: [:]].updateValue(value, forKey: key) == nil, "\(key) comes twice")
                (deadline, annotation) = (nil, nil)
            }
        }
    }

    private mutating func value(_ type: UInt8) -> String {
        switch type {
        case 0, 11, 16, 17: return text()
        case 2: return (0 ..< length()).map { _ in text() }.sorted().joined(separator: ",")
        case 4: return (0 ..< length()).map { _ in text() + "=" + text() }.sorted().joined(separator: ",")
        case 5: return (0 ..< length()).map { _ in text() + "=\(word())" }.sorted().joined(separator: ",")
        case 18: return (0 ..< length()).map { _ in "\(length())|" + text() }.joined(separator: ",")
        case 24: return "\(word())" + (0 ..< length()).map { _ in "\(length())|" + text() + "=" + text() }.sorted().joined(separator: ",")
        case 25: return "\(word())" + text()
        default: preconditionFailure("type \(type) at \(position)")
        }
    }

    private mutating func byte() -> UInt8 {
        position += 1
        return bytes[position - 1]
    }

    private mutating func word() -> UInt64 { (0 ..< 8).reduce(0) { $0 | UInt64(byte()) << UInt64($1 * 8) } }

    private mutating func length() -> Int {
        let first = byte()
        switch first >> 6 {
        case 0: return Int(first)
        case 1: return Int(first & 63) << 8 | Int(byte())
        default:
            precondition(first == 0x80 || first == 0x81)
            return (0 ..< (first == 0x80 ? 4 : 8)).reduce(0) { value, _ in value << 8 | Int(byte()) }
        }
    }

    /// A string in Latin 1, so that any bytes have one.
    private mutating func text() -> String {
        if bytes[position] >> 6 == 3 {
            let form = byte()
            switch form & 63 {
            case 0: return String(Int8(bitPattern: byte()))
            case 1: return String(Int16(bitPattern: UInt16(byte()) | UInt16(byte()) << 8))
            case 2: return String(Int32(bitPattern: (0 ..< 4).reduce(0) { $0 | UInt32(byte()) << UInt32($1 * 8) }))
            default:
                let compressed = length()
                var output = ByteBuffer()
                output.append(repeating: 0, count: length())
                let input = Array(bytes[position ..< position + compressed])
                position += compressed
                var span = output.mutableBytes
                precondition(LZF.decompress(input.bytes, into: &span))
                return ImageReader.latin(output.bytes.array[...])
            }
        }
        let count = length()
        position += count
        return ImageReader.latin(bytes[position - count ..< position])
    }

    private static func latin(_ bytes: ArraySlice<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
