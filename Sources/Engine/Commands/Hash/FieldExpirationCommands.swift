import Bytes
import Wire

/// HGETDEL, HGETEX and HSETEX: fields and their deadlines in one step.
enum FieldExpirationCommands {
    static let rows: [Command] = [hgetdel, hgetex, hsetex]

    static let hgetdel = Command(
        "hgetdel", arity: -5, .hash, [.write, .fast],
        keys: [.range("RW access delete", 1)],
        since: "8.0.0", complexity: "O(N) where N is the number of fields named.",
        summary: "The values of fields of a hash, which are removed.",
        arguments: "key:key#0 fields{numfields:integer field:string*}=FIELDS"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = try keyspace.writeHash(arguments[1])
        let fields = try FieldList(arguments, at: 2, in: "hgetdel")
        reply.array(fields.count)
        var isChanged = false
        for index in fields.indices {
            guard let entry = place.entry, let position = keyspace.findField(arguments[index], entry) else {
                reply.null()
                continue
            }
            reply.value(of: position, in: entry, keyspace)
            keyspace.removeField(at: position, &place)
            isChanged = true
        }
        if isChanged { keyspace.finishFieldRemoval(.hdel, place) }
    }

    static let hgetex = Command(
        "hgetex", arity: -5, .hash, [.write, .fast],
        keys: [.range("RW access update", 1)],
        since: "8.0.0", complexity: "O(N) where N is the number of fields named.",
        summary: "The values of fields of a hash, whose deadlines are changed.",
        arguments: """
            key:key#0 expiration(seconds:integer=EX|milliseconds:integer=PX|unix-time-seconds:unix-time=EXAT\
            |unix-time-milliseconds:unix-time=PXAT|persist=PERSIST)? \
            fields{numfields:integer field:string*}=FIELDS
            """
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = try keyspace.writeHash(arguments[1])
        var index = 2
        var expiration = FieldExpiration()
        try expiration.take(arguments, &index, now: keyspace.now, in: "hgetex", alternative: "persist")
        let fields = try FieldList(arguments, at: index, in: "hgetex")
        reply.array(fields.count)
        var change = FieldDeadlineChange()
        var isPersisted = false
        for index in fields.indices {
            guard let entry = place.entry, let position = keyspace.findField(arguments[index], entry) else {
                reply.null()
                continue
            }
            reply.value(of: position, in: entry, keyspace)
            if let deadline = expiration.deadline {
                _ = change.apply(deadline, position, &place, &keyspace)
            } else if expiration.isAlternative, keyspace.deadline(of: position, in: entry) != nil {
                keyspace.setDeadline(of: position, nil, &place)
                isPersisted = true
            }
        }
        change.finish(place, &keyspace)
        if isPersisted, let entry = place.entry { keyspace.changed(.hpersist, entry) }
    }

    static let hsetex = Command(
        "hsetex", arity: -6, .hash, [.write, .denyOOM, .fast],
        keys: [.range("RW update", 1)],
        since: "8.0.0", complexity: "O(N) where N is the number of fields named.",
        summary: "Gives fields of a hash values and a deadline, if all of them exist or none does.",
        arguments: """
            key:key#0 condition(fnx=FNX|fxx=FXX)? expiration(seconds:integer=EX|milliseconds:integer=PX\
            |unix-time-seconds:unix-time=EXAT|unix-time-milliseconds:unix-time=PXAT|keepttl=KEEPTTL)? \
            fields{numfields:integer data{field:string value:string}*}=FIELDS
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let request = try FieldSetting(arguments, now: keyspace.now)
        var place = try keyspace.writeHash(arguments[1])
        if !request.holds(place.entry, arguments, keyspace) { return reply.integer(0) }
        reply.integer(1)
        if let deadline = request.expiration.deadline, deadline <= keyspace.now {
            return removeFields(request, arguments, place, &keyspace)
        }
        let change: LargeHash.Deadline =
            request.expiration.deadline.map { .at($0) } ?? (request.expiration.isAlternative ? .keep : .clear)
        for index in request.names {
            keyspace.setField(
                arguments[index], arguments[index + 1], in: arguments[1], &place, context.hashLimits, change)
        }
        guard let entry = place.entry else { return }
        keyspace.changed(.hset, entry)
        if request.expiration.deadline != nil {
            keyspace.mention(.hexpire, entry)
            keyspace.scheduleFields(entry, place.hash, in: keyspace.selected)
        }
    }

    /// Fields with a deadline that has passed are gone as soon as they are set.
    private static func removeFields(
        _ request: FieldSetting, _ arguments: Arguments, _ found: KeyPlace, _ keyspace: inout Keyspace
    ) {
        var place = found
        var isChanged = false
        for index in request.names {
            guard let entry = place.entry, let position = keyspace.findField(arguments[index], entry) else { continue }
            keyspace.removeField(at: position, &place)
            isChanged = true
        }
        if isChanged { keyspace.finishFieldRemoval(.hdel, place) }
    }
}

/// The time that HGETEX and HSETEX give to fields: EX, PX, EXAT or PXAT with a number, or a word that stands instead of them.
struct FieldExpiration {
    /// The deadline that was named, in milliseconds since 1970.
    private(set) var deadline: Int64?
    /// Whether the other word was there: PERSIST or KEEPTTL.
    private(set) var isAlternative = false

    private var isSet: Bool { deadline != nil || isAlternative }

    /// Reads the option at `index` and moves on behind it; false, and nothing changed, where something else stands there.
    @discardableResult
    mutating func take(
        _ arguments: Arguments, _ index: inout Int, now: Int64, in command: String, alternative: StaticString
    ) throws(CommandError) -> Bool {
        let isRelative = arguments.isWord(index, "ex") || arguments.isWord(index, "px")
        let inSeconds = arguments.isWord(index, "ex") || arguments.isWord(index, "exat")
        let isTime = isRelative || inSeconds || arguments.isWord(index, "pxat")
        if !isTime, !arguments.isWord(index, alternative) { return false }
        if isSet {
            throw .text(
                "ERR Only one of EX, PX, EXAT, PXAT or \("\(alternative)".uppercasedASCII) arguments can be specified")
        }
        if !isTime {
            isAlternative = true
            index += 1
            return true
        }
        if index + 1 == arguments.count { throw .text("ERR missing expire time") }
        deadline = try FieldDeadline.moment(
            arguments.integer(index + 1), inSeconds: inSeconds, since: isRelative ? now : 0, in: command)
        index += 2
        return true
    }
}

/// What HSETEX was asked for.
struct FieldSetting {
    /// FNX and FXX: all fields must be absent, or present.
    private enum Requirement { case none, absent, present }
    private var requirement = Requirement.none
    private(set) var expiration = FieldExpiration()
    /// Which arguments are names; each is followed by its value.
    private(set) var names = StrideTo<Int>.none

    init(_ arguments: Arguments, now: Int64) throws(CommandError) {
        var index = 2
        while index < arguments.count {
            if arguments.isWord(index, "fields") {
                try takeFields(arguments, behind: index)
                return
            }
            let isAbsent = arguments.isWord(index, "fnx")
            if isAbsent || arguments.isWord(index, "fxx") {
                if requirement != .none { throw .text("ERR Only one of FXX or FNX arguments can be specified") }
                requirement = isAbsent ? .absent : .present
                index += 1
            } else if try !expiration.take(arguments, &index, now: now, in: "hsetex", alternative: "keepttl") {
                throw .text("ERR unknown argument: \(arguments[index].escapedText)")
            }
        }
        throw .text("ERR Mandatory argument FIELDS is missing or not at the right position")
    }

    private mutating func takeFields(_ arguments: Arguments, behind index: Int) throws(CommandError) {
        let invalid = CommandError.text("ERR invalid number of fields")
        if index + 1 == arguments.count { throw .wrongArity("hsetex") }
        let number = try arguments.integer(index + 1, orThrow: invalid)
        if number < 1 || number > Int32.max { throw invalid }
        let first = index + 2
        if Int(number) * 2 != arguments.count - first { throw .wrongArity("hsetex") }
        names = stride(from: first, to: arguments.count, by: 2)
    }

    /// Whether the fields are there, or are not, as was asked for.
    func holds(_ entry: Entry?, _ arguments: Arguments, _ keyspace: borrowing Keyspace) -> Bool {
        if requirement == .none { return true }
        for index in names {
            let isThere = if let entry { keyspace.findField(arguments[index], entry) != nil } else { false }
            if isThere != (requirement == .present) { return false }
        }
        return true
    }
}

extension StrideTo<Int> {
    fileprivate static var none: StrideTo<Int> { stride(from: 0, to: 0, by: 2) }
}
