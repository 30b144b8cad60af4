import Bytes
import CAllocations

/// How much memory each command may ask for once everything is warm, and whether it keeps to that.
///
/// Counted are allocations in the data's own memory (the arena and its large blocks) and calls of the heap's
/// allocator by anything in the process, over a thousand commands, in ten batches where nothing else is said. The
/// numbers are those of a release build; without optimisation the compiler allocates for itself. A batch may allocate the chunks its
/// replies fill; a table that grows or shrinks has work to do, which costs a small share of an allocation each. Nothing else is
/// forgiven: an `Array` or a `String` in a command's way is a thousand too many.
struct AllocationBudget {
    struct Row {
        let name: String
        /// Allocations per command for the data.
        let data: Int
        /// What the table's change of size may add, in thousandths of an allocation per command.
        var growth = 0
        /// Brings the engine into the state that is measured.
        let prepare: (EngineDriver) -> Void
        /// The requests of one round; rounds before the measured one warm up.
        let round: (Int) -> [EngineDriver.Batch]
    }

    struct Outcome {
        let name: String
        let dataAllocations, dataAllowed, heapAllocations, heapAllowed: Int

        var isKept: Bool { dataAllocations <= dataAllowed && heapAllocations <= heapAllowed }
    }

    static let commands = 1000
    private static let batches = 10
    private static let warmUps = 3

    /// `commands` requests in batches, each made from its number within the round.
    private static func round(
        in batches: Int = batches, _ make: (Int, inout EngineDriver.Batch) -> Void
    ) -> [EngineDriver.Batch] {
        let size = commands / batches
        return (0 ..< batches).map { number in
            var batch = EngineDriver.Batch()
            for index in number * size ..< (number + 1) * size { make(index, &batch) }
            return batch
        }
    }

    private static let value = String(repeating: "v", count: 64)
    private static let otherValue = String(repeating: "w", count: 64)

    private static func fill(_ driver: EngineDriver, volatile: Bool = false, _ value: String = value) {
        for batch in round({ index, batch in
            if volatile { batch.append("SETEX", "key:\(index)", "1000", value) } else { batch.append("SET", "key:\(index)", value) }
        }) { driver.run(batch) }
    }

    static var rows: [Row] { [
        Row(name: "GET", data: 0) { fill($0) } round: { _ in round { $1.append("GET", "key:\($0)") } },
        Row(name: "GET, each alone", data: 0) { fill($0) } round: { _ in
            round(in: commands) { $1.append("GET", "key:\($0)") }
        },
        Row(name: "GET of a missing key", data: 0) { fill($0) } round: { _ in round { $1.append("GET", "none:\($0)") } },
        Row(name: "GET of an integer", data: 0) { fill($0, "12345") } round: { _ in round { $1.append("GET", "key:\($0)") } },
        Row(name: "SET, same size", data: 0) { fill($0) } round: { number in
            round { $1.append("SET", "key:\($0)", number % 2 == 0 ? otherValue : value) }
        },
        Row(name: "SET, new key", data: 1, growth: 100) { _ in } round: { number in
            round { $1.append("SET", "key:\(number):\($0)", value) }
        },
        Row(name: "SETEX, same size", data: 0) { fill($0, volatile: true) } round: { _ in
            round { $1.append("SETEX", "key:\($0)", "2000", otherValue) }
        },
        Row(name: "INCR", data: 0) { fill($0, "1") } round: { _ in round { $1.append("INCR", "key:\($0)") } },
        Row(name: "MGET of 10", data: 0) { fill($0) } round: { _ in
            round { index, batch in
                let key = { "key:\((index + $0) % commands)" }
                batch.append("MGET", key(0), key(1), key(2), key(3), key(4), key(5), key(6), key(7), key(8), key(9))
            }
        },
        Row(name: "EXPIRE of a volatile key", data: 0) { fill($0, volatile: true) } round: { number in
            round { $1.append("EXPIRE", "key:\($0)", "\(1000 + number)") }
        },
        Row(name: "TTL", data: 0) { fill($0, volatile: true) } round: { _ in round { $1.append("TTL", "key:\($0)") } },
        Row(name: "EXISTS", data: 0) { fill($0) } round: { _ in round { $1.append("EXISTS", "key:\($0)") } },
        Row(name: "STRLEN", data: 0) { fill($0) } round: { _ in round { $1.append("STRLEN", "key:\($0)") } },
        Row(name: "GETRANGE", data: 0) { fill($0) } round: { _ in round { $1.append("GETRANGE", "key:\($0)", "3", "20") } },
        Row(name: "SETBIT", data: 0) { fill($0) } round: { _ in round { $1.append("SETBIT", "key:\($0)", "100", "1") } },
        Row(name: "PING", data: 0) { _ in } round: { _ in round { $1.append("PING") } },
        Row(name: "DEL", data: 0, growth: 100) { driver in
            for number in 0 ... warmUps {
                for batch in round({ $1.append("SET", "key:\(number):\($0)", value) }) { driver.run(batch) }
            }
        } round: { number in round { $1.append("DEL", "key:\(number):\($0)") } },
    ] }

    static func measure(_ row: Row) -> Outcome {
        let driver = EngineDriver()
        row.prepare(driver)
        for number in 0 ..< warmUps { for batch in row.round(number) { driver.run(batch) } }
        driver.settle()
        let batches = row.round(warmUps)
        var chunks = 0
        let (data, heap) = (driver.dataAllocations, heap_allocation_count())
        for batch in batches {
            let replies = driver.run(batch)
            chunks += 1 + (replies > OutputBuffer.firstChunkSize ? 1 + replies / OutputBuffer.chunkSize : 0)
        }
        let heapAfter = heap_allocation_count()
        let growth = commands * row.growth / 1000
        return Outcome(
            name: row.name, dataAllocations: Int(driver.dataAllocations - data), dataAllowed: commands * row.data + growth,
            heapAllocations: Int(heapAfter - heap), heapAllowed: chunks + growth)
    }

    /// Prints what each command takes; false when one takes too much.
    static func check(json: Bool) -> Bool {
        if heap_allocations_are_counted() == 0 { print("This C library's allocator cannot be counted: data only.") }
        let outcomes = rows.map(measure)
        if json {
            let lines = outcomes.map {
                "  {\"command\": \"\($0.name)\", \"data\": \($0.dataAllocations), \"data_allowed\": \($0.dataAllowed), "
                    + "\"heap\": \($0.heapAllocations), \"heap_allowed\": \($0.heapAllowed), \"kept\": \($0.isKept)}"
            }
            print("[\n" + lines.joined(separator: ",\n") + "\n]")
        } else {
            print("Allocations per \(commands) commands, warm (and how many are allowed):")
            print(padded("", 28) + padded("data", 16) + padded("heap, with reply chunks", 28))
            for outcome in outcomes {
                print(
                    padded(outcome.name, 28) + padded("\(outcome.dataAllocations) (\(outcome.dataAllowed))", 16)
                        + padded("\(outcome.heapAllocations) (\(outcome.heapAllowed))", 20)
                        + (outcome.isKept ? "" : "  TOO MANY"))
            }
        }
        return outcomes.allSatisfy(\.isKept)
    }
}

/// Text filled up with spaces to `width`.
func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
