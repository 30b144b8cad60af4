import Engine

/// A clock that stands still until the test moves it.
package final class ManualClock: Clock, @unchecked Sendable {
    private var micros: Int64

    /// Starts at a fixed moment of 2026.
    package init(microseconds: Int64 = 1_780_000_000_000_000) { micros = microseconds }

    package func wallMicroseconds() -> Int64 { micros }
    package func monotonicNanoseconds() -> UInt64 { UInt64(micros) &* 1000 }
    package func advance(milliseconds: Int64) { micros += milliseconds * 1000 }
    package func advance(microseconds: Int64) { micros += microseconds }
}
