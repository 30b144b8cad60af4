import Glibc

/// Preloads, warms up, measures; in that order, each only if asked for.
func drive(_ options: LoadOptions) throws -> Report {
    var preloadTime: UInt64?
    if options.preload, let preload = options.workload.preload {
        // Few connections and long pipelines fill a server fastest.
        var run = try LoadRun(
            options, requests: [(preload, share: 1)], dialect: options.workload.dialect,
            clients: min(options.clients, 4), pipeline: 256, sequential: true)
        let filled = try run.measure(until: .requests(options.keys))
        if filled.errors > 0 { throw LoadError.preload(String(decoding: filled.firstError, as: UTF8.self)) }
        preloadTime = filled.elapsed
    }
    var run = try LoadRun(
        options, requests: options.workload.requests, dialect: options.workload.dialect,
        clients: options.clients,
        pipeline: options.pipeline, sequential: options.sequential)
    if options.warmUp > 0 { _ = try run.measure(until: .nanoseconds(options.warmUp)) }
    return Report(
        options: options, measurement: try run.measure(until: options.limit), preloadTime: preloadTime)
}

/// Ends the process with a message on standard error.
func fail(_ message: String) -> Never {
    var text = "martlet-load: \(message)\n"
    // Safe: the pointer and length are the text's own.
    _ = text.withUTF8 { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(2)
}

do {
    switch try LoadOptions.parse(Array(CommandLine.arguments.dropFirst())) {
    case .show(let text): print(text)
    case .run(let options):
        let report = try drive(options)
        print(options.json ? report.json : report.text)
        exit(report.measurement.errors > 0 ? 1 : 0)
    }
} catch let failure as LoadOptions.Failure {
    fail("\(failure.message)\n\n\(LoadOptions.usage)")
} catch {
    fail("\(error)")
}
