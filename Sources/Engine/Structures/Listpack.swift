import Bytes

/// A listpack: a sequence of strings and integers in one block of bytes, in the format of Redis 7 (its specification is
/// the comment at the head of https://github.com/antirez/listpack), so that dumps can hold the block as it is.
///
///     0               4           6                              total - 1
///     ┌───────────────┬───────────┬─────────┬─────────┬ … ┬──────┐
///     │ total bytes   │ elements  │ element │ element │   │ 0xFF │
///     └───────────────┴───────────┴─────────┴─────────┴ … ┴──────┘
///       both little-endian; 65535 elements mean "count them"
///
///     element   │ encoding, and what it says of the length │ data │ length of the two before, 7 bits a byte, read backwards │
///
///     0xxxxxxx            0 ... 127                      1110xxxx + 1      text up to 4095 bytes
///     10xxxxxx            text up to 63 bytes            11110000 + 4      text of any length
///     110xxxxx + 1        13 bits, signed                11110001 ... 0100 + 2, 3, 4, 8: an integer of that many bytes
///
/// Positions are offsets into the block: that of the first element, of the one after another, and of the end mark. The functions
/// trap on a position that is not one; bytes from outside are checked with `isValid` before anything else.
///
/// Costs: stepping either way O(1); finding and changing O(n) in the bytes. Memory: two bytes around a short text, which
/// is why a small collection is kept so.
enum Listpack {
    static let headerSize = 6
    /// Bytes of a listpack without elements.
    static let emptySize = 7
    /// The element count that means "too many to be noted here".
    static let unknownCount = 65535

    /// An element: an integer, or the text at a range of the block.
    enum Value: Equatable {
        case integer(Int64)
        case text(Range<Int>)
    }

    // MARK: The block

    /// The number of elements. O(1) below 65,535, else O(n).
    static func count(_ pack: RawSpan) -> Int {
        let noted = Int(pack.byte(4)) | Int(pack.byte(5)) << 8
        if noted != unknownCount { return noted }
        var count = 0
        var position = first
        while !isEnd(pack, position) {
            position = next(pack, position)
            count &+= 1
        }
        return count
    }

    /// Where the first element is, or the end mark of an empty listpack.
    static var first: Int { headerSize }

    @inline(__always)
    static func isEnd(_ pack: RawSpan, _ position: Int) -> Bool { pack.byte(position) == 0xFF }

    /// Where the end mark is.
    static func end(_ pack: RawSpan) -> Int { pack.byteCount &- 1 }

    /// Where the last element is; `nil` in an empty listpack.
    static func last(_ pack: RawSpan) -> Int? { previous(pack, end(pack)) }

    /// Where the element at `index` is, counted from the end if negative; `nil` out of range. O(n), from the nearer end.
    static func position(_ pack: RawSpan, of index: Int) -> Int? {
        let count = count(pack)
        let index = index < 0 ? count &+ index : index
        if index < 0 || index >= count { return nil }
        if index <= count / 2 {
            var position = first
            for _ in 0 ..< index { position = next(pack, position) }
            return position
        }
        var position = end(pack)
        for _ in index ..< count {
            guard let before = previous(pack, position) else { return nil }
            position = before
        }
        return position
    }

    // MARK: Elements

    /// Bytes of the encoding and data of the element at `position`, without the length behind them.
    @inline(__always)
    static func bodySize(_ pack: RawSpan, _ position: Int) -> Int {
        let byte = pack.byte(position)
        if byte < 0x80 { return 1 }
        if byte < 0xC0 { return 1 &+ Int(byte & 0x3F) }
        return largeBodySize(pack, position, byte)
    }

    private static func largeBodySize(_ pack: RawSpan, _ position: Int, _ byte: UInt8) -> Int {
        switch byte {
        case 0xC0 ... 0xDF: 2
        case 0xE0 ... 0xEF: 2 &+ (Int(byte & 0x0F) << 8 | Int(pack.byte(position &+ 1)))
        case 0xF0: 5 &+ Int(pack.halfWord(at: position &+ 1))
        case 0xF1: 3
        case 0xF2: 4
        case 0xF3: 5
        case 0xF4: 9
        default: preconditionFailure("no listpack element at \(position)")
        }
    }

    /// Bytes of the whole element at `position`.
    @inline(__always)
    static func size(_ pack: RawSpan, _ position: Int) -> Int {
        let body = bodySize(pack, position)
        return body &+ backLengthSize(body)
    }

    /// Where the element behind the one at `position` is, or the end mark.
    @inline(__always)
    static func next(_ pack: RawSpan, _ position: Int) -> Int { position &+ size(pack, position) }

    /// Where the element in front of `position` is; `nil` at the first.
    static func previous(_ pack: RawSpan, _ position: Int) -> Int? {
        if position <= headerSize { return nil }
        var at = position &- 1
        var body = 0
        var shift = 0
        while true {
            let byte = pack.byte(at)
            body |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { break }
            at &-= 1
            shift &+= 7
        }
        return position &- body &- backLengthSize(body)
    }

    /// The element at `position`.
    @inline(__always)
    static func value(_ pack: RawSpan, _ position: Int) -> Value {
        let byte = pack.byte(position)
        if byte < 0x80 { return .integer(Int64(byte)) }
        if byte < 0xC0 { return .text(position &+ 1 ..< position &+ 1 &+ Int(byte & 0x3F)) }
        return largeValue(pack, position, byte)
    }

    private static func largeValue(_ pack: RawSpan, _ position: Int, _ byte: UInt8) -> Value {
        switch byte {
        case 0xC0 ... 0xDF:
            let bits = Int64(byte & 0x1F) << 8 | Int64(pack.byte(position &+ 1))
            return .integer((bits << 51) >> 51)
        case 0xE0 ... 0xEF: return .text(position &+ 2 ..< position &+ bodySize(pack, position))
        case 0xF0: return .text(position &+ 5 ..< position &+ bodySize(pack, position))
        default:
            let bytes = bodySize(pack, position) &- 1
            var bits: UInt64 = 0
            for i in 0 ..< bytes { bits |= UInt64(pack.byte(position &+ 1 &+ i)) << UInt64(8 &* i) }
            let unused = Int64(64 &- 8 &* bytes)
            return .integer((Int64(bitPattern: bits) << unused) >> unused)
        }
    }

    /// Whether the element at `position` has this text; `integer` is the text's value where it is the plain form of one.
    @inline(__always)
    static func matches(_ pack: RawSpan, _ position: Int, _ text: RawSpan, _ integer: Int64?) -> Bool {
        switch value(pack, position) {
        case .integer(let value): value == integer
        case .text(let range): range.count == text.byteCount && pack.extracting(range).equals(text)
        }
    }

    /// The first element with this text among those at `position` and every `step`th behind it; `nil` if there is none.
    /// O(n).
    static func find(_ pack: RawSpan, _ text: RawSpan, from position: Int, every step: Int = 1) -> Int? {
        let integer = Listpack.integer(text)
        var position = position
        while !isEnd(pack, position) {
            if matches(pack, position, text, integer) { return position }
            for _ in 0 ..< step {
                if isEnd(pack, position) { return nil }
                position = next(pack, position)
            }
        }
        return nil
    }

    /// The integer as which a text is kept: its plain decimal form, nothing else.
    @inline(__always)
    static func integer(_ text: RawSpan) -> Int64? {
        text.byteCount <= 20 ? Int64(decimal: text) : nil
    }

    /// Bytes of the length behind an element whose body has `body` bytes.
    @inline(__always)
    static func backLengthSize(_ body: Int) -> Int {
        // The largest number of seven bits a byte takes a byte more than it needs, except the first: Redis has it so.
        if body < 1 << 7 { return 1 }
        return body < 1 << 14 - 1 ? 2 : body < 1 << 21 - 1 ? 3 : body < 1 << 28 - 1 ? 4 : 5
    }
}
