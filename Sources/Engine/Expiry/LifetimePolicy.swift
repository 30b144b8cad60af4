import Bytes

/// How long keys live by configuration (`key-lifetime`): for each database or prefix a default, a maximum and a jitter.
///
/// The rule of the longest prefix that a key begins with decides, else that of its database, else the one for all. It is applied when a
/// value is given to a key, which for strings means every SET: without a deadline the key gets the default, a later one than the
/// maximum is moved to that, and the time left is shortened at random by up to so many percent, so that keys that were stored
/// together do not fall due together. TTL answers what came of it. Commands that change a value and keep its deadline do not ask, nor do
/// EXPIRE and PERSIST, nor what brings a key along whole: RESTORE, COPY, RENAME, and loading.
///
/// Costs: nothing without rules; a walk along the key's first bytes with prefixes (`PrefixTree`).
struct LifetimePolicy: ~Copyable {
    typealias Rule = Configuration.LifetimeRule

    private var tree = PrefixTree<Rule>()
    private var byDatabase: [Int: Rule] = [:]
    private var general: Rule?
    private(set) var isEmpty = true

    mutating func adopt(_ rules: [Rule]) {
        self = LifetimePolicy()
        isEmpty = rules.isEmpty
        for rule in rules {
            switch rule.scope {
            case .everywhere: general = rule
            case .database(let number): byDatabase[number] = rule
            case .prefix(let text): tree.insert(Array(text.utf8).bytes, rule)
            }
        }
    }

    private func rule(_ key: RawSpan, _ database: Int) -> Rule? {
        var longest: Rule?
        if tree.count > 0 { tree.visitPrefixes(of: key) { longest = $0 } }
        return longest ?? byDatabase[database] ?? general
    }

    /// The deadline of a key that was to have `deadline`, or none.
    func deadline(
        _ key: RawSpan, _ database: Int, wanted deadline: Int64?, now: Int64, _ random: inout SeededRandom
    ) -> Int64? {
        guard let rule = rule(key, database) else { return deadline }
        var left = deadline.map { $0 > now ? $0 - now : 0 } ?? rule.standard * 1000
        if deadline == nil, rule.standard == 0 {
            if rule.maximum == 0 { return nil }
            left = rule.maximum * 1000
        }
        // One that has passed already is to stay as it is.
        if left == 0 { return deadline }
        if rule.maximum > 0 { left = min(left, rule.maximum * 1000) }
        let play = left / 100 * Int64(rule.jitter)
        if play > 0 { left -= Int64(random.next(below: Int(play) + 1)) }
        let (end, overflows) = now.addingReportingOverflow(left)
        return overflows ? deadline : end
    }
}

extension Keyspace {
    /// What becomes of a deadline change when a string is given to a key.
    @inline(__always)
    mutating func lifetime(_ key: RawSpan, _ place: KeyPlace, _ change: DeadlineChange) -> DeadlineChange {
        lifetimes.isEmpty ? change : regulated(key, place, change)
    }

    private mutating func regulated(_ key: RawSpan, _ place: KeyPlace, _ change: DeadlineChange) -> DeadlineChange {
        let wanted: Int64?
        switch change {
        case .keep where place.exists: return .keep
        case .keep, .clear: wanted = nil
        case .at(let deadline): wanted = deadline
        }
        return lifetimes.deadline(key, selected, wanted: wanted, now: now, &random).map { .at($0) } ?? .clear
    }

    /// The deadline of a key that is made without one.
    @inline(__always)
    mutating func firstDeadline(_ key: RawSpan) -> Int64? {
        lifetimes.isEmpty ? nil : lifetimes.deadline(key, selected, wanted: nil, now: now, &random)
    }
}
