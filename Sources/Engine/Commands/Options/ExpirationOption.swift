import Bytes
import Wire

/// How long a key is to live, as the options EX, PX, EXAT, PXAT, KEEPTTL and PERSIST say it.
///
/// Reading takes two steps, because Redis takes two: first all option words (`take`), so that a word in the wrong place
/// is a syntax error whatever the numbers are; then the number (`deadline`), at the point where the command needs it.
///
///     var expiration = ExpirationOption()
///     while index < arguments.count {
///         if try expiration.take(arguments, &index, .keep) { continue }
///         throw .syntax
///     }
///     let change = try expiration.change(arguments, now: keyspace.now, in: "set")
struct ExpirationOption {
    enum Kind {
        case none
        /// EX and PX: from now on.
        case seconds, milliseconds
        /// EXAT and PXAT: since 1970.
        case unixSeconds, unixMilliseconds
        /// KEEPTTL: the deadline stays as it is.
        case keep
        /// PERSIST: the deadline goes.
        case persist
    }

    /// What a command takes besides the four words that name a time.
    struct Grammar: OptionSet {
        let rawValue: UInt8

        static let keep = Grammar(rawValue: 1 << 0)
        static let persist = Grammar(rawValue: 1 << 1)
        /// The same word twice is an error; otherwise the last one counts.
        static let once = Grammar(rawValue: 1 << 2)
    }

    private(set) var kind = Kind.none
    /// Which argument is the number.
    private var position = 0

    /// Whether one of the four words with a time was given.
    var namesTime: Bool {
        switch kind {
        case .none, .keep, .persist: false
        case .seconds, .milliseconds, .unixSeconds, .unixMilliseconds: true
        }
    }

    /// Whether the time is counted since 1970, so that it may have passed already.
    var isAbsolute: Bool { kind == .unixSeconds || kind == .unixMilliseconds }

    /// Reads the option at `index` and moves on behind it; false, and nothing changed, where another option stands there.
    mutating func take(_ arguments: Arguments, _ index: inout Int, _ grammar: Grammar = []) throws(CommandError) -> Bool {
        guard let found = ExpirationOption.kind(of: arguments[index], grammar) else { return false }
        if kind != .none, kind != found || grammar.contains(.once) { throw .syntax }
        kind = found
        if namesTime {
            position = index &+ 1
            if position == arguments.count { throw .syntax }
        }
        index &+= namesTime ? 2 : 1
        return true
    }

    private static func kind(of word: RawSpan, _ grammar: Grammar) -> Kind? {
        if word.equalsIgnoringCase("ex") { return .seconds }
        if word.equalsIgnoringCase("px") { return .milliseconds }
        if word.equalsIgnoringCase("exat") { return .unixSeconds }
        if word.equalsIgnoringCase("pxat") { return .unixMilliseconds }
        if grammar.contains(.keep), word.equalsIgnoringCase("keepttl") { return .keep }
        if grammar.contains(.persist), word.equalsIgnoringCase("persist") { return .persist }
        return nil
    }

    /// The moment that was named, in milliseconds since 1970; `nil` when none was. `command` is named in the error.
    func deadline(_ arguments: Arguments, now: Int64, in command: String) throws(CommandError) -> Int64? {
        if !namesTime { return nil }
        let amount = try arguments.integer(position)
        let inSeconds = kind == .seconds || kind == .unixSeconds
        return try ExpirationOption.deadline(amount, inSeconds: inSeconds, since: isAbsolute ? 0 : now, in: command)
    }

    /// What a command that writes a value does with the deadline: without an option it goes.
    func change(_ arguments: Arguments, now: Int64, in command: String) throws(CommandError) -> DeadlineChange {
        if let deadline = try deadline(arguments, now: now, in: command) { return .at(deadline) }
        return kind == .keep ? .keep : .clear
    }

    /// The moment `amount` after `origin`, both counted from 1970. Neither nothing nor less than nothing is a life, and
    /// 64 bits of milliseconds must hold its end.
    @inline(__always)
    static func deadline(
        _ amount: Int64, inSeconds: Bool, since origin: Int64, in command: String
    ) throws(CommandError) -> Int64 {
        if amount <= 0 || inSeconds && amount > Int64.max / 1000 { throw .invalidExpire(command) }
        let (moment, overflow) = (inSeconds ? amount &* 1000 : amount).addingReportingOverflow(origin)
        if overflow { throw .invalidExpire(command) }
        return moment
    }
}
