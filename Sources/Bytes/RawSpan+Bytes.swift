import Glibc

extension RawSpan {
    /// The byte at `index`, bounds-checked.
    @inlinable @inline(always)
    package func byte(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < byteCount)
        // Safe: the index was checked just above.
        return unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
    }

    /// Whether both spans hold the same bytes. O(n).
    @inlinable
    package func equals(_ other: RawSpan) -> Bool {
        if byteCount != other.byteCount { return false }
        if byteCount == 0 { return true }
        return unsafe withUnsafeBytes { mine in
            unsafe other.withUnsafeBytes { theirs in
                unsafe memcmp(mine.baseAddress!, theirs.baseAddress!, mine.count) == 0
            }
        }
    }

    /// Whether these bytes are `text`, ASCII letters compared without case; `text` must be lower case.
    @inlinable
    package func equalsIgnoringCase(_ text: StaticString) -> Bool {
        if byteCount != text.utf8CodeUnitCount { return false }
        for i in 0 ..< byteCount {
            var byte = byte(i)
            if byte >= 65 && byte <= 90 { byte |= 32 }
            // Safe: `i` is below the static string's length.
            if unsafe byte != text.utf8Start[i] { return false }
        }
        return true
    }

    /// Byte order as `memcmp` and then length: negative, zero or positive.
    package func compare(_ other: RawSpan) -> Int {
        let common = min(byteCount, other.byteCount)
        if common > 0 {
            let order = unsafe withUnsafeBytes { mine in
                unsafe other.withUnsafeBytes { theirs in
                    unsafe memcmp(mine.baseAddress!, theirs.baseAddress!, common)
                }
            }
            if order != 0 { return Int(order) }
        }
        return byteCount - other.byteCount
    }

    /// These bytes as text, every invalid sequence replaced; for messages and logs, never for data.
    package var text: String {
        unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// These bytes as text from which `String.unescapedBytes` gets them back: bytes that are not UTF-8 become characters of
    /// the private use area, as Python's "surrogateescape" does it with surrogates. For errors that quote what a
    /// client sent.
    package var escapedText: String {
        let bytes = array
        let isEscape: (UnicodeScalar) -> Bool = { $0.value >= 0xF780 && $0.value <= 0xF7FF }
        if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isEscape) {
            return text
        }
        var scalars = String.UnicodeScalarView()
        for byte in bytes {
            scalars.append(byte < 0x80 ? UnicodeScalar(byte) : UnicodeScalar(0xF700 + UInt32(byte)) ?? "?")
        }
        return String(scalars)
    }

    /// A copy, for state that outlives the input. O(n).
    package var array: [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }
}

extension [UInt8] {
    /// A view of these bytes.
    package var bytes: RawSpan {
        @_lifetime(borrow self) get {
            // Safe: UInt8 has no padding, so every byte of the storage is initialised.
            unsafe span.bytes
        }
    }
}
