import Bytes

extension Configuration {
    /// A number of bytes, written as a size: `67108864`, `64mb`; and, where there is a `share`, as a
    /// percentage of the machine's memory, which is resolved when it is read and remembered for CONFIG
    /// REWRITE.
    struct Memory: ValueKind {
        let target: Field<Int>
        let range: ClosedRange<Int>
        /// What smaller accepted sizes are raised to.
        let minimum: Int
        let share: (Field<Int?>)?

        init(
            _ target: Field<Int>, _ range: ClosedRange<Int>, raisedTo minimum: Int = 0,
            orShare share: (Field<Int?>)? = nil
        ) {
            self.target = target
            self.range = range
            self.minimum = max(minimum, range.lowerBound)
            self.share = share
        }

        var field: PartialKeyPath<Configuration> { target }

        var syntax: String {
            let least = minimum > 0 ? " from " + SizeText.write(minimum) : ""
            return "size" + least + (share == nil ? "" : ", or percentage of the machine's memory")
        }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            switch SizeText.read(arguments[0]) {
            case .bytes(let bytes):
                guard range.contains(bytes) else { throw .outOfRange(range) }
                configuration[keyPath: target] = max(bytes, minimum)
                if let share { configuration[keyPath: share] = nil }
            case .tooLarge:
                throw .outOfRange(range)
            case .malformed:
                guard let share else { throw .notMemory }
                let percent = try percentage(arguments[0])
                guard let total = configuration.totalMemory else { throw .totalMemoryUnknown }
                configuration[keyPath: target] = Configuration.share(percent, of: total)
                configuration[keyPath: share] = percent
            }
        }

        func text(_ configuration: Configuration) -> String { "\(configuration[keyPath: target])" }

        func lines(_ configuration: Configuration) -> [String] {
            if let share, let percent = configuration[keyPath: share] { return ["\(percent)%"] }
            return [SizeText.write(configuration[keyPath: target])]
        }
    }

    /// A size, or a percentage of `maxmemory` that follows it when it changes.
    struct ShareOfMaxmemory: ValueKind {
        let target: Field<ClientMemoryLimit>
        init(_ target: Field<ClientMemoryLimit>) { self.target = target }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "size, or percentage of `maxmemory`" }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            switch SizeText.read(arguments[0]) {
            case .bytes(let bytes): configuration[keyPath: target] = .bytes(bytes)
            case .tooLarge: throw .outOfRange(0...Int.max)
            case .malformed:
                let percent = try percentage(arguments[0])
                configuration[keyPath: target] = percent == 0 ? .bytes(0) : .percentOfMaxmemory(percent)
            }
        }

        func text(_ configuration: Configuration) -> String {
            switch configuration[keyPath: target] {
            case .bytes(let bytes): "\(bytes)"
            case .percentOfMaxmemory(let percent): "\(percent)%"
            }
        }

        func lines(_ configuration: Configuration) -> [String] {
            switch configuration[keyPath: target] {
            case .bytes(let bytes): [SizeText.write(bytes)]
            case .percentOfMaxmemory: [text(configuration)]
            }
        }
    }

    /// The number before a final `%`, up to 100.
    private static func percentage(_ text: String) throws(Refusal) -> Int {
        guard let percent = Int64(percentage: text.bytes) else { throw .notMemoryOrPercent }
        guard percent <= 100 else { throw .percentTooLarge }
        return Int(percent)
    }
}
