import Bytes
import Wire

/// HEXPIRE, HPEXPIRE, HEXPIREAT, HPEXPIREAT and HPERSIST: deadlines of single fields.
///
/// The answer has a number for each field: -2 where there is none, 0 where the condition did not hold, 1 where the deadline was
/// set, 2 where it has passed already, so that the field is gone.
enum FieldExpireCommands {
    static let rows: [Command] = [hexpire, hpexpire, hexpireat, hpexpireat, hpersist]

    private static let keys: [KeySpec] = [.range("RW update", 1)]

    static let hexpire = Command(
        "hexpire", arity: -6, .hash, [.write, .fast], keys: keys,
        since: "7.4.0", complexity: "O(N) where N is the number of fields named.",
        summary: "Lets fields of a hash live for so many seconds.",
        arguments: """
            key:key#0 seconds:integer condition(nx=NX|xx=XX|gt=GT|lt=LT)? \
            fields{numfields:integer field:string*}=FIELDS
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try expire(arguments, inSeconds: true, since: keyspace.now, "hexpire", &keyspace, &reply)
    }

    static let hpexpire = Command(
        "hpexpire", arity: -6, .hash, [.write, .fast], keys: keys,
        since: "7.4.0", complexity: "O(N) where N is the number of fields named.",
        summary: "Lets fields of a hash live for so many milliseconds.",
        arguments: """
            key:key#0 milliseconds:integer condition(nx=NX|xx=XX|gt=GT|lt=LT)? \
            fields{numfields:integer field:string*}=FIELDS
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try expire(arguments, inSeconds: false, since: keyspace.now, "hpexpire", &keyspace, &reply)
    }

    static let hexpireat = Command(
        "hexpireat", arity: -6, .hash, [.write, .fast], keys: keys,
        since: "7.4.0", complexity: "O(N) where N is the number of fields named.",
        summary: "Lets fields of a hash live until a time in seconds since 1970.",
        arguments: """
            key:key#0 unix-time-seconds:unix-time condition(nx=NX|xx=XX|gt=GT|lt=LT)? \
            fields{numfields:integer field:string*}=FIELDS
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try expire(arguments, inSeconds: true, since: 0, "hexpireat", &keyspace, &reply)
    }

    static let hpexpireat = Command(
        "hpexpireat", arity: -6, .hash, [.write, .fast], keys: keys,
        since: "7.4.0", complexity: "O(N) where N is the number of fields named.",
        summary: "Lets fields of a hash live until a time in milliseconds since 1970.",
        arguments: """
            key:key#0 unix-time-milliseconds:unix-time condition(nx=NX|xx=XX|gt=GT|lt=LT)? \
            fields{numfields:integer field:string*}=FIELDS
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try expire(arguments, inSeconds: false, since: 0, "hpexpireat", &keyspace, &reply)
    }

    /// What must hold of the deadline that a field has.
    private enum Requirement {
        case none, absent, present, earlier, later

        init(_ word: RawSpan) {
            if word.equalsIgnoringCase("nx") {
                self = .absent
            } else if word.equalsIgnoringCase("xx") {
                self = .present
            } else if word.equalsIgnoringCase("gt") {
                self = .earlier
            } else if word.equalsIgnoringCase("lt") {
                self = .later
            } else {
                self = .none
            }
        }

        /// No deadline is later than any.
        func holds(_ old: Int64?, _ new: Int64) -> Bool {
            switch self {
            case .none: true
            case .absent: old == nil
            case .present: old != nil
            case .earlier: old.map { $0 < new } ?? false
            case .later: old.map { $0 > new } ?? true
            }
        }
    }

    private static func expire(
        _ arguments: Arguments, inSeconds: Bool, since origin: Int64, _ name: String, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) throws(CommandError) {
        var place = try keyspace.writeHash(arguments[1])
        let amount = try arguments.integer(2)
        let deadline = try FieldDeadline.moment(amount, inSeconds: inSeconds, since: origin, in: name)
        let requirement = Requirement(arguments[3])
        let fields = try FieldList(
            arguments, at: requirement == .none ? 3 : 4, in: name,
            tooFew: .text("ERR Parameter `numFields` should be greater than 0"))
        reply.array(fields.count)
        var change = FieldDeadlineChange()
        for index in fields.indices {
            guard let entry = place.entry, let position = keyspace.findField(arguments[index], entry) else {
                reply.integer(-2)
                continue
            }
            if !requirement.holds(keyspace.deadline(of: position, in: entry), deadline) {
                reply.integer(0)
            } else {
                reply.integer(change.apply(deadline, position, &place, &keyspace) ? 1 : 2)
            }
        }
        change.finish(place, &keyspace)
    }

    static let hpersist = Command(
        "hpersist", arity: -5, .hash, [.write, .fast], keys: keys,
        since: "7.4.0", complexity: "O(N) where N is the number of fields named.",
        summary: "Takes the deadlines of fields away.",
        arguments: "key:key#0 fields{numfields:integer field:string*}=FIELDS"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = try keyspace.writeHash(arguments[1])
        let fields = try FieldList(arguments, at: 2, in: "hpersist")
        reply.array(fields.count)
        var isChanged = false
        for index in fields.indices {
            guard let entry = place.entry, let position = keyspace.findField(arguments[index], entry) else {
                reply.integer(-2)
                continue
            }
            if keyspace.deadline(of: position, in: entry) == nil {
                reply.integer(-1)
                continue
            }
            keyspace.setDeadline(of: position, nil, &place)
            isChanged = true
            reply.integer(1)
        }
        if isChanged, let entry = place.entry { keyspace.changed(.hpersist, entry) }
    }
}

/// Deadlines that one command gives to fields of a hash, and what is told of that at the end.
struct FieldDeadlineChange {
    private var hasSet = false
    private var hasRemoved = false

    /// Gives a field a deadline, or takes the field away where that has passed; then false.
    mutating func apply(
        _ deadline: Int64, _ position: Keyspace.FieldPosition, _ place: inout KeyPlace, _ keyspace: inout Keyspace
    ) -> Bool {
        if deadline <= keyspace.now {
            keyspace.removeField(at: position, &place)
            hasRemoved = true
            return false
        }
        keyspace.setDeadline(of: position, deadline, &place)
        hasSet = true
        return true
    }

    /// Reports the changes, files the key for its deadlines, and removes it if nothing is left.
    func finish(_ place: KeyPlace, _ keyspace: inout Keyspace) {
        guard let entry = place.entry else { return }
        if hasSet {
            keyspace.changed(.hexpire, entry)
            keyspace.scheduleFields(entry, place.hash, in: keyspace.selected)
        }
        if hasRemoved { keyspace.finishFieldRemoval(.hdel, place) }
    }
}
