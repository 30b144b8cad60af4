import Engine
import Glibc

/// The system's clocks.
final class SystemClock: Clock {
    func wallMicroseconds() -> Int64 {
        let time = SystemClock.read(CLOCK_REALTIME)
        return Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1000
    }

    func monotonicNanoseconds() -> UInt64 {
        let time = SystemClock.read(CLOCK_MONOTONIC)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Blocks the calling thread.
    static func sleep(microseconds: Int64) {
        var wanted = timespec(tv_sec: Int(microseconds / 1_000_000), tv_nsec: Int(microseconds % 1_000_000) * 1000)
        var rest = timespec()
        // Safe: the call reads the first structure and writes the second.
        while unsafe nanosleep(&wanted, &rest) != 0, errno == EINTR { wanted = rest }
    }

    @inline(__always)
    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        // Safe: the call fills the structure and keeps no pointer to it; it cannot fail for these two clocks.
        unsafe _ = clock_gettime(clock, &time)
        return time
    }
}
