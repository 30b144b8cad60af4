import Bytes

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The text of bytes.
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// What `append` puts into an empty `ByteBuffer`.
func written(_ append: (inout ByteBuffer) -> Void) -> String {
    var buffer = ByteBuffer()
    append(&buffer)
    return buffer.bytes.text
}

/// What `append` puts into an empty `OutputBuffer`.
func sent(_ append: (inout OutputBuffer) -> Void) -> String {
    var buffer = OutputBuffer()
    append(&buffer)
    return text(buffer.copyBytes())
}

extension SeededRandom {
    /// Bytes of any value.
    mutating func bytes(count: Int) -> [UInt8] {
        var result: [UInt8] = []
        for _ in 0 ..< count { result.append(UInt8(next(below: 256))) }
        return result
    }

    /// Bytes out of `alphabet`, as many as a length below `limit` says.
    mutating func bytes(of alphabet: [UInt8], below limit: Int) -> [UInt8] {
        var result: [UInt8] = []
        for _ in 0 ..< next(below: limit) { result.append(alphabet[next(below: alphabet.count)]) }
        return result
    }

    /// A number whose magnitude is as likely to be small as large.
    mutating func anyWidth() -> UInt64 { next() >> UInt64(next(below: 64)) }

    /// A double of any bit pattern.
    mutating func anyDouble() -> Double { Double(bitPattern: next()) }
}

/// Lower-case hexadecimal digits of bytes.
func hex(_ bytes: RawSpan) -> String {
    var buffer = ByteBuffer()
    buffer.append(hexadecimal: bytes)
    return buffer.bytes.text
}

/// 0, 1, 2 … 255, 0 …, the input of many published vectors.
func counting(_ count: Int) -> [UInt8] { (0 ..< count).map { UInt8(truncatingIfNeeded: $0) } }
