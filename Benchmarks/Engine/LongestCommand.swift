import Bytes
import Engine
import Glibc

/// How long the longest single command takes while a table of millions of keys is filled and emptied: whether any of
/// them pays for the size of the data.
///
/// A clock on the wall cannot tell, since the system may run something else in the middle of a command. Two things
/// leave that out. Each command is timed by the processor time of its thread, which stands still while the thread
/// does; the kernel's work for it (faults, changes of mappings) is in it. And the engine is deterministic: with the
/// same seeds the n-th command of a phase does exactly the same work in every run. So a phase is run several times,
/// and what counts of each command is its *shortest* time: an interrupt or a stolen moment would have to strike the
/// same one of millions in every run.
struct LongestCommand {
    let keys: Int
    let runs: Int
    static let limit: UInt32 = 1_000_000

    private enum Phase: String, CaseIterable {
        case insert, overwrite, delete
        case insertVolatile = "insert with a TTL"
        case extend = "new TTL"
        case expire = "expiry, in slices"

        /// The request without its key; volatile ones fall due within 100 seconds of each other.
        var words: (before: [String], behind: [String]) {
            switch self {
            case .insert, .overwrite: (["SET"], ["8 bytes."])
            case .delete: (["DEL"], [])
            case .insertVolatile: (["PSETEX"], ["100000", "8 bytes."])
            case .extend: (["PEXPIRE"], ["200000"])
            case .expire: ([], [])
            }
        }
    }

    /// The shortest time that each command of a phase took, in nanoseconds.
    private final class Record {
        var times: [UInt32]
        init(_ count: Int) { times = Array(repeating: .max, count: count) }

        @inline(__always)
        func note(_ index: Int, _ nanoseconds: UInt64) {
            if index == times.count { times.append(.max) }
            times[index] = min(times[index], UInt32(clamping: nanoseconds))
        }
    }

    /// Prints the longest command of every phase; false when one of them is over the limit.
    func report() -> Bool {
        let records = Phase.allCases.map { _ in Record(0) }
        for _ in 0 ..< runs {
            let driver = EngineDriver()
            for (phase, record) in zip(Phase.allCases, records) {
                if phase == .expire { expire(driver, record) } else { command(phase, driver, record) }
            }
        }
        print(padded("\(keys) keys, \(runs) runs", 28) + padded("commands", 12) + padded("longest", 12) + padded("at", 12)
            + padded("99.99 %", 12) + "over 1 ms")
        var isKept = true
        for (phase, record) in zip(Phase.allCases, records) {
            let times = record.times
            let longest = times.indices.max { times[$0] < times[$1] } ?? 0
            let over = times.count { $0 > LongestCommand.limit }
            let rank = times.sorted()[times.count - 1 - times.count / 10_000]
            print(padded(phase.rawValue, 28) + padded("\(times.count)", 12) + padded("\(times[longest] / 1000) µs", 12)
                + padded("\(longest)", 12) + padded("\(rank / 1000) µs", 12) + "\(over)")
            if over > 0 { isKept = false }
        }
        return isKept
    }

    private func command(_ phase: Phase, _ driver: EngineDriver, _ record: Record) {
        let (before, behind) = phase.words
        var bytes = Array("*\(before.count + behind.count + 1)\r\n".utf8)
        for word in before { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
        bytes += Array("$16\r\nkey:".utf8)
        let digits = bytes.count ..< bytes.count + 12
        bytes += Array("000000000000\r\n".utf8)
        for word in behind { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
        for number in 0 ..< keys {
            var rest = number
            for place in digits.reversed() {
                bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            record.note(number, driver.time(bytes.bytes))
        }
    }

    private func expire(_ driver: EngineDriver, _ record: Record) {
        driver.clock.advance(milliseconds: 1_000_000)
        var number = 0
        while true {
            let (spent, isDone) = driver.timeSlice()
            record.note(number, spent)
            number += 1
            if isDone { break }
        }
        precondition(driver.ask("RANDOMKEY") == "$-1\r\n", "keys outlived their time")
    }
}

extension EngineDriver {
    /// The processor time that one request takes.
    func time(_ request: RawSpan) -> UInt64 {
        engine.beginBatch()
        let start = threadTicks()
        engine.receive(session, request)
        let spent = threadTicks() &- start
        session.withOutput { $0.removeAll() }
        return spent
    }

    /// The processor time of one slice of background work, and whether it was the last.
    func timeSlice() -> (UInt64, Bool) {
        engine.beginBatch()
        let start = threadTicks()
        let isDone = !engine.performSlice()
        return (threadTicks() &- start, isDone)
    }
}

/// Nanoseconds of processor time that this thread has used.
func threadTicks() -> UInt64 {
    var time = timespec()
    // Safe: the call fills the structure and keeps no pointer to it.
    unsafe _ = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
