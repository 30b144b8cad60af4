import Bytes
import Wire

/// EXPIRE, PEXPIRE, EXPIREAT and PEXPIREAT.
enum ExpireCommands {
    static let rows: [Command] = [expire, pexpire, expireat, pexpireat]

    private static let keys: [KeySpec] = [.range("RW update", 1)]
    private static let condition = "condition(nx=NX|xx=XX|gt=GT|lt=LT)@7.0.0?"

    static let expire = Command(
        "expire", arity: -3, .generic, [.write, .fast], keys: keys,
        since: "1.0.0", complexity: "O(1)",
        summary: "Lets a key live for so many seconds.",
        arguments: "key:key#0 seconds:integer " + condition
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try setDeadline("expire", perUnit: 1000, from: keyspace.now, arguments, &keyspace, &reply)
    }

    static let pexpire = Command(
        "pexpire", arity: -3, .generic, [.write, .fast], keys: keys,
        since: "2.6.0", complexity: "O(1)",
        summary: "Lets a key live for so many milliseconds.",
        arguments: "key:key#0 milliseconds:integer " + condition
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try setDeadline("pexpire", perUnit: 1, from: keyspace.now, arguments, &keyspace, &reply)
    }

    static let expireat = Command(
        "expireat", arity: -3, .generic, [.write, .fast], keys: keys,
        since: "1.2.0", complexity: "O(1)",
        summary: "Lets a key live until a moment, in seconds since 1970.",
        arguments: "key:key#0 unix-time-seconds:unix-time " + condition
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try setDeadline("expireat", perUnit: 1000, from: 0, arguments, &keyspace, &reply)
    }

    static let pexpireat = Command(
        "pexpireat", arity: -3, .generic, [.write, .fast], keys: keys,
        since: "2.6.0", complexity: "O(1)",
        summary: "Lets a key live until a moment, in milliseconds since 1970.",
        arguments: "key:key#0 unix-time-milliseconds:unix-time " + condition
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try setDeadline("pexpireat", perUnit: 1, from: 0, arguments, &keyspace, &reply)
    }

    /// What the four have in common. The time given is in units of `perUnit` milliseconds, counted from `base`.
    @inline(__always)
    private static func setDeadline(
        _ name: StaticString, perUnit: Int64, from base: Int64, _ arguments: Arguments, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) throws(CommandError) {
        let condition = try ExpireCondition(arguments, from: 3)
        let (time, isTooLarge) = try arguments.integer(2).multipliedReportingOverflow(by: perUnit)
        // A negative time only says that the key is to go; nothing can overflow downwards.
        let (deadline, isTooLate) = time.addingReportingOverflow(base)
        if isTooLarge || isTooLate { throw .invalidExpire("\(name)") }
        var place = keyspace.write(arguments[1])
        guard let entry = place.entry, condition.allows(deadline, insteadOf: keyspace.arena.deadline(entry)) else {
            return reply.integer(0)
        }
        if deadline <= keyspace.now {
            keyspace.remove(place)
        } else {
            keyspace.setDeadline(&place, deadline, .expire)
        }
        reply.integer(1)
    }
}

/// On which deadline before a new one may be set: the options NX, XX, GT and LT.
struct ExpireCondition: OptionSet {
    let rawValue: UInt8

    static let none = ExpireCondition(rawValue: 1 << 0)
    static let any = ExpireCondition(rawValue: 1 << 1)
    static let earlier = ExpireCondition(rawValue: 1 << 2)
    static let later = ExpireCondition(rawValue: 1 << 3)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Reads the options from argument `first` on.
    init(_ arguments: Arguments, from first: Int) throws(CommandError) {
        self = []
        var index = first
        while index < arguments.count {
            if arguments.isWord(index, "nx") {
                insert(.none)
            } else if arguments.isWord(index, "xx") {
                insert(.any)
            } else if arguments.isWord(index, "gt") {
                insert(.earlier)
            } else if arguments.isWord(index, "lt") {
                insert(.later)
            } else {
                throw .text("ERR Unsupported option \(arguments[index].escapedText)")
            }
            index += 1
        }
        if contains(.none), self != .none {
            throw .text("ERR NX and XX, GT or LT options at the same time are not compatible")
        }
        if isSuperset(of: [.earlier, .later]) {
            throw .text("ERR GT and LT options at the same time are not compatible")
        }
    }

    /// Whether `deadline` may take the place of `old`. No deadline counts as one later than all others.
    @inline(__always)
    func allows(_ deadline: Int64, insteadOf old: Int64?) -> Bool {
        if isEmpty { return true }
        if contains(.none), old != nil { return false }
        if contains(.any), old == nil { return false }
        if contains(.earlier) {
            guard let old, deadline > old else { return false }
        }
        if contains(.later), let old, deadline >= old { return false }
        return true
    }
}
