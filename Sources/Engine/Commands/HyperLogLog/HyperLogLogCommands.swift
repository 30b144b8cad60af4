import Bytes
import Wire

/// The commands of the hyperloglog group: how many different elements there are, roughly, in 12 kilobytes.
enum HyperLogLogCommands {
    static let rows: [Command] = [add, count, merge, debug, selfTest]

    static let add = Command(
        "pfadd", arity: -2, .hyperloglog, [.write, .denyOOM, .fast],
        keys: [.range("RW insert", 1)],
        since: "2.8.9", complexity: "O(1) to add every element.",
        summary: "Adds elements to a HyperLogLog, which is made if there is none.",
        arguments: "key:key#0 element:string?*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let key = arguments[1]
        let limit = context.configuration.hllSparseMaxBytes
        var target = try keyspace.openHyperLogLog(key)
        do throws(CommandError) {
            for index in 2 ..< arguments.count {
                let (register, value) = HyperLogLog.place(of: arguments[index])
                var cursor = SparseRegisters.Cursor()
                try keyspace.raise(register, to: value, key, &target, &cursor, sparseLimit: limit)
            }
        } catch {
            // Elements before the one that met the damage are in.
            keyspace.closeHyperLogLog(key, &target, .pfadd)
            throw error
        }
        keyspace.closeHyperLogLog(key, &target, .pfadd)
        reply.integer(target.isChanged ? 1 : 0)
    }

    static let count = Command(
        "pfcount", arity: -2, .hyperloglog, [.readonly],
        keys: [
            .range(
                "RW access", 1, last: -1,
                notes:
                    "RW because it may change the internal representation of the key, and propagate to replicas"
            )
        ],
        since: "2.8.9",
        complexity:
            "O(1) with a very small average constant time when called with a single key. O(N) with N being the number "
            + "of keys, and much bigger constant times, when called with multiple keys.",
        summary: "How many different elements were added to one HyperLogLog or to several, roughly.",
        arguments: "key:key#0*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        if arguments.count == 2 {
            reply.integer(Int64(bitPattern: try keyspace.countHyperLogLog(arguments[1])))
        } else {
            let union = try keyspace.uniteHyperLogLogs(arguments)
            reply.integer(Int64(bitPattern: RegisterCounts(unpacked: union.registers.bytes).estimate))
        }
    }

    static let merge = Command(
        "pfmerge", arity: -2, .hyperloglog, [.write, .denyOOM],
        keys: [.range("RW access insert", 1), .range("RO access", 2, last: -1)],
        since: "2.8.9", complexity: "O(N) to merge N HyperLogLogs, but with high constant times.",
        summary: "Merges HyperLogLogs into one.",
        arguments: "destkey:key#0 sourcekey:key#1?*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let union = try keyspace.uniteHyperLogLogs(arguments)
        let key = arguments[1]
        let limit = context.configuration.hllSparseMaxBytes
        var target = try keyspace.openHyperLogLog(key)
        // A merge counts as a change, whatever it leads to.
        target.isChanged = true
        do throws(CommandError) {
            if union.isDense { try keyspace.makeDense(key, &target, .pfadd) }
            var cursor = SparseRegisters.Cursor()
            for register in 0 ..< HyperLogLog.registerCount {
                let value = union.registers[register]
                if value == 0 { continue }
                try keyspace.raise(register, to: value, key, &target, &cursor, sparseLimit: limit)
            }
        } catch {
            keyspace.closeHyperLogLog(key, &target, .pfadd)
            throw error
        }
        keyspace.closeHyperLogLog(key, &target, .pfadd)
        reply.ok()
    }
}

/// The union of the HyperLogLogs of a command.
private struct HyperLogLogUnion: ~Copyable {
    var registers = UnpackedRegisters()
    /// Whether any of them is dense, and so the result of merging them.
    var isDense = false
}

extension Keyspace {
    /// The count of one HyperLogLog, 0 without the key; computed once and kept in the string.
    fileprivate mutating func countHyperLogLog(_ key: RawSpan) throws(CommandError) -> UInt64 {
        guard let entry = read(key) else { return 0 }
        let encoding = try hyperLogLogEncoding(entry)
        if let count = HyperLogLog.cachedCount(arena.bytes(entry)) { return count }
        guard let counts = RegisterCounts(arena.bytes(entry), encoding) else { throw .corruptedHyperLogLog }
        let count = counts.estimate
        cacheCount(count, key)
        return count
    }

    /// The union of all keys of a command, from argument 1 on; missing ones are empty.
    fileprivate mutating func uniteHyperLogLogs(_ arguments: Arguments) throws(CommandError)
        -> HyperLogLogUnion
    {
        var union = HyperLogLogUnion()
        for index in 1 ..< arguments.count {
            guard let entry = read(arguments[index]) else { continue }
            let encoding = try hyperLogLogEncoding(entry)
            if encoding == .dense { union.isDense = true }
            if !union.registers.merge(arena.bytes(entry), encoding) { throw .corruptedHyperLogLog }
        }
        return union
    }
}
