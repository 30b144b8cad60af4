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
