import Bytes
import Wire

/// One thing whose time is taken: `work` does `operations` of it, again and again.
struct SpeedBenchmark {
    let name: String
    /// Makes the state and returns the work on it; the result's first part is the number of operations per call.
    let prepare: () -> (operations: Int, work: () -> Void)
    /// Work that uses its state up is done once per preparation.
    var isConsuming = false

    private static let roundNanoseconds: UInt64 = 100_000_000
    private static let rounds = 7

    /// Nanoseconds per operation: the median of several rounds.
    func measure() -> Double {
        var times: [Double] = []
        if isConsuming {
            for _ in 0 ..< 3 {
                let (operations, work) = prepare()
                times.append(SpeedBenchmark.time(work) / Double(operations))
            }
        } else {
            let (operations, work) = prepare()
            work()
            for _ in 0 ..< SpeedBenchmark.rounds {
                var (calls, spent) = (0, 0.0)
                while spent < Double(SpeedBenchmark.roundNanoseconds) {
                    spent += SpeedBenchmark.time(work)
                    calls += 1
                }
                times.append(spent / Double(calls * operations))
            }
        }
        return times.sorted()[times.count / 2]
    }

    private static func time(_ work: () -> Void) -> Double {
        let start = monotonicTicks()
        work()
        return Double(monotonicTicks() - start)
    }

    /// Runs and prints what is selected; false when nothing is.
    static func runAll(selected: [String], json: Bool) -> Bool {
        let chosen = all.filter { benchmark in
            selected.isEmpty || selected.contains { benchmark.name.lowercased().hasPrefix($0.lowercased()) }
        }
        var lines: [String] = []
        for benchmark in chosen {
            let time = benchmark.measure()
            let text = "\(Double(Int((time * 10).rounded())) / 10)"
            if json {
                lines.append("  {\"name\": \"\(benchmark.name)\", \"nanoseconds\": \(text)}")
            } else {
                print(padded(benchmark.name, 44) + text + " ns")
            }
        }
        if json { print("[\n" + lines.joined(separator: ",\n") + "\n]") }
        return !chosen.isEmpty
    }

    static var all: [SpeedBenchmark] { parsing + commands + tables }
}
