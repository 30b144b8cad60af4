import Bytes
import Wire

/// What INCREX is asked to do.
///
/// Redis 8.8 has all of it; NX and XX are Valkey's. Every word may stand only once. Words are read first, then the
/// numbers behind them, because which numbers the bounds must be depends on BYINT and BYFLOAT, wherever these stand.
struct BoundedCountingOptions {
    private(set) var condition = Condition()
    private(set) var expiration = ExpirationOption()
    /// ENX: a deadline that the key has already stays.
    private(set) var onlyWithoutDeadline = false
    private(set) var isFloat = false
    private var saturates = false
    /// Which arguments the numbers are.
    private var increment: Int?
    private var lower: Int?
    private var upper: Int?

    init(_ arguments: Arguments) throws(CommandError) {
        var index = 2
        while index < arguments.count {
            if try expiration.take(arguments, &index, [.persist, .once]) { continue }
            if try condition.take(arguments, &index, [.existence, .once]) { continue }
            if arguments.isWord(index, "saturate"), !saturates {
                saturates = true
            } else if arguments.isWord(index, "enx"), !onlyWithoutDeadline {
                onlyWithoutDeadline = true
            } else if index + 1 == arguments.count {
                throw .syntax
            } else if arguments.isWord(index, "lbound"), lower == nil {
                index += 1
                lower = index
            } else if arguments.isWord(index, "ubound"), upper == nil {
                index += 1
                upper = index
            } else if increment == nil, arguments.isWord(index, "byint") || arguments.isWord(index, "byfloat") {
                isFloat = arguments.isWord(index, "byfloat")
                index += 1
                increment = index
            } else {
                throw .syntax
            }
            index += 1
        }
        if onlyWithoutDeadline, !expiration.namesTime {
            throw expiration.kind == .persist ? .syntax : .text("ERR ENX flag requires an expiration")
        }
    }

    /// The increment, 1 if none was named, and the bounds.
    func integerRange(_ arguments: Arguments) throws(CommandError) -> BoundedIncrement<Int64> {
        var result = BoundedIncrement(by: 1, lower: Int64.min, upper: .max, saturates: saturates)
        if let increment { result.increment = try arguments.integer(increment, orThrow: .argumentNotInteger("Increment")) }
        if let lower { result.lower = try arguments.integer(lower, orThrow: .argumentNotInteger("LBOUND")) }
        if let upper { result.upper = try arguments.integer(upper, orThrow: .argumentNotInteger("UBOUND")) }
        if result.lower > result.upper { throw .crossedBounds }
        return result
    }

    /// The same in floating point; infinite bounds are bounds that nothing finite is within.
    func floatRange(_ arguments: Arguments) throws(CommandError) -> BoundedIncrement<LongDouble> {
        let most = LongDouble.greatestFiniteMagnitude
        var result = BoundedIncrement(by: LongDouble(1 as Int64), lower: -most, upper: most, saturates: saturates)
        if let increment { result.increment = try arguments.longDouble(increment, "Increment") }
        if result.increment.isInfinite { throw .text("ERR BYFLOAT increment cannot be Infinity") }
        if let lower { result.lower = try arguments.longDouble(lower, "LBOUND") }
        if let upper { result.upper = try arguments.longDouble(upper, "UBOUND") }
        if result.lower > result.upper { throw .crossedBounds }
        return result
    }
}

extension Arguments {
    fileprivate func longDouble(_ index: Int, _ name: String) throws(CommandError) -> LongDouble {
        guard let value = LongDouble(text: self[index]) else { throw .argumentNotFloat(name) }
        return value
    }
}

/// An addition whose result must stay within bounds: what leaves them is refused or, when it saturates, the bound.
///
/// Overflow is nothing special: a sum that the type cannot hold is beyond the bound on that side.
struct BoundedIncrement<Number: Comparable> {
    var increment: Number
    var lower: Number
    var upper: Number
    let saturates: Bool

    init(by increment: Number, lower: Number, upper: Number, saturates: Bool) {
        self.increment = increment
        self.lower = lower
        self.upper = upper
        self.saturates = saturates
    }

    /// What becomes of a sum; `overflows` when it is only the nearest to the true one that the type can hold.
    private func settle(_ sum: Number, overflows: Bool) -> Number? {
        if !overflows, sum >= lower, sum <= upper { return sum }
        return saturates ? min(max(sum, lower), upper) : nil
    }
}

extension BoundedIncrement<Int64> {
    /// The sum and what was really added; `nil` where the addition is refused.
    func add(to value: Int64) throws(CommandError) -> (sum: Int64, applied: Int64)? {
        var (sum, overflow) = value.addingReportingOverflow(increment)
        if overflow { sum = increment < 0 ? .min : .max }
        guard let settled = settle(sum, overflows: overflow) else { return nil }
        let (applied, tooFar) = settled.subtractingReportingOverflow(value)
        if tooFar { throw .appliedOverflow }
        return (settled, applied)
    }
}

extension BoundedIncrement<LongDouble> {
    /// The sum and what was really added, rounding included; `nil` where the addition is refused.
    func add(to value: LongDouble) throws(CommandError) -> (sum: LongDouble, applied: LongDouble)? {
        var sum = value + increment
        let overflow = sum.isInfinite
        if overflow { sum = sum.isNegative ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude }
        guard let settled = settle(sum, overflows: overflow) else { return nil }
        let applied = settled - value
        if !applied.isFinite { throw .appliedInfinity }
        return (settled, applied)
    }
}
