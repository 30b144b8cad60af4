import Bytes
import Wire

/// BITCOUNT and BITPOS: questions about a range of a string, which is given in bytes or in bits.
extension BitmapCommands {
    static let bitCount = Command(
        "bitcount", arity: -2, .bitmap, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.6.0", complexity: "O(N)",
        summary: "How many bits of a string, or of a part of it, are set.",
        arguments: "key:key#0 range{start:integer end:integer unit(byte=BYTE|bit=BIT)@7.0.0?}?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        // Without the key nothing that follows it is looked at.
        guard let entry = try keyspace.readString(arguments[1]) else { return reply.integer(0) }
        var range = BitRange(byteCount: keyspace.textLength(entry))
        if arguments.count > 2 {
            if arguments.count != 4, arguments.count != 5 { throw .syntax }
            let start = try arguments.integer(2)
            let end = try arguments.integer(3)
            // Known to be empty whatever the length, and answered before the unit is read.
            if start < 0, end < 0, start > end { return reply.integer(0) }
            if arguments.count == 5 { range.unit = try arguments.bitUnit(4) }
            range.narrow(start, end)
        }
        reply.integer(keyspace.text(entry).populationCount(ofBits: range.bits))
    }

    static let bitPosition = Command(
        "bitpos", arity: -3, .bitmap, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.8.7", complexity: "O(N)",
        summary: "The position of the first set or clear bit of a string, or of a part of it.",
        arguments:
            "key:key#0 bit:integer range{start:integer end-unit-block{end:integer unit(byte=BYTE|bit=BIT)@7.0.0?}?}?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let bit = try arguments.integer(2)
        guard bit == 0 || bit == 1 else { throw .text("ERR The bit argument must be 1 or 0.") }
        // A missing key is an endless row of zeros.
        guard let entry = try keyspace.readString(arguments[1]) else {
            return reply.integer(bit == 1 ? -1 : 0)
        }
        if arguments.count > 6 { throw .syntax }
        var range = BitRange(byteCount: keyspace.textLength(entry))
        if arguments.count > 3 {
            let start = try arguments.integer(3)
            if arguments.count == 6 { range.unit = try arguments.bitUnit(5) }
            range.narrow(start, arguments.count > 4 ? try arguments.integer(4) : -1)
        }
        let bits = range.bits
        if let position = keyspace.text(entry).firstBit(bit == 1, in: bits) {
            reply.integer(position)
        } else {
            // Behind a string whose end was not named there are zeros.
            let continues = bit == 0 && arguments.count < 5 && !bits.isEmpty
            reply.integer(continues ? bits.upperBound : -1)
        }
    }
}

/// A part of a string, as bits, from a start and an end that count from either side.
private struct BitRange {
    enum Unit { case byte, bit }

    let byteCount: Int
    var unit = Unit.byte
    /// The bits of the part; at first, of the whole string.
    private(set) var bits: Range<Int>

    init(byteCount: Int) {
        self.byteCount = byteCount
        bits = 0 ..< byteCount &* 8
    }

    /// Chooses what lies from `start` through `end`; negative ones count back from the end of the string.
    mutating func narrow(_ start: Int64, _ end: Int64) {
        let scale = unit == .bit ? 1 : 8
        let total = byteCount &* (8 / scale)
        let first = max(start < 0 ? Int(start) &+ total : Int(start), 0)
        let last = min(max(end < 0 ? Int(end) &+ total : Int(end), 0), total &- 1)
        bits = first <= last ? first &* scale ..< (last &+ 1) &* scale : 0 ..< 0
    }
}

extension Arguments {
    fileprivate func bitUnit(_ index: Int) throws(CommandError) -> BitRange.Unit {
        if isWord(index, "bit") { return .bit }
        if isWord(index, "byte") { return .byte }
        throw .syntax
    }
}
