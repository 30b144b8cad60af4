import Bytes
import Wire

/// PFDEBUG and PFSELFTEST: looking into HyperLogLogs, for whoever tests them.
extension HyperLogLogCommands {
    static let debug = Command(
        "pfdebug", arity: 3, .hyperloglog, [.write, .denyOOM, .admin],
        keys: [.range("RW access", 2)],
        since: "2.8.9", complexity: "N/A",
        summary: "Shows the registers or the encoding of a HyperLogLog, or makes it dense.",
        arguments: "subcommand:string key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let key = arguments[2]
        let place = keyspace.write(key)
        guard let entry = place.entry else { throw .text("ERR The specified key does not exist") }
        var target = HyperLogLogPlace(place: place, encoding: try keyspace.hyperLogLogEncoding(entry))
        if arguments.isWord(1, "getreg") {
            try keyspace.makeDense(key, &target, .reencoded)
            let registers = try keyspace.unpackRegisters(target)
            reply.registers(registers)
        } else if arguments.isWord(1, "decode") {
            if target.encoding != .sparse { throw .text("ERR HLL encoding is not sparse") }
            let text = SparseRegisters.description(keyspace.arena.bytes(entry))
            reply.bulk(text.bytes)
        } else if arguments.isWord(1, "encoding") {
            if target.encoding == .dense { reply.simple("dense") } else { reply.simple("sparse") }
        } else if arguments.isWord(1, "todense") {
            let wasSparse = target.encoding == .sparse
            try keyspace.makeDense(key, &target, .reencoded)
            reply.integer(wasSparse ? 1 : 0)
        } else {
            throw .text("ERR Unknown PFDEBUG subcommand '\(arguments[1].escapedText)'")
        }
    }

    static let selfTest = Command(
        "pfselftest", arity: 1, .hyperloglog, [.admin],
        since: "2.8.9", complexity: "N/A",
        summary: "Tests the registers and the precision of the HyperLogLog implementation."
    ) { _, keyspace, reply, context throws(CommandError) in
        let test = HyperLogLogSelfTest(sparseLimit: context.configuration.hllSparseMaxBytes)
        if let failure = test.run(&keyspace.random) { throw .text("ERR TESTFAILED \(failure)") }
        reply.ok()
    }
}

extension Keyspace {
    fileprivate func unpackRegisters(_ target: HyperLogLogPlace) throws(CommandError) -> UnpackedRegisters {
        var registers = UnpackedRegisters()
        if let entry = target.place.entry, !registers.merge(arena.bytes(entry), target.encoding) {
            throw .corruptedHyperLogLog
        }
        return registers
    }
}

extension ReplyWriter {
    fileprivate mutating func registers(_ registers: borrowing UnpackedRegisters) {
        array(HyperLogLog.registerCount)
        for register in 0 ..< HyperLogLog.registerCount { integer(Int(registers[register])) }
    }
}

extension SparseRegisters {
    /// The runs for reading: `z:` a short and `Z:` a long one of zeros, `v:` a value, each with its length.
    fileprivate static func description(_ bytes: RawSpan) -> ByteBuffer {
        var text = ByteBuffer()
        var offset = HyperLogLog.headerSize
        // All that stands there, sound or not: this is for looking at what is wrong.
        while offset < bytes.byteCount {
            let run = run(at: offset, in: bytes)
            if !text.isEmpty { text.append(UInt8(ascii: " ")) }
            if run.value > 0 {
                text.append("v:")
                text.append(decimal: Int(run.value))
                text.append(UInt8(ascii: ","))
            } else {
                text.append(run.size == 2 ? "Z:" : "z:")
            }
            text.append(decimal: run.length)
            offset += run.size
        }
        return text
    }
}
