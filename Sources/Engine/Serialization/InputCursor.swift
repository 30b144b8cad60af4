import Bytes

/// Why reading stops.
enum DecodingStop: Error {
    /// The bytes at hand end in the middle of something; there must be `needed` of them.
    case incomplete(needed: Int)
    /// They are not what they should be.
    case broken(String)
    /// They are what this server does not know.
    case unknown(String)

    /// What is wrong, for the log.
    var reason: String {
        switch self {
        case .incomplete: "it ends in the middle of something"
        case .broken(let what): what
        case .unknown(let what): "\(what) that this server does not know"
        }
    }
}

/// Reads the RDB format's elements one after another out of bytes at hand, which may be a part of a file.
///
/// Nothing is copied and nothing is allocated: a string comes out as where it is (`SerializedText`). A length that claims more than
/// there can ever be is refused at once, so that nobody waits, or makes room, for it.
struct InputCursor: ~Escapable {
    let bytes: RawSpan
    /// Bytes that will follow these, at most.
    private let rest: Int
    private(set) var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, rest: Int = 0) {
        self.bytes = bytes
        self.rest = rest
    }

    /// Bytes at hand that have not been read.
    var count: Int { bytes.byteCount &- position }

    /// Goes back to where something began, to read it again once it is complete.
    mutating func rewind(to position: Int) { self.position = position }

    /// Makes sure that `count` more bytes are at hand.
    @inline(__always)
    func need(_ count: Int) throws(DecodingStop) {
        if count > bytes.byteCount &- position { try miss(count) }
    }

    private func miss(_ count: Int) throws(DecodingStop) {
        let (total, overflow) = position.addingReportingOverflow(count)
        if overflow || total &- bytes.byteCount > rest { throw .broken("it ends in the middle of a value") }
        throw .incomplete(needed: total)
    }

    mutating func byte() throws(DecodingStop) -> UInt8 {
        try need(1)
        position &+= 1
        return bytes.byte(position &- 1)
    }

    /// The next byte, which stays unread.
    func peek() throws(DecodingStop) -> UInt8 {
        try need(1)
        return bytes.byte(position)
    }

    mutating func word() throws(DecodingStop) -> UInt64 {
        try need(8)
        position &+= 8
        return bytes.word(at: position &- 8)
    }

    mutating func halfWord() throws(DecodingStop) -> UInt32 {
        try need(4)
        position &+= 4
        return bytes.halfWord(at: position &- 4)
    }

    mutating func skip(_ count: Int) throws(DecodingStop) {
        try need(count)
        position &+= count
    }

    private mutating func range(_ count: Int) throws(DecodingStop) -> Range<Int> {
        try need(count)
        position &+= count
        return position &- count ..< position
    }

    /// A length, or the form of a string (see `ByteBuffer.append(length:)`).
    @inline(__always)
    private mutating func lengthOrForm() throws(DecodingStop) -> (value: UInt64, isForm: Bool) {
        let first = try byte()
        switch first >> 6 {
        case 0: return (UInt64(first), false)
        case 1: return (UInt64(first & 0x3F) << 8 | UInt64(try byte()), false)
        case 3: return (UInt64(first & 0x3F), true)
        default: break
        }
        if first == 0x80 { return (UInt64(try halfWord().byteSwapped), false) }
        if first == 0x81 { return (try word().byteSwapped, false) }
        throw .broken("a length begins with the byte \(first)")
    }

    /// A number that says how many there are of something, or how long it is.
    @inline(__always)
    mutating func length() throws(DecodingStop) -> Int {
        let (value, isForm) = try lengthOrForm()
        if isForm { throw .broken("there is a string's form where a length should be") }
        guard let length = Int(exactly: value) else { throw .broken("a length of \(value)") }
        return length
    }

    /// A string.
    @inline(__always)
    mutating func text() throws(DecodingStop) -> SerializedText {
        let (value, isForm) = try lengthOrForm()
        if isForm { return try specialText(UInt8(value)) }
        guard let length = Int(exactly: value) else { throw .broken("a string of \(value) bytes") }
        return .plain(try range(length))
    }

    private mutating func specialText(_ form: UInt8) throws(DecodingStop) -> SerializedText {
        switch form {
        case StringForm.int8: return .integer(Int64(Int8(bitPattern: try byte())))
        case StringForm.int16:
            let low = try byte()
            return .integer(Int64(Int16(bitPattern: UInt16(try byte()) << 8 | UInt16(low))))
        case StringForm.int32: return .integer(Int64(Int32(bitPattern: try halfWord())))
        case StringForm.compressed:
            let compressed = try length()
            let length = try length()
            // Three bytes stand for 264 at most, so no claim makes room for more than that.
            if compressed == 0 || length / LZF.largestRatio > compressed { throw .broken("a broken compressed string") }
            return .compressed(try range(compressed), length: length)
        default: throw .broken("a string of the unknown form \(form)")
        }
    }

    /// Reads over a string.
    mutating func skipText() throws(DecodingStop) { _ = try text() }
}

/// A string of the format: where its bytes are, or what stands for them.
enum SerializedText: Equatable {
    case integer(Int64)
    case plain(Range<Int>)
    case compressed(Range<Int>, length: Int)
}
