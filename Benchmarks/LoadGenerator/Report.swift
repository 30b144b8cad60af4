/// Writes a measurement for people or for programs.
struct Report {
    let options: LoadOptions
    let measurement: Measurement
    /// Nanoseconds that preloading took; nil without it.
    let preloadTime: UInt64?

    private var seconds: Double { Double(measurement.elapsed) / 1e9 }
    private var requestsPerSecond: Double { seconds > 0 ? Double(measurement.requests) / seconds : 0 }
    private var clientMicroseconds: Double {
        measurement.requests > 0 ? Double(measurement.clientTime) / 1e3 / Double(measurement.requests) : 0
    }

    private var latency: Measurement.Latency { measurement.latency }
    private var firstError: String { String(decoding: measurement.firstError, as: UTF8.self) }

    var text: String {
        var lines: [String] = []
        if let preloadTime {
            lines.append(
                "preload:    \(options.keys) keys in \(Report.fixed(Double(preloadTime) / 1e9, 2)) s")
        }
        lines.append(
            "workload:   \(options.workload.name), \(options.clients) clients, pipeline \(options.pipeline), "
                + "\(options.keys) keys, \(options.shape.valueSize)-byte values")
        lines.append("requests:   \(measurement.requests) in \(Report.fixed(seconds, 2)) s")
        lines.append("throughput: \(Report.fixed(requestsPerSecond, 0)) requests/s")
        lines.append(
            "latency:    p50 \(latency.p50)  p99 \(latency.p99)  p99.9 \(latency.p999)  "
                + "max \(latency.longest) µs per batch")
        lines.append("client:     \(Report.fixed(clientMicroseconds, 3)) µs of processor time per request")
        lines.append("misses:     \(measurement.misses)")
        lines.append("errors:     \(measurement.errors)" + (measurement.errors > 0 ? " (\(firstError))" : ""))
        return lines.joined(separator: "\n")
    }

    /// One line, its numbers in the units their names end in.
    var json: String {
        var fields: [(String, String)] = [
            ("workload", Report.quoted(options.workload.name)),
            ("clients", "\(options.clients)"),
            ("pipeline", "\(options.pipeline)"),
            ("keys", "\(options.keys)"),
            ("value_size", "\(options.shape.valueSize)"),
            ("requests", "\(measurement.requests)"),
            ("seconds", Report.fixed(seconds, 6)),
            ("requests_per_second", Report.fixed(requestsPerSecond, 1)),
            ("p50_usec", "\(latency.p50)"),
            ("p99_usec", "\(latency.p99)"),
            ("p999_usec", "\(latency.p999)"),
            ("max_usec", "\(latency.longest)"),
            ("client_cpu_usec_per_request", Report.fixed(clientMicroseconds, 4)),
            ("misses", "\(measurement.misses)"),
            ("errors", "\(measurement.errors)"),
        ]
        if measurement.errors > 0 { fields.append(("first_error", Report.quoted(firstError))) }
        if let preloadTime { fields.append(("preload_seconds", Report.fixed(Double(preloadTime) / 1e9, 6))) }
        return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    /// `value` with `places` decimals, rounded half up; values are below 2^53 and not negative.
    static func fixed(_ value: Double, _ places: Int) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((value * Double(scale)).rounded())
        if places == 0 { return "\(scaled)" }
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..<"\u{20}": result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
