import Bytes

/// Amounts of memory in the configuration: stricter than `UInt64(memorySize:)`, which takes what Redis takes, because an amount
/// without digits or beyond what a field holds is a mistake that its writer wants to hear of.
enum SizeText {
    enum Reading: Equatable {
        case bytes(Int)
        /// Well formed, but more than any field can hold.
        case tooLarge
        case malformed
    }

    /// A memory size: digits and one of `b k kb m mb g gb`, letters in any case; the two-letter units are
    /// powers of 1024.
    static func read(_ text: String) -> Reading {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        if digits.isEmpty { return .malformed }
        let multiplier: Int
        switch text.dropFirst(digits.count).lowercased() {
        case "", "b": multiplier = 1
        case "k": multiplier = 1000
        case "kb": multiplier = 1 << 10
        case "m": multiplier = 1_000_000
        case "mb": multiplier = 1 << 20
        case "g": multiplier = 1_000_000_000
        case "gb": multiplier = 1 << 30
        default: return .malformed
        }
        guard let count = Int(digits) else { return .tooLarge }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: multiplier)
        return overflow ? .tooLarge : .bytes(bytes)
    }

    /// The shortest size text with a unit that divides `bytes`, as a configuration file writes it.
    static func write(_ bytes: Int) -> String {
        if bytes > 0 {
            for (unit, name) in [(1 << 30, "gb"), (1 << 20, "mb"), (1 << 10, "kb")] where bytes % unit == 0 {
                return "\(bytes / unit)\(name)"
            }
        }
        return "\(bytes)"
    }
}

extension Int {
    /// A decimal integer exactly as the server would print it: no plus sign, no leading zero, no space.
    init?(decimal text: String) {
        guard let value = Int64(decimal: text.bytes) else { return nil }
        self = Int(value)
    }
}
