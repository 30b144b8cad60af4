import Glibc

/// Benchmarks of the engine in its own process, without sockets.
///
///     martlet-bench budget [--json]             fails when a command allocates more than it may
///     martlet-bench run [--json] [name …]       nanoseconds per operation; names select by their beginnings
///     martlet-bench longest [keys [runs]]       the longest single command; fails when one is over a millisecond
///     martlet-bench longest-value [n [runs]]    the same for one value of so many elements, which is filled and deleted
let arguments = CommandLine.arguments.dropFirst()
let asksForJSON = arguments.contains("--json")
let words = arguments.filter { $0 != "--json" }

switch words.first {
case "budget" where words.count == 1:
    exit(AllocationBudget.check(json: asksForJSON) ? 0 : 1)
case "run":
    exit(SpeedBenchmark.runAll(selected: Array(words.dropFirst()), json: asksForJSON) ? 0 : 2)
case "longest" where words.count <= 3, "longest-value" where words.count <= 3:
    let numbers = words.dropFirst().map { Int($0) ?? 0 } + [10_000_000, 3].dropFirst(words.count - 1)
    if numbers.contains(where: { $0 <= 0 }) { fallthrough }
    let phases = words.first == "longest" ? LongestCommand.keyPhases : LongestCommand.valuePhases
    exit(LongestCommand(keys: numbers[0], runs: numbers[1], phases: phases).report() ? 0 : 1)
default:
    print("usage: martlet-bench budget [--json] | run [--json] [name …] | longest [keys [runs]] | longest-value [n [runs]]")
    exit(2)
}
