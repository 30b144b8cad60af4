/// How a protocol tells where a text ends.
package enum Framing: Sendable {
    /// `<lead>text\r\n`: the text contains no line end.
    case line(UInt8)
    /// `<lead>length\r\ntext\r\n`: the text is any bytes.
    case block(UInt8)
}

/// Whole frames in one reservation: header, text and line end stand in one chunk and cost one check for room.
// Safe, throughout: each limit counts the bytes the closure stores, and a header's word may reach beyond the
// header but not beyond the limit.
extension OutputBuffer {
    /// `<lead>number\r\n`.
    package mutating func append(line lead: UInt8, decimal number: Int64) {
        unsafe write(upTo: maxDecimalLength + 3) { unsafe OutputBuffer.writeHeader(lead, number, to: $0) }
    }

    /// `<lead>text\r\n`; the text must not contain a line end.
    package mutating func append(line lead: UInt8, _ text: RawSpan) {
        let count = text.byteCount
        unsafe write(upTo: count &+ 3) { target in
            unsafe target.storeBytes(of: lead, as: UInt8.self)
            unsafe OutputBuffer.copy(text, to: target + 1)
            unsafe target.storeBytes(of: OutputBuffer.lineEnd, toByteOffset: count &+ 1, as: UInt16.self)
            return count &+ 3
        }
    }

    /// `<lead>length\r\nbytes\r\n`.
    package mutating func append(block lead: UInt8, _ bytes: RawSpan) {
        let count = bytes.byteCount
        unsafe write(upTo: count &+ maxDecimalLength + 5) { target in
            let header = unsafe OutputBuffer.writeHeader(lead, Int64(count), to: target)
            unsafe OutputBuffer.copy(bytes, to: target + header)
            unsafe target.storeBytes(of: OutputBuffer.lineEnd, toByteOffset: header &+ count, as: UInt16.self)
            return header &+ count &+ 2
        }
    }

    /// The number's canonical text.
    package mutating func append(_ framing: Framing, decimal number: Int64) {
        unsafe append(framing, upTo: maxDecimalLength) { unsafe writeDecimal(number, to: $0) }
    }

    /// The number as `printf("%.17g")`.
    package mutating func append(_ framing: Framing, double number: Double) {
        unsafe append(framing, upTo: maxDoubleLength) { unsafe writeDouble(number, to: $0) }
    }

    /// The number as people write it: no exponent, up to 17 digits behind the point, no minus in front of
    /// zero.
    package mutating func append(_ framing: Framing, human number: Double) {
        unsafe append(framing, upTo: maxFixedLength(number, fraction: 17)) { target in
            let length = unsafe writeFixed(number, fraction: 17, trimmed: true, to: target)
            let isMinusZero =
                unsafe length == 2 && target.load(fromByteOffset: 1, as: UInt8.self) == UInt8(ascii: "0")
            guard isMinusZero, number <= 0 else { return length }
            unsafe target.storeBytes(of: UInt8(ascii: "0"), as: UInt8.self)
            return 1
        }
    }

    /// A text whose length is known only once it is written: room is left for a header in front of it.
    @inline(__always)
    private mutating func append(
        _ framing: Framing, upTo limit: Int, _ body: (UnsafeMutableRawPointer) -> Int
    ) {
        switch framing {
        case .line(let lead):
            unsafe write(upTo: limit &+ 3) { target in
                unsafe target.storeBytes(of: lead, as: UInt8.self)
                let count = unsafe body(target + 1)
                unsafe target.storeBytes(of: OutputBuffer.lineEnd, toByteOffset: count &+ 1, as: UInt16.self)
                return count &+ 3
            }
        case .block(let lead):
            unsafe write(upTo: limit &+ maxDecimalLength + 5) { target in
                let room = maxDecimalLength + 3
                let count = unsafe body(target + room)
                let header = unsafe OutputBuffer.writeHeader(lead, Int64(count), to: target)
                unsafe (target + header).copyMemory(from: target + room, byteCount: count)
                unsafe target.storeBytes(
                    of: OutputBuffer.lineEnd, toByteOffset: header &+ count, as: UInt16.self)
                return header &+ count &+ 2
            }
        }
    }

    @inline(__always)
    static func copy(_ bytes: RawSpan, to target: UnsafeMutableRawPointer) {
        unsafe bytes.withUnsafeBytes { source in
            if source.count > 0 {
                unsafe target.copyMemory(from: source.baseAddress!, byteCount: source.count)
            }
        }
    }

    /// `\r\n` as it stands in memory.
    static var lineEnd: UInt16 { UInt16(littleEndian: 0x0a0d) }

    /// Writes `<lead>number\r\n` and returns its length; touches up to `maxDecimalLength + 3` bytes.
    ///
    /// Nearly all numbers have one or two digits, and then the header is one word.
    @inline(__always)
    static func writeHeader(
        _ lead: UInt8, _ number: Int64, to target: UnsafeMutableRawPointer
    ) -> Int {
        if number >= 0, number < 10 {
            let word = UInt32(lead) | UInt32(truncatingIfNeeded: number &+ 48) << 8 | 0x0a0d_0000
            unsafe target.storeBytes(of: word.littleEndian, as: UInt32.self)
            return 4
        }
        if number >= 0, number < 100 {
            let pair = UInt64(truncatingIfNeeded: number)
            let tens = (pair &* 103) >> 10
            let ones = pair &- tens &* 10
            let word = UInt64(lead) | (tens &+ 48) << 8 | (ones &+ 48) << 16 | 0x0a_0d00_0000
            unsafe target.storeBytes(of: word.littleEndian, as: UInt64.self)
            return 5
        }
        unsafe target.storeBytes(of: lead, as: UInt8.self)
        let digits = unsafe writeDecimal(number, to: target + 1)
        unsafe target.storeBytes(of: lineEnd, toByteOffset: digits &+ 1, as: UInt16.self)
        return digits &+ 3
    }
}
