import Dispatch
import Engine
import Glibc
import Synchronization

/// The server's log: lines as Redis writes them, or JSON, to standard output or a file.
///
///     4711:M 21 Nov 2026 10:15:30.123 * Ready to accept connections
///
/// Lines are handed to a serial queue, so that a slow disk or terminal never holds the executor up. `flush` waits
/// for all of them.
final class Log: Sendable {
    typealias Level = Configuration.LogLevel
    typealias Format = Configuration.LogFormat

    private struct Output {
        var path: String
        var descriptor: Int32
        var format: Format
    }

    private let queue = DispatchQueue(label: "martlet.log")
    /// The lowest level written, by its place among all.
    private let threshold: Atomic<Int>
    private let output: OutputBox

    /// State that only the queue touches.
    private final class OutputBox: @unchecked Sendable {
        var value: Output
        init(_ value: Output) { self.value = value }
    }

    /// `path` empty means standard output. A file that cannot be opened is reported, and standard output used.
    init(path: String, level: Level, format: Format) {
        threshold = Atomic(Log.rank(level))
        output = OutputBox(Output(path: path, descriptor: 1, format: format))
        reopen(path: path)
    }

    var level: Level {
        get { Level.allCases[threshold.load(ordering: .relaxed)] }
        set { threshold.store(Log.rank(newValue), ordering: .relaxed) }
    }

    private static func rank(_ level: Level) -> Int { Level.allCases.firstIndex(of: level) ?? 0 }

    func write(_ level: Level, _ message: String) {
        if Log.rank(level) < threshold.load(ordering: .relaxed) { return }
        let moment = SystemClock().wallMicroseconds()
        queue.async { [self] in
            let line = output.value.format == .json
                ? Log.jsonLine(level, message, moment) : Log.textLine(level, message, moment)
            put(line)
        }
    }

    /// Opens the file anew, as log rotation wants it; `nil` keeps the path.
    func reopen(path: String? = nil) {
        queue.async { [self] in
            if let path { output.value.path = path }
            if output.value.descriptor > 1 { close(output.value.descriptor) }
            output.value.descriptor = 1
            if output.value.path.isEmpty { return }
            let opened = Files.openForAppending(output.value.path)
            if opened >= 0 {
                output.value.descriptor = opened
            } else {
                let complaint = "Can't open the log file \(output.value.path): \(Files.reason())"
                put(Log.textLine(.warning, complaint, SystemClock().wallMicroseconds()))
            }
        }
    }

    func flush() { queue.sync {} }

    private func put(_ line: String) { Files.write(line, to: output.value.descriptor) }

    // MARK: Lines

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let marks: [Level: String] = [.debug: ".", .verbose: "-", .notice: "*", .warning: "#"]
    private static let names: [Level: String] = [
        .debug: "debug", .verbose: "verbose", .notice: "notice", .warning: "warning",
    ]

    private static func padded(_ value: Int, _ width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func textLine(_ level: Level, _ message: String, _ micros: Int64) -> String {
        let (date, zone) = (LocalTime(micros), micros / 1000 % 1000)
        return """
            \(getpid()):M \(padded(date.day)) \(months[date.month - 1]) \(date.year) \
            \(padded(date.hour)):\(padded(date.minute)):\(padded(date.second)).\(padded(Int(zone), 3)) \
            \(marks[level] ?? "*") \(message)

            """
    }

    private static func jsonLine(_ level: Level, _ message: String, _ micros: Int64) -> String {
        let date = LocalTime(micros, utc: true)
        let time = """
            \(date.year)-\(padded(date.month))-\(padded(date.day))T\(padded(date.hour)):\(padded(date.minute)):\
            \(padded(date.second)).\(padded(Int(micros / 1000 % 1000), 3))Z
            """
        return "{\"time\":\"\(time)\",\"level\":\"\(names[level] ?? "notice")\",\"pid\":\(getpid()),\"message\":\(quoted(message))}\n"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 32: result += "\\u00" + padded(Int(scalar.value / 16), 1) + String(scalar.value % 16, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
