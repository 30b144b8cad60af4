import Bytes

/// Whole commands, from the bytes of a request to those of its reply: few keys, which stay in the processor's cache,
/// and a million, which do not; alone, and in pipelines.
extension SpeedBenchmark {
    static var commands: [SpeedBenchmark] {
        let (few, many) = (SharedDriver { filled(100) }, SharedDriver { filled(1_000_000) })
        return [1, 16].flatMap { all(few, keys: 100, "hot", pipeline: $0) }
            + [1, 16, 64].flatMap { all(many, keys: 1_000_000, "1 M keys", pipeline: $0) }
    }

    private static let value = String(repeating: "v", count: 64)

    private static func key(_ number: Int) -> String {
        let digits = String(number)
        return "key:" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// Every key three times: as text, as an integer, and with a deadline.
    private static func filled(_ count: Int) -> EngineDriver {
        let driver = EngineDriver()
        for start in stride(from: 0, to: count, by: 1000) {
            var batch = EngineDriver.Batch()
            for number in start ..< min(count, start + 1000) {
                batch.append("SET", key(number), value)
                batch.append("SET", "n" + key(number), "1000")
                batch.append("SETEX", "t" + key(number), "100000", value)
            }
            driver.run(batch)
        }
        driver.settle()
        return driver
    }

    private static func all(_ shared: SharedDriver, keys: Int, _ label: String, pipeline: Int) -> [SpeedBenchmark] {
        typealias Make = (inout EngineDriver.Batch, () -> Int) -> Void
        let kinds: [(String, Make)] = [
            ("GET", { $0.append("GET", key($1())) }),
            ("SET", { $0.append("SET", key($1()), value) }),
            ("INCR", { $0.append("INCR", "n" + key($1())) }),
            (
                "MGET of 10",
                { batch, next in
                    let keys = (0 ..< 10).map { _ in key(next()) }
                    batch.append("MGET", keys[0], keys[1], keys[2], keys[3], keys[4], keys[5], keys[6], keys[7], keys[8], keys[9])
                }
            ),
            ("SETEX", { $0.append("SETEX", "t" + key($1()), "100000", value) }),
        ]
        return kinds.map { kind, make in
            SpeedBenchmark(name: pipeline == 1 ? "\(kind), \(label), alone" : "\(kind), \(label), pipeline of \(pipeline)") {
                let driver = shared.driver
                var random = SeededRandom(seed: 1)
                let requests = keys > 1000 ? 65536 : 1024
                let batches = (0 ..< requests / pipeline).map { _ in
                    var batch = EngineDriver.Batch()
                    for _ in 0 ..< pipeline { make(&batch) { Int(random.next() % UInt64(keys)) } }
                    return batch
                }
                return (batches.count * pipeline, { for batch in batches { driver.run(batch) } })
            }
        }
    }
}

/// Fills an engine when the first benchmark wants it, and shares it with the others of its kind.
private final class SharedDriver {
    private let make: () -> EngineDriver
    private var made: EngineDriver?

    init(_ make: @escaping () -> EngineDriver) { self.make = make }

    var driver: EngineDriver {
        if made == nil { made = make() }
        return made!
    }
}
