/// What memcached's protocol sends for an item, in one reservation.
// Safe, throughout: the limit counts what the closure stores, each number at its longest.
extension OutputBuffer {
    /// `VALUE key flags length[ unique]\r\nbytes\r\n`.
    package mutating func append(item key: RawSpan, flags: UInt32, unique: UInt64?, _ bytes: RawSpan) {
        let limit = 6 &+ key.byteCount &+ 3 &* (maxDecimalLength &+ 1) &+ bytes.byteCount &+ 4
        unsafe write(upTo: limit) { target in
            unsafe OutputBuffer.copy("VALUE ".bytes, to: target)
            unsafe OutputBuffer.copy(key, to: target + 6)
            var end = 6 &+ key.byteCount
            unsafe target.storeBytes(of: 32, toByteOffset: end, as: UInt8.self)
            unsafe end &+= 1 &+ writeDecimal(UInt64(flags), to: target + (end &+ 1))
            unsafe target.storeBytes(of: 32, toByteOffset: end, as: UInt8.self)
            unsafe end &+= 1 &+ writeDecimal(UInt64(bytes.byteCount), to: target + (end &+ 1))
            if let unique {
                unsafe target.storeBytes(of: 32, toByteOffset: end, as: UInt8.self)
                unsafe end &+= 1 &+ writeDecimal(unique, to: target + (end &+ 1))
            }
            unsafe target.storeBytes(of: OutputBuffer.lineEnd, toByteOffset: end, as: UInt16.self)
            unsafe OutputBuffer.copy(bytes, to: target + (end &+ 2))
            end &+= 2 &+ bytes.byteCount
            unsafe target.storeBytes(of: OutputBuffer.lineEnd, toByteOffset: end, as: UInt16.self)
            return end &+ 2
        }
    }

    /// A line that is text already.
    package mutating func append(line text: RawSpan) {
        let count = text.byteCount
        unsafe write(upTo: count &+ 2) { target in
            unsafe OutputBuffer.copy(text, to: target)
            unsafe target.storeBytes(of: OutputBuffer.lineEnd, toByteOffset: count, as: UInt16.self)
            return count &+ 2
        }
    }
}
