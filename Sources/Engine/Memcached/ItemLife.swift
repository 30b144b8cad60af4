/// How long an item is to live, as memcached's clients say it: seconds from now up to thirty days, a moment since 1970
/// beyond that, for ever when 0, not at all when negative.
enum ItemLife: Equatable {
    case forEver
    /// Milliseconds since 1970.
    case until(Int64)
    /// It is gone at once.
    case over

    private static let longestRelative: Int64 = 60 * 60 * 24 * 30

    init(_ seconds: Int32, now: Int64) {
        if seconds == 0 {
            self = .forEver
        } else if seconds < 0 {
            self = .over
        } else if Int64(seconds) <= ItemLife.longestRelative {
            self = .until(now + Int64(seconds) * 1000)
        } else {
            let moment = Int64(seconds) * 1000
            self = moment <= now ? .over : .until(moment)
        }
    }

    /// Whether it ends, and not yet.
    var isLater: Bool {
        if case .until = self { return true }
        return false
    }

    /// The same as a write takes it.
    var change: DeadlineChange {
        switch self {
        case .forEver: .clear
        case .until(let time): .at(time)
        case .over: .clear
        }
    }
}
