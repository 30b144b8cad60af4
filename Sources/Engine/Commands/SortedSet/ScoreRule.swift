import Bytes
import Wire

/// Under which conditions ZADD sets a score, and whether it adds to it: NX, XX, GT, LT and INCR, and CH for what it answers.
struct ScoreRule: OptionSet {
    let rawValue: UInt8

    static let absent = ScoreRule(rawValue: 1 << 0)
    static let present = ScoreRule(rawValue: 1 << 1)
    static let greater = ScoreRule(rawValue: 1 << 2)
    static let less = ScoreRule(rawValue: 1 << 3)
    static let increment = ScoreRule(rawValue: 1 << 4)
    static let countsChanges = ScoreRule(rawValue: 1 << 5)

    private static let words: [(StaticString, ScoreRule)] = [
        ("nx", .absent), ("xx", .present), ("ch", .countsChanges), ("incr", .increment), ("gt", .greater), ("lt", .less),
    ]

    /// Reads as many options as there are from `index` on, and moves on behind them. Without conditions, GEOADD's are all.
    mutating func take(_ arguments: Arguments, _ index: inout Int, among allowed: ScoreRule = .all) {
        while index < arguments.count {
            guard let (_, rule) = ScoreRule.words.first(where: { allowed.contains($0.1) && arguments.isWord(index, $0.0) })
            else { return }
            insert(rule)
            index += 1
        }
    }

    static let all = ScoreRule(rawValue: 63)

    /// Throws where options exclude each other; `pairs` is the number of scores that follow.
    func check(pairs: Int) throws(CommandError) {
        if isSuperset(of: [.absent, .present]) {
            throw .text("ERR XX and NX options at the same time are not compatible")
        }
        if intersection([.absent, .greater, .less]).rawValue.nonzeroBitCount > 1 {
            throw .text("ERR GT, LT, and/or NX options at the same time are not compatible")
        }
        if contains(.increment), pairs > 1 {
            throw .text("ERR INCR option supports a single increment-element pair")
        }
    }

    /// What became of one member.
    enum Outcome { case added, updated, confirmed, skipped, notANumber }

    /// The score that a member with the score `old`, or none, is to have when `given` is what the client named; `nil` where it is to
    /// be left alone.
    @inline(__always)
    func score(_ old: Double?, _ given: Double, _ outcome: inout Outcome) -> Double? {
        outcome = .skipped
        guard let old else {
            if contains(.present) { return nil }
            outcome = .added
            return given
        }
        if contains(.absent) { return nil }
        let score = contains(.increment) ? old + given : given
        if score.isNaN {
            outcome = .notANumber
            return nil
        }
        if contains(.less), score >= old { return nil }
        if contains(.greater), score <= old { return nil }
        outcome = score == old ? .confirmed : .updated
        return score
    }
}

/// Scores set one after the other, and what is answered then.
struct ScoreChanges {
    let rule: ScoreRule
    private var added = 0
    private var updated = 0
    private var processed = 0
    private var last = 0.0

    init(_ rule: ScoreRule) { self.rule = rule }

    /// Sets one score. The place must be that of `key`.
    @inline(__always)
    mutating func set(
        _ member: RawSpan, _ given: Double, in key: RawSpan, _ place: inout KeyPlace, _ keyspace: inout Keyspace,
        _ limits: SortedSetLimits
    ) throws(CommandError) {
        var outcome = ScoreRule.Outcome.skipped
        var score = 0.0
        keyspace.setScore(of: member, in: key, &place, limits) { old in
            let new = rule.score(old, given, &outcome)
            score = new ?? score
            return new
        }
        switch outcome {
        case .added: added &+= 1
        case .updated: updated &+= 1
        case .confirmed: break
        case .skipped: return
        case .notANumber: throw .text("ERR resulting score is not a number (NaN)")
        }
        processed &+= 1
        last = score
    }

    /// Reports the change and answers.
    func finish(_ place: KeyPlace, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter) {
        if added &+ updated > 0, let entry = place.entry {
            keyspace.changed(rule.contains(.increment) ? .zincr : .zadd, entry)
        }
        if rule.contains(.increment) {
            if processed > 0 { reply.double(last) } else { reply.null() }
        } else {
            reply.integer(rule.contains(.countsChanges) ? added &+ updated : added)
        }
    }
}
