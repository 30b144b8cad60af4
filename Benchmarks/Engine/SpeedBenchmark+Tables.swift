/// The table and the expiry wheel under load: growing from nothing, shrinking to nothing, and a crowd falling due.
extension SpeedBenchmark {
    static var tables: [SpeedBenchmark] { [
        SpeedBenchmark(name: "insert of 1 M keys", prepare: inserting, isConsuming: true),
        SpeedBenchmark(name: "delete of 1 M keys", prepare: deleting, isConsuming: true),
        SpeedBenchmark(name: "insert of 1 M volatile keys", prepare: insertingVolatile, isConsuming: true),
        SpeedBenchmark(name: "new deadline for 1 M keys", prepare: rescheduling, isConsuming: true),
        SpeedBenchmark(name: "expiry of 1 M keys due at once", prepare: expiring, isConsuming: true),
    ] }

    private static let count = 1_000_000

    private static func batches(_ make: (Int, inout EngineDriver.Batch) -> Void) -> [EngineDriver.Batch] {
        stride(from: 0, to: count, by: 64).map { start in
            var batch = EngineDriver.Batch()
            for number in start ..< min(count, start + 64) { make(number, &batch) }
            return batch
        }
    }

    private static func setting() -> [EngineDriver.Batch] {
        batches { $1.append("SET", "key:\($0 + 100_000_000_000)", "8 bytes.") }
    }

    private static func settingVolatile() -> [EngineDriver.Batch] {
        batches { $1.append("PSETEX", "key:\($0 + 100_000_000_000)", "\(100_000 + $0 % 1000)", "8 bytes.") }
    }

    private static func running(_ batches: [EngineDriver.Batch], on driver: EngineDriver) -> (operations: Int, work: () -> Void) {
        (count, { for batch in batches { driver.run(batch) } })
    }

    private static func inserting() -> (operations: Int, work: () -> Void) { running(setting(), on: EngineDriver()) }

    private static func deleting() -> (operations: Int, work: () -> Void) {
        let driver = EngineDriver()
        for batch in setting() { driver.run(batch) }
        return running(batches { $1.append("DEL", "key:\($0 + 100_000_000_000)") }, on: driver)
    }

    private static func insertingVolatile() -> (operations: Int, work: () -> Void) {
        running(settingVolatile(), on: EngineDriver())
    }

    private static func rescheduling() -> (operations: Int, work: () -> Void) {
        let driver = EngineDriver()
        for batch in settingVolatile() { driver.run(batch) }
        return running(
            batches { $1.append("PEXPIRE", "key:\($0 + 100_000_000_000)", "\(1000 + $0 % 100_000)") }, on: driver)
    }

    private static func expiring() -> (operations: Int, work: () -> Void) {
        let driver = EngineDriver()
        for batch in settingVolatile() { driver.run(batch) }
        driver.clock.advance(milliseconds: 200_000)
        return (
            count,
            {
                driver.settle()
                precondition(driver.ask("RANDOMKEY") == "$-1\r\n", "keys outlived their time")
            }
        )
    }
}
