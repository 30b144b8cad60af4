extension ByteBuffer {
    /// Forgets everything behind the first `length` readable bytes.
    package mutating func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        end = start &+ length
    }
}
