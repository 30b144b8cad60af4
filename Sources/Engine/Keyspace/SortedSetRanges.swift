import Bytes

/// A range of scores, each end with or without the score that it names.
struct ScoreRange {
    var minimum: Double
    var maximum: Double
    var excludesMinimum = false
    var excludesMaximum = false

    /// From one score up to another and without that.
    init(from minimum: Double, below maximum: Double) {
        self.minimum = minimum
        self.maximum = maximum
        excludesMaximum = true
    }

    /// As a client writes it: `1.5`, `(1.5`, `-inf`; `nil` where one of the two is no number.
    init?(_ minimum: RawSpan, _ maximum: RawSpan) {
        guard let low = ScoreRange.bound(minimum), let high = ScoreRange.bound(maximum) else { return nil }
        (self.minimum, excludesMinimum) = low
        (self.maximum, excludesMaximum) = high
    }

    private static func bound(_ text: RawSpan) -> (Double, excludes: Bool)? {
        let excludes = text.byteCount > 0 && text.byte(0) == UInt8(ascii: "(")
        guard let score = Double(bound: text.extracting((excludes ? 1 : 0) ..< text.byteCount)) else { return nil }
        return (score, excludes)
    }

    /// Whether no score can be in it.
    var isEmpty: Bool { minimum > maximum || minimum == maximum && (excludesMinimum || excludesMaximum) }

    @inline(__always)
    func isAtLeastMinimum(_ score: Double) -> Bool { excludesMinimum ? score > minimum : score >= minimum }

    @inline(__always)
    func isAtMostMaximum(_ score: Double) -> Bool { excludesMaximum ? score < maximum : score <= maximum }
}

/// A range of members by their bytes, each end with or without the member that it names, or open.
struct LexRange: ~Escapable {
    private enum Kind { case lowest, highest, including, excluding }

    private let minimum: RawSpan
    private let maximum: RawSpan
    private let minimumKind: Kind
    private let maximumKind: Kind

    /// As a client writes it: `[a`, `(a`, `-`, `+`. Throws `error` where one of the two is none of these.
    @_lifetime(copy minimum, copy maximum)
    init(_ minimum: RawSpan, _ maximum: RawSpan, orThrow error: CommandError) throws(CommandError) {
        minimumKind = try LexRange.kind(minimum, orThrow: error)
        maximumKind = try LexRange.kind(maximum, orThrow: error)
        self.minimum = minimum.extracting(1 ..< minimum.byteCount)
        self.maximum = maximum.extracting(1 ..< maximum.byteCount)
    }

    private static func kind(_ text: RawSpan, orThrow error: CommandError) throws(CommandError) -> Kind {
        guard text.byteCount > 0 else { throw error }
        switch text.byte(0) {
        case UInt8(ascii: "("): return .excluding
        case UInt8(ascii: "["): return .including
        case UInt8(ascii: "-") where text.byteCount == 1: return .lowest
        case UInt8(ascii: "+") where text.byteCount == 1: return .highest
        default: throw error
        }
    }

    /// Whether no member can be in it.
    var isEmpty: Bool {
        if minimumKind == .highest || maximumKind == .lowest { return true }
        if minimumKind == .lowest || maximumKind == .highest { return false }
        let order = minimum.compare(maximum)
        return order > 0 || order == 0 && (minimumKind == .excluding || maximumKind == .excluding)
    }

    @inline(__always)
    func isAtLeastMinimum(_ member: RawSpan) -> Bool {
        switch minimumKind {
        case .lowest: true
        case .highest: false
        case .including: member.compare(minimum) >= 0
        case .excluding: member.compare(minimum) > 0
        }
    }

    @inline(__always)
    func isAtMostMaximum(_ member: RawSpan) -> Bool {
        switch maximumKind {
        case .lowest: false
        case .highest: true
        case .including: member.compare(maximum) <= 0
        case .excluding: member.compare(maximum) < 0
        }
    }
}
