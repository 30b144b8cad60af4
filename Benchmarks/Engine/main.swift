import Glibc

/// Benchmarks of the engine in its own process, without sockets.
///
///     martlet-bench budget [--json]             fails when a command allocates more than it may
///     martlet-bench run [--json] [name …]       nanoseconds per operation; names select by their beginnings
let arguments = CommandLine.arguments.dropFirst()
let asksForJSON = arguments.contains("--json")
let words = arguments.filter { $0 != "--json" }

switch words.first {
case "budget" where words.count == 1:
    exit(AllocationBudget.check(json: asksForJSON) ? 0 : 1)
case "run":
    exit(SpeedBenchmark.runAll(selected: Array(words.dropFirst()), json: asksForJSON) ? 0 : 2)
default:
    print("usage: martlet-bench budget [--json] | martlet-bench run [--json] [name …]")
    exit(2)
}
