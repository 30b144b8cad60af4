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

    /// What is done to the table, or to one value, with each of the numbers.
    enum Phase {
        /// A request for every number, whose twelve digits take the place of `number` wherever it stands.
        case command(String, [String])
        /// All that is volatile falls due; slices.
        case expire
        /// DEL of one key, and the slices in which its value is freed.
        case free(String)

        fileprivate var name: String {
            switch self {
            case .command(let name, _): name
            case .expire: "expiry, in slices"
            case .free(let key): "DEL \(key), in slices"
            }
        }
    }

    private static let number = "000000000000"

    /// Volatile keys fall due within 100 seconds of each other.
    static let keyPhases: [Phase] = [
        .command("insert", ["SET", "key:" + number, "8 bytes."]),
        .command("overwrite", ["SET", "key:" + number, "8 bytes."]),
        .command("delete", ["DEL", "key:" + number]),
        .command("insert with a TTL", ["PSETEX", "key:" + number, "100000", "8 bytes."]),
        .command("new TTL", ["PEXPIRE", "key:" + number, "200000"]),
        .expire,
    ]

    static let valuePhases: [Phase] = [
        .command("RPUSH", ["RPUSH", "list", "elem:" + number]), .free("list"),
        .command("SADD", ["SADD", "set", "elem:" + number]), .free("set"),
        .command("HSET", ["HSET", "hash", "elem:" + number, "8 bytes."]), .free("hash"),
        .command("ZADD", ["ZADD", "sorted", number, "elem:" + number]), .free("sorted"),
    ]

    let phases: [Phase]

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
        let records = phases.map { _ in Record(0) }
        for _ in 0 ..< runs {
            let driver = EngineDriver()
            for (phase, record) in zip(phases, records) {
                switch phase {
                case .command(_, let words): command(words, driver, record)
                case .expire: expire(driver, record)
                case .free(let key): free(key, driver, record)
                }
            }
        }
        print(padded("\(keys), \(runs) runs", 28) + padded("commands", 12) + padded("longest", 12) + padded("at", 12)
            + padded("99.99 %", 12) + "over 1 ms")
        var isKept = true
        for (phase, record) in zip(phases, records) {
            let times = record.times
            let longest = times.indices.max { times[$0] < times[$1] } ?? 0
            let over = times.count { $0 > LongestCommand.limit }
            let rank = times.sorted()[times.count - 1 - times.count / 10_000]
            print(padded(phase.name, 28) + padded("\(times.count)", 12) + padded("\(times[longest] / 1000) µs", 12)
                + padded("\(longest)", 12) + padded("\(rank / 1000) µs", 12) + "\(over)")
            if over > 0 { isKept = false }
        }
        return isKept
    }

    private func command(_ words: [String], _ driver: EngineDriver, _ record: Record) {
        var bytes = Array("*\(words.count)\r\n".utf8)
        var holes: [Range<Int>] = []
        for word in words {
            bytes += Array("$\(word.utf8.count)\r\n\(word)".utf8)
            if word.hasSuffix(LongestCommand.number) { holes.append(bytes.count - 12 ..< bytes.count) }
            bytes += Array("\r\n".utf8)
        }
        for index in 0 ..< keys {
            // Scattered, so that sorted sets grow everywhere: the factor is a prime.
            let number = index &* 15_485_863 % keys
            for hole in holes {
                var rest = number
                for place in hole.reversed() {
                    bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
            }
            record.note(index, driver.time(bytes.bytes))
        }
    }

    private func free(_ key: String, _ driver: EngineDriver, _ record: Record) {
        record.note(0, driver.time(Array("DEL \(key)\r\n".utf8).bytes))
        slices(driver, record, from: 1)
    }

    private func expire(_ driver: EngineDriver, _ record: Record) {
        driver.clock.advance(milliseconds: 1_000_000)
        slices(driver, record, from: 0)
        precondition(driver.ask("RANDOMKEY") == "$-1\r\n", "keys outlived their time")
    }

    private func slices(_ driver: EngineDriver, _ record: Record, from first: Int) {
        var number = first
        while true {
            let (spent, isDone) = driver.timeSlice()
            record.note(number, spent)
            number += 1
            if isDone { break }
        }
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
