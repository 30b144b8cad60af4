import Bytes
import Wire

/// The kind of an integer in BITFIELD: `i` or `u` and its width, 1 to 64 bits; unsigned ones have at most 63,
/// since replies are signed.
struct BitFieldKind {
    let isSigned: Bool
    let width: Int

    /// Throws on text that names no kind.
    init(_ text: RawSpan) throws(CommandError) {
        let invalid = CommandError.text(
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."
        )
        if text.isEmpty { throw invalid }
        let sign = text.byte(0)
        guard sign == UInt8(ascii: "i") || sign == UInt8(ascii: "u") else { throw invalid }
        isSigned = sign == UInt8(ascii: "i")
        guard let number = Int64(decimal: text.extracting(1 ..< text.byteCount)) else { throw invalid }
        guard number >= 1, number <= (isSigned ? 64 : 63) else { throw invalid }
        width = Int(number)
    }

    var least: Int128 { isSigned ? -(1 << Int128(width - 1)) : 0 }
    var greatest: Int128 { (1 << Int128(isSigned ? width - 1 : width)) - 1 }

    /// The number that a SET means by `value`, before it is made to fit.
    ///
    /// To an unsigned field a negative number is the large one with the same bits, so too large and not too
    /// small. To a signed field it is so as well where Redis's own test overflows, which takes the distance
    /// from the greatest in 64 bits: `SET i8 0 -9223372036854775808` saturates at 127.
    func exact(_ value: Int64) -> Int128 {
        let number = Int128(value)
        if value >= 0 { return number }
        let isLarge = !isSigned || width < 64 && greatest - number > Int128(Int64.max)
        return isLarge ? number + (1 << 64) : number
    }

    /// What the low `width` bits of `bits` say.
    func value(_ bits: UInt64) -> Int64 {
        let unused = UInt64(64 - width)
        return isSigned
            ? Int64(bitPattern: bits << unused) >> Int64(unused)
            : Int64(bitPattern: (bits << unused) >> unused)
    }
}

/// What a SET or INCRBY of BITFIELD does with a number that does not fit.
enum BitFieldOverflow {
    case wrap, saturate, fail

    /// The number to store for `wanted`; nil for none.
    func resolve(_ wanted: Int128, _ kind: BitFieldKind) -> Int64? {
        if wanted >= kind.least, wanted <= kind.greatest { return Int64(wanted) }
        return switch self {
        case .wrap: kind.value(UInt64(truncatingIfNeeded: wanted))
        case .saturate: Int64(wanted < kind.least ? kind.least : kind.greatest)
        case .fail: nil
        }
    }
}

/// One GET, SET or INCRBY of a BITFIELD.
struct BitFieldStep {
    enum Action {
        case get
        case set(Int64)
        case increment(Int64)
    }

    let action: Action
    let kind: BitFieldKind
    let offset: Int
    let overflow: BitFieldOverflow

    /// The last bit that a writing step needs; nil for one that only reads.
    var lastWrittenBit: Int? {
        if case .get = action { return nil }
        return offset &+ kind.width &- 1
    }

    /// The number that replaces `old`, or nil where the overflow says to leave it.
    func replacement(for old: Int64) -> Int64? {
        switch action {
        case .get: nil
        case .increment(let amount): overflow.resolve(Int128(old) + Int128(amount), kind)
        case .set(let value): overflow.resolve(kind.exact(value), kind)
        }
    }
}

/// Reads the steps of a BITFIELD one after the other. They are read twice, first to check them all and then
/// to take them, so that none has to be stored.
struct BitFieldReader {
    private var index = 2
    private var overflow = BitFieldOverflow.wrap
    private let byteLimit: Int

    init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// The next step; nil when there is none. Throws on anything else.
    mutating func next(_ arguments: Arguments) throws(CommandError) -> BitFieldStep? {
        while index < arguments.count {
            let following = arguments.count - index - 1
            if arguments.isWord(index, "get"), following >= 2 {
                let (kind, offset) = try field(arguments)
                index += 3
                return BitFieldStep(action: .get, kind: kind, offset: offset, overflow: overflow)
            }
            let isSet = arguments.isWord(index, "set")
            if isSet || arguments.isWord(index, "incrby"), following >= 3 {
                let (kind, offset) = try field(arguments)
                let number = try arguments.integer(index + 3)
                index += 4
                return BitFieldStep(
                    action: isSet ? .set(number) : .increment(number), kind: kind, offset: offset,
                    overflow: overflow)
            }
            guard arguments.isWord(index, "overflow"), following >= 1 else { throw .syntax }
            overflow = try BitFieldReader.overflow(arguments[index + 1])
            index += 2
        }
        return nil
    }

    private func field(_ arguments: Arguments) throws(CommandError) -> (BitFieldKind, Int) {
        let kind = try BitFieldKind(arguments[index + 1])
        return (kind, try offset(arguments[index + 2], kind))
    }

    /// `7` is bit 7; `#7` is the seventh field of this kind, counted from 0.
    private func offset(_ text: RawSpan, _ kind: BitFieldKind) throws(CommandError) -> Int {
        let counts = !text.isEmpty && text.byte(0) == UInt8(ascii: "#")
        guard let number = Int64(decimal: counts ? text.extracting(1 ..< text.byteCount) : text) else {
            throw .bitOffset
        }
        // As in Redis, a product too large wraps, and is refused unless it lands on a position that there can
        // be.
        let offset = counts ? number &* Int64(kind.width) : number
        guard offset >= 0, offset >> 3 < byteLimit else { throw .bitOffset }
        return Int(offset)
    }

    private static func overflow(_ word: RawSpan) throws(CommandError) -> BitFieldOverflow {
        if word.equalsIgnoringCase("wrap") { return .wrap }
        if word.equalsIgnoringCase("sat") { return .saturate }
        if word.equalsIgnoringCase("fail") { return .fail }
        throw .text("ERR Invalid OVERFLOW type specified")
    }
}
