/// One argument of a request, before it becomes bytes.
enum Argument {
    /// The same bytes every time.
    case word(String)
    /// A prefix and a decimal number of fixed width that is drawn afresh for every request sent.
    case numbered(prefix: String, Draw, width: Int)
    /// The configured number of value bytes.
    case value
    /// The decimal length of a value, for protocols that announce it apart.
    case valueLength
    /// The configured time to live in seconds.
    case timeToLive

    /// The sixteen-byte key that all workloads on plain values share.
    static let key = Argument.numbered(prefix: "key:", .key, width: 12)
    /// A seventeen-byte member of a set.
    static let member = Argument.numbered(prefix: "elem:", .key, width: 12)
    /// A sixteen-byte key of the counters, apart from `key` because those hold values that are no numbers.
    static let counter = Argument.numbered(prefix: "ctr:", .key, width: 12)
    /// A whole number of nine digits, as a sorted set's score.
    static let score = Argument.numbered(prefix: "1", .below(100_000_000), width: 8)
    /// An eight-digit number in canonical form, too large for any server's table of shared small integers.
    static let integer = Argument.numbered(prefix: "1234", .below(10_000), width: 4)
}

/// Where the number in a numbered argument comes from.
enum Draw: Equatable {
    /// The key space: uniformly random, or counting up when the run is sequential.
    case key
    /// Uniformly random below a bound of the workload's own.
    case below(UInt64)
}

/// What a request looks like on the wire.
enum Request {
    /// A RESP array of bulk strings.
    case resp([Argument])
    /// A memcached text line, and the value's data block if it has one.
    case memcached([Argument], block: Bool)
}

/// The figures that turn a `Request` into bytes.
struct Shape: Equatable {
    var valueSize = 64
    var timeToLive = 3600
}

/// The bytes of one request, and the places in them where drawn numbers go.
struct RequestTemplate: Equatable {
    /// `width` digits at `offset`.
    struct Hole: Equatable {
        var offset: Int
        var width: Int
        var draw: Draw
    }

    private(set) var bytes: [UInt8] = []
    private(set) var holes: [Hole] = []

    init(_ request: Request, _ shape: Shape) {
        switch request {
        case .resp(let arguments):
            append("*\(arguments.count)\r\n")
            for argument in arguments {
                append("$\(RequestTemplate.length(argument, shape))\r\n")
                append(argument, shape)
                append("\r\n")
            }
        case .memcached(let arguments, let block):
            for (index, argument) in arguments.enumerated() {
                if index > 0 { append(" ") }
                append(argument, shape)
            }
            append("\r\n")
            if block {
                append(.value, shape)
                append("\r\n")
            }
        }
    }

    private static func length(_ argument: Argument, _ shape: Shape) -> Int {
        switch argument {
        case .word(let text): text.utf8.count
        case .numbered(let prefix, _, let width): prefix.utf8.count + width
        case .value: shape.valueSize
        case .valueLength: String(shape.valueSize).utf8.count
        case .timeToLive: String(shape.timeToLive).utf8.count
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func append(_ argument: Argument, _ shape: Shape) {
        switch argument {
        case .word(let text): append(text)
        case .numbered(let prefix, let draw, let width):
            precondition(width > 0 && width % 4 == 0, "digits are written four at a time")
            append(prefix)
            holes.append(Hole(offset: bytes.count, width: width, draw: draw))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: width))
        // Letters, so that no server can store the value as a number.
        case .value: for index in 0..<shape.valueSize { bytes.append(UInt8(ascii: "a") + UInt8(index % 26)) }
        case .valueLength: append(String(shape.valueSize))
        case .timeToLive: append(String(shape.timeToLive))
        }
    }
}
