/// What the command line asks for.
struct LoadOptions {
    var host = "127.0.0.1"
    var port: UInt16 = 6379
    var workload = Workload.all[0]
    var clients = 50
    var pipeline = 1
    var keys = 10_000
    var shape = Shape()
    var preload = false
    var sequential = false
    var limit = Limit.nanoseconds(5_000_000_000)
    var warmUp: UInt64 = 0
    var seed: UInt64 = 1
    var json = false

    enum Parsed {
        case run(LoadOptions)
        /// Text was asked for instead of a run.
        case show(String)
    }

    struct Failure: Error {
        let message: String
    }

    static let usage = """
        usage: martlet-load --port N --workload NAME [options]

          --host ADDRESS     numeric IPv4 address (127.0.0.1)
          --port N           (6379)
          --workload NAME    one of --list
          --clients N        connections (50)
          --pipeline N       requests per batch and connection (1)
          --keys N           size of the key space (10000)
          --value-size N     bytes per value (64)
          --ttl SECONDS      for the workloads that set one (3600)
          --preload          first store what the workload reads under every key
          --sequential       count through the key space instead of drawing from it
          --warmup SECONDS   run unmeasured first (0)
          --seconds S        measure for this long (5)
          --requests N       measure so many requests instead; 0 only preloads
          --seed N           of the random numbers (1)
          --json             one line of JSON instead of text
          --list             name the workloads and exit

        Exits with 1 when the server replied with errors, 2 when it could not be driven at all.
        """

    static func parse(_ arguments: [String]) throws(Failure) -> Parsed {
        var options = LoadOptions()
        var named = false
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--help": return .show(usage)
            case "--list":
                return .show(Workload.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"))
            case "--preload": options.preload = true
            case "--sequential": options.sequential = true
            case "--json": options.json = true
            default:
                guard let value = rest.popFirst() else {
                    throw Failure(message: "no such option, or no value: \(option)")
                }
                if option == "--workload" { named = true }
                try options.take(option, value)
            }
        }
        if !named { throw Failure(message: "--workload is missing") }
        return .run(options)
    }

    private mutating func take(_ option: String, _ value: String) throws(Failure) {
        func number(_ range: ClosedRange<Int>) throws(Failure) -> Int {
            guard let number = Int(value), range.contains(number) else {
                throw Failure(
                    message: "\(option) takes a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        func seconds() throws(Failure) -> UInt64 {
            guard let seconds = Double(value), seconds >= 0, seconds <= 1e6 else {
                throw Failure(message: "\(option) takes a number of seconds")
            }
            return UInt64(seconds * 1e9)
        }
        switch option {
        case "--host": host = value
        case "--port": port = UInt16(try number(1...65535))
        case "--workload":
            guard let row = Workload.named(value) else {
                throw Failure(message: "no workload named \(value)")
            }
            workload = row
        case "--clients": clients = try number(1...10_000)
        case "--pipeline": pipeline = try number(1...10_000)
        case "--keys": keys = try number(1...1_000_000_000_000)
        case "--value-size": shape.valueSize = try number(0...1 << 20)
        case "--ttl": shape.timeToLive = try number(1...1_000_000_000)
        case "--warmup": warmUp = try seconds()
        case "--seconds": limit = .nanoseconds(try seconds())
        case "--requests": limit = .requests(try number(0 ... .max))
        case "--seed": seed = UInt64(try number(0 ... .max))
        default: throw Failure(message: "no such option: \(option)")
        }
    }
}
