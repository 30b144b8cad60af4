import Bytes
import LuaVM
import Wire

/// From the value that a script returned to the reply of the command that ran it.
///
/// A table can be nested in itself, so what is left to write is in a list in place of recursion, and has a limit.
struct LuaToReply {
    private enum Pending {
        /// Elements of an array from a position on.
        case array(Value, Int)
        /// Entries of a table from a place on, in the order of `next`.
        case map(Value, Int)
        case set(Value, Int)
        case value(Value)
    }

    /// As deep as Lua's own stack lets Redis go.
    private static let maxDepth = 7996

    private var pending: [Pending] = []
    /// Whether the script speaks RESP3, so that its booleans are such.
    let hasBooleans: Bool
    /// Whether the reply is an error that has been counted where it came from.
    private(set) var errorIsCounted = false

    init(version: RESPVersion) { hasBooleans = version == .resp3 }

    mutating func write(_ value: Value, _ machine: borrowing Machine, _ reply: inout ReplyWriter) {
        pending = [.value(value)]
        while let next = pending.popLast() {
            switch next {
            case .value(let value): writeOne(value, machine, &reply)
            case .array(let table, let position):
                let element = machine.get(table, at: position)
                if element.isNil { continue }
                pending.append(.array(table, position + 1))
                pending.append(.value(element))
            case .map(let table, let place):
                guard let entry = machine.entry(table, from: place) else { continue }
                pending.append(.map(table, entry.next))
                pending.append(.value(entry.value))
                pending.append(.value(entry.key))
            case .set(let table, let place):
                guard let entry = machine.entry(table, from: place) else { continue }
                pending.append(.set(table, entry.next))
                pending.append(.value(entry.key))
            }
        }
    }

    private mutating func writeOne(_ value: Value, _ machine: borrowing Machine, _ reply: inout ReplyWriter) {
        if pending.count >= LuaToReply.maxDepth { return reply.error("ERR reached lua stack limit") }
        switch value.type {
        case .string: reply.bulk(machine.bytes(value))
        case .number: reply.integer(LuaToReply.integer(value.number))
        case .boolean:
            if hasBooleans {
                reply.bool(value.isTrue)
            } else if value.isTrue {
                reply.integer(1)
            } else {
                reply.null()
            }
        case .table: writeTable(value, machine, &reply)
        default: reply.null()
        }
    }

    /// A number cut to an integer, as C casts on this processor.
    static func integer(_ number: Double) -> Int64 { number.magnitude < 0x1p63 ? Int64(number) : .min }

    private mutating func writeTable(_ table: Value, _ machine: borrowing Machine, _ reply: inout ReplyWriter) {
        let error = machine.get(table, "err")
        if error.isString {
            reply.error(machine.bytes(error))
            if machine.get(table, "ignore_error_stats_update").isTrue { errorIsCounted = true }
            return
        }
        let status = machine.get(table, "ok")
        if status.isString { return reply.simple(machine.bytes(status)) }
        let double = machine.get(table, "double")
        if double.isNumber { return reply.double(double.number) }
        let big = machine.get(table, "big_number")
        if big.isString { return reply.bigNumber(LuaToReply.oneLine(machine.bytes(big)).bytes) }
        let verbatim = machine.get(table, "verbatim_string")
        if verbatim.isTable {
            let (format, text) = (machine.get(verbatim, "format"), machine.get(verbatim, "string"))
            if format.isString, text.isString {
                return reply.verbatim(format: machine.bytes(format), machine.bytes(text))
            }
        }
        let map = machine.get(table, "map")
        if map.isTable {
            reply.map(LuaToReply.count(map, machine))
            return pending.append(.map(map, 0))
        }
        let set = machine.get(table, "set")
        if set.isTable {
            reply.set(LuaToReply.count(set, machine))
            return pending.append(.set(set, 0))
        }
        var count = 0
        while !machine.get(table, at: count + 1).isNil { count += 1 }
        reply.array(count)
        if count > 0 { pending.append(.array(table, 1)) }
    }

    private static func count(_ table: Value, _ machine: borrowing Machine) -> Int {
        var (count, place) = (0, 0)
        while let entry = machine.entry(table, from: place) {
            count += 1
            place = entry.next
        }
        return count
    }

    private static func oneLine(_ bytes: RawSpan) -> [UInt8] { bytes.array.map { $0 == 10 || $0 == 13 ? 32 : $0 } }
}
