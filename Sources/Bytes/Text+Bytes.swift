extension String {
    /// A view of the UTF-8 bytes.
    package var bytes: RawSpan {
        @_lifetime(borrow self) get {
            // Safe: UInt8 has no padding, so every byte of the storage is initialised.
            unsafe utf8Span.span.bytes
        }
    }
}

extension StaticString {
    /// A view of the UTF-8 bytes, which are part of the program and live as long as it.
    package var bytes: RawSpan {
        @_lifetime(immortal) get {
            // Safe: a static string never moves and is never freed.
            let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(utf8Start), byteCount: utf8CodeUnitCount)
            return unsafe _overrideLifetime(span, copying: ())
        }
    }
}

extension String {
    /// The bytes of text that holds pieces made by `RawSpan.escapedText`.
    package var unescapedBytes: [UInt8] {
        if !unicodeScalars.contains(where: { $0.value >= 0xF780 && $0.value <= 0xF7FF }) { return Array(utf8) }
        var result: [UInt8] = []
        for scalar in unicodeScalars {
            if scalar.value >= 0xF780, scalar.value <= 0xF7FF {
                result.append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                result += Array(String(scalar).utf8)
            }
        }
        return result
    }
}
