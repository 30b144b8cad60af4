/// What INCREX needs beyond adding: bounds, and the difference that was really made.
extension LongDouble: Comparable {
    package static var greatestFiniteMagnitude: LongDouble { LongDouble(value: .greatestFiniteMagnitude) }

    package static func - (left: LongDouble, right: LongDouble) -> LongDouble {
        LongDouble(value: left.value - right.value)
    }

    package static prefix func - (operand: LongDouble) -> LongDouble { LongDouble(value: -operand.value) }

    package static func < (left: LongDouble, right: LongDouble) -> Bool { left.value < right.value }

    package static func == (left: LongDouble, right: LongDouble) -> Bool { left.value == right.value }

    /// The least integer that is not below this number times `factor`; nil beyond 64 bits.
    package func roundedUpInteger(times factor: Int64) -> Int64? {
        Int64(exactly: (value * Storage(factor)).rounded(.up))
    }

    package var isNegative: Bool { value < 0 }
}
