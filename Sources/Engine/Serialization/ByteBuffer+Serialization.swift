import Bytes

/// Lengths, numbers and strings as the RDB format has them.
extension ByteBuffer {
    /// A length, in as few bytes as it takes:
    ///
    ///     00xxxxxx                      6 bits
    ///     01xxxxxx + 1                  14 bits, the highest first
    ///     10000000 + 4                  32 bits, the highest byte first
    ///     10000001 + 8                  64 bits, the highest byte first
    mutating func append(length: Int) {
        let value = UInt64(length)
        if value < 1 << 6 {
            append(UInt8(value))
        } else if value < 1 << 14 {
            append(UInt8(value >> 8) | 0x40)
            append(UInt8(truncatingIfNeeded: value))
        } else if value < 1 << 32 {
            append(0x80)
            append(halfWord: UInt32(value).byteSwapped)
        } else {
            append(0x81)
            append(word: value.byteSwapped)
        }
    }

    /// Bytes that `append(length:)` adds.
    static func size(ofLength length: Int) -> Int {
        length < 1 << 6 ? 1 : length < 1 << 14 ? 2 : length < 1 << 32 ? 5 : 9
    }

    /// An integer: in two, three or five bytes where 32 bits hold it, otherwise as its text.
    mutating func append(serialized integer: Int64) {
        if append(shortInteger: integer) { return }
        let text = NumberText(integer)
        append(length: text.count)
        append(text.bytes)
    }

    private mutating func append(shortInteger integer: Int64) -> Bool {
        if let small = Int8(exactly: integer) {
            append(0xC0 | StringForm.int8)
            append(UInt8(bitPattern: small))
        } else if let medium = Int16(exactly: integer) {
            append(0xC0 | StringForm.int16)
            append(UInt8(truncatingIfNeeded: medium))
            append(UInt8(truncatingIfNeeded: medium >> 8))
        } else if let large = Int32(exactly: integer) {
            append(0xC0 | StringForm.int32)
            append(halfWord: UInt32(bitPattern: large))
        } else {
            return false
        }
        return true
    }

    /// A string: as an integer where its text is the plain form of one of 32 bits, compressed where that is wanted and
    /// saves something, otherwise as it is.
    mutating func append(serialized text: RawSpan, compressing: Bool) {
        let count = text.byteCount
        if append(textOfInteger: text) || (compressing && append(compressed: text)) { return }
        append(length: count)
        append(text)
    }

    /// Texts of this length at most may be written as integers: an Int32 has no more.
    static var longestInteger: Int { 11 }

    /// Appends a text as an integer; false, and nothing appended, where it is none that 32 bits hold.
    mutating func append(textOfInteger text: RawSpan) -> Bool {
        if text.byteCount > ByteBuffer.longestInteger { return false }
        guard let integer = Int64(decimal: text) else { return false }
        return append(shortInteger: integer)
    }

    /// Shorter texts are not worth compressing, nor is saving fewer bytes than `leastSaved`.
    static var longestUncompressed: Int { 20 }
    private static var leastSaved: Int { 4 }

    /// Appends a text in compressed form; false, and nothing appended, where that saves too little.
    ///
    /// The lengths in front are known only afterwards, so room is left for the longest they may be; it is seldom too
    /// much, and then what was compressed moves by a byte or three.
    mutating func append(compressed text: RawSpan) -> Bool {
        let count = text.byteCount
        if count <= ByteBuffer.longestUncompressed { return false }
        let room = count &- ByteBuffer.leastSaved
        let begin = self.count
        let reserved = 1 &+ ByteBuffer.size(ofLength: room) &+ ByteBuffer.size(ofLength: count)
        append(repeating: 0, count: reserved &+ room)
        var output = mutableBytes
        guard let written = LZF.compress(text, into: &output, at: begin &+ reserved) else {
            truncate(to: begin)
            return false
        }
        // The header is put together behind the text, and moved to its front.
        let end = begin &+ reserved &+ written
        truncate(to: end)
        append(compressedHeader: written, of: count)
        let size = self.count &- end
        var whole = mutableBytes
        whole.move(end ..< end &+ size, to: begin &+ reserved &- size)
        truncate(to: end)
        if size < reserved { remove(begin ..< begin &+ reserved &- size) }
        return true
    }

    /// What stands in front of a compressed text: that it is one, its length and that of what it stands for.
    mutating func append(compressedHeader compressed: Int, of length: Int) {
        append(0xC0 | StringForm.compressed)
        append(length: compressed)
        append(length: length)
    }
}
