/// Number, memory-size and glob text for configuration alone, until `Bytes` offers them to everybody; callers
/// depend on nothing but these four functions.
enum InterimText {
    /// A decimal integer exactly as the server would print it: no plus sign, no leading zero, no space.
    static func integer(_ text: some StringProtocol) -> Int? {
        guard let value = Int(text), String(value) == text else { return nil }
        return value
    }

    enum Size: Equatable {
        case bytes(Int)
        /// Well formed, but more than any field can hold.
        case tooLarge
        case malformed
    }

    /// A memory size: digits and one of `b k kb m mb g gb`, letters in any case; the two-letter units are
    /// powers of 1024.
    static func size(_ text: String) -> Size {
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
    static func sizeText(_ bytes: Int) -> String {
        if bytes > 0 {
            for (unit, name) in [(1 << 30, "gb"), (1 << 20, "mb"), (1 << 10, "kb")] where bytes % unit == 0 {
                return "\(bytes / unit)\(name)"
            }
        }
        return "\(bytes)"
    }

    /// Whether `text` matches a pattern of `* ? [a-z] [^a-z] \x`, ASCII letters compared without case.
    ///
    /// O(pattern × text): on a mismatch only the last `*` is tried again, one character further on, because
    /// whatever an earlier `*` could take, the last one can take too.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = pattern.utf8.map(lowercased)
        let text = text.utf8.map(lowercased)
        var at = 0
        var position = 0
        var retry: (at: Int, position: Int)?
        while position < text.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                at += 1
                retry = (at, position)
            } else if let next = matchOne(pattern, at, text[position]) {
                at = next
                position += 1
            } else if let star = retry {
                at = star.at
                position = star.position + 1
                retry = (at, position)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Where the pattern goes on after the element at `at` matched `byte`; nil when it does not match.
    private static func matchOne(_ pattern: [UInt8], _ at: Int, _ byte: UInt8) -> Int? {
        guard at < pattern.count else { return nil }
        switch pattern[at] {
        case UInt8(ascii: "?"):
            return at + 1
        case UInt8(ascii: "["):
            return matchClass(pattern, at + 1, byte)
        case UInt8(ascii: "\\") where at + 1 < pattern.count:
            return pattern[at + 1] == byte ? at + 2 : nil
        default:
            return pattern[at] == byte ? at + 1 : nil
        }
    }

    /// A class whose `[` stands before `start`; one that is never closed ends with the pattern.
    private static func matchClass(_ pattern: [UInt8], _ start: Int, _ byte: UInt8) -> Int? {
        var at = start
        let negated = at < pattern.count && pattern[at] == UInt8(ascii: "^")
        if negated { at += 1 }
        var found = false
        while at < pattern.count, pattern[at] != UInt8(ascii: "]") {
            if pattern[at] == UInt8(ascii: "\\"), at + 1 < pattern.count {
                found = found || pattern[at + 1] == byte
                at += 2
            } else if at + 2 < pattern.count, pattern[at + 1] == UInt8(ascii: "-") {
                let ends = (pattern[at], pattern[at + 2])
                found = found || (min(ends.0, ends.1)...max(ends.0, ends.1)).contains(byte)
                at += 3
            } else {
                found = found || pattern[at] == byte
                at += 1
            }
        }
        return found != negated ? min(at + 1, pattern.count) : nil
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
