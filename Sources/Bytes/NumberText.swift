/// The text of one number on the stack: what a reply needs that must tell a text's length before the text, and
/// what a value needs that is stored as bytes.
///
///     let text = NumberText(double: score)
///     output.append(decimal: text.count) … output.append(text.bytes)
@safe
package struct NumberText {
    /// Room for the longest text made here: twenty-odd digits, a point, seventeen more and a sign.
    private static let capacity = 48

    private let storage: InlineArray<48, UInt8>
    package let count: Int

    package var bytes: RawSpan {
        @_lifetime(borrow self) get { storage.bytes.extracting(0 ..< count) }
    }

    // Safe: each initialiser below names a writer of at most `capacity` bytes.
    private init(_ write: (UnsafeMutableRawPointer) -> Int) {
        var storage = InlineArray<48, UInt8>(repeating: 0)
        let count = unsafe withUnsafeMutableBytes(of: &storage) { unsafe write($0.baseAddress!) }
        precondition(count <= NumberText.capacity)
        self.storage = storage
        self.count = count
    }

    /// Canonical decimal text.
    package init(_ value: Int64) { unsafe self.init { unsafe writeDecimal(value, to: $0) } }

    /// Canonical decimal text.
    package init(_ value: UInt64) { unsafe self.init { unsafe writeDecimal(value, to: $0) } }

    /// `%.17g`, how Redis 7.0 replies with a double.
    package init(double value: Double) { unsafe self.init { unsafe writeDouble(value, to: $0) } }

    /// How Redis 7.0 stores a score (see `writeScore`).
    package init(score value: Double) { unsafe self.init { unsafe writeScore(value, to: $0) } }

    /// Digits behind the point as Redis writes distances (see `writeScaled`).
    package init(scaled value: Double, fraction: Int) {
        unsafe self.init { unsafe writeScaled(value, fraction: fraction, to: $0) }
    }

    /// Without an exponent (see `LongDouble.write`); nil where that may take more room than there is here:
    /// for magnitudes far beyond 2^64.
    package init?(human value: LongDouble) {
        if value.maxLength > NumberText.capacity { return nil }
        unsafe self.init { unsafe value.write(to: $0) }
    }

    /// Sixteen lower-case hexadecimal digits, the way DIGEST shows a hash.
    package init(hexadecimal value: UInt64) { unsafe self.init { unsafe writeHexadecimal(value, to: $0) } }

    /// An amount of memory for people: `512B`, `1.05M` (see `writeHumanSize`).
    package init(humanSize value: UInt64) { unsafe self.init { unsafe writeHumanSize(value, to: $0) } }
}
