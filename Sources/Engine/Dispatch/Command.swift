import Bytes
import Wire

/// A command's work: reads its arguments, reads or changes the keyspace, writes exactly one reply, or throws the error to
/// reply with before it wrote anything.
typealias CommandFunction =
    @Sendable (Arguments, inout Keyspace, inout ReplyWriter, inout Context) throws(CommandError) -> Void

/// The positions of a request's keys and what is done to each, relative to the command's name, which the second argument places.
typealias KeyFinder = @Sendable (Arguments, Int) -> [(position: Int, flags: String)]

/// What the gate and the clients must know of a command; names as COMMAND INFO shows them.
struct CommandFlags: OptionSet, Sendable {
    let rawValue: UInt32

    static let write = CommandFlags(rawValue: 1 << 0)
    static let readonly = CommandFlags(rawValue: 1 << 1)
    static let denyOOM = CommandFlags(rawValue: 1 << 2)
    static let admin = CommandFlags(rawValue: 1 << 3)
    static let pubsub = CommandFlags(rawValue: 1 << 4)
    static let noScript = CommandFlags(rawValue: 1 << 5)
    static let blocking = CommandFlags(rawValue: 1 << 6)
    static let loading = CommandFlags(rawValue: 1 << 7)
    static let stale = CommandFlags(rawValue: 1 << 8)
    static let skipMonitor = CommandFlags(rawValue: 1 << 9)
    static let skipSlowlog = CommandFlags(rawValue: 1 << 10)
    static let asking = CommandFlags(rawValue: 1 << 11)
    static let fast = CommandFlags(rawValue: 1 << 12)
    static let noAuth = CommandFlags(rawValue: 1 << 13)
    static let mayReplicate = CommandFlags(rawValue: 1 << 14)
    static let noMandatoryKeys = CommandFlags(rawValue: 1 << 15)
    static let noAsyncLoading = CommandFlags(rawValue: 1 << 16)
    static let noMulti = CommandFlags(rawValue: 1 << 17)
    static let movableKeys = CommandFlags(rawValue: 1 << 18)
    static let allowBusy = CommandFlags(rawValue: 1 << 19)
    /// Allowed while a RESP2 client is subscribed to channels.
    static let inSubscribedMode = CommandFlags(rawValue: 1 << 20)
    /// Between MULTI and EXEC it runs at once and is not queued.
    static let immediate = CommandFlags(rawValue: 1 << 22)
    /// It ends a transaction, so that it runs even when there is no memory for more requests.
    static let endsTransaction = CommandFlags(rawValue: 1 << 23)
    /// It runs the queued requests: what they are decides what it is, and where it is refused the transaction is over.
    static let runsQueue = CommandFlags(rawValue: 1 << 24)
    /// It changes nothing, but is refused like a write while data cannot be saved: PING tells monitoring of that.
    static let reportsHealth = CommandFlags(rawValue: 1 << 25)
    /// It runs a script, which may have declared flags of its own.
    static let runsScript = CommandFlags(rawValue: 1 << 26)
    /// A DEBUG-like command that `enable-debug-command` guards.
    static let debug = CommandFlags(rawValue: 1 << 21)

    /// The flags that COMMAND INFO names, in its order.
    static let names: [(CommandFlags, String)] = [
        (.write, "write"), (.readonly, "readonly"), (.denyOOM, "denyoom"), (.admin, "admin"), (.pubsub, "pubsub"),
        (.noScript, "noscript"), (.blocking, "blocking"), (.loading, "loading"), (.stale, "stale"),
        (.skipMonitor, "skip_monitor"), (.skipSlowlog, "skip_slowlog"), (.asking, "asking"), (.fast, "fast"),
        (.noAuth, "no_auth"), (.noMandatoryKeys, "no_mandatory_keys"),
        (.noAsyncLoading, "no_async_loading"), (.noMulti, "no_multi"), (.movableKeys, "movablekeys"),
        (.allowBusy, "allow_busy"),
    ]
}

/// Where a command's keys are among its arguments and what it does to them (COMMAND INFO's key specifications).
struct KeySpec: Sendable {
    enum Search: Sendable {
        case index(Int)
        case keyword(String, from: Int)
        case unknown
    }

    enum Find: Sendable {
        case range(last: Int, step: Int, limit: Int)
        case count(at: Int, first: Int, step: Int)
        case unknown
    }

    var flags: String
    var search: Search
    var find: Find
    var notes: String?
    /// Where the flags depend on the other arguments: what they are for these, the command's name at the given position.
    var varying: (@Sendable (Arguments, _ offset: Int) -> String)?

    /// Keys from argument `index` on: through `last` (relative to the first; negative: from the end), every `step`.
    static func range(
        _ flags: String, _ index: Int, last: Int = 0, step: Int = 1, limit: Int = 0, notes: String? = nil,
        varying: (@Sendable (Arguments, _ offset: Int) -> String)? = nil
    ) -> KeySpec {
        KeySpec(
            flags: flags, search: .index(index), find: .range(last: last, step: step, limit: limit), notes: notes,
            varying: varying)
    }

    /// A count of keys at `index + at`, the keys from `index + first` on.
    static func count(
        _ flags: String, _ index: Int, at: Int = 0, first: Int = 1, step: Int = 1, notes: String? = nil
    ) -> KeySpec {
        KeySpec(flags: flags, search: .index(index), find: .count(at: at, first: first, step: step), notes: notes)
    }
}

/// The groups of the command reference, which are also ACL categories where Redis has one of that name.
enum CommandGroup: String, Sendable, CaseIterable {
    case bitmap, cluster, connection, generic, geo, hash, hyperloglog, list, pubsub, scripting, server, set
    case sortedSet = "sorted-set"
    case stream, string, transactions

    /// The ACL category that membership implies.
    var category: String? {
        switch self {
        case .generic: "keyspace"
        case .sortedSet: "sortedset"
        case .transactions: "transaction"
        case .server, .cluster: nil
        default: rawValue
        }
    }
}

/// One row of the command table: everything that is known of a command, and the function that does it.
///
/// COMMAND and its subcommands, the gate, help texts, the compatibility chapter and tests are derived from these rows.
final class Command: Sendable {
    /// Lower case; subcommands have their container's name in front: `client|kill`.
    let name: String
    /// Number of arguments, the name included; negative: at least that many.
    let arity: Int
    let group: CommandGroup
    let flags: CommandFlags
    let keys: [KeySpec]
    /// Finds the keys where the specifications say that they cannot.
    let findsKeys: KeyFinder?
    /// ACL categories beside those that group and flags imply.
    let extraCategories: [String]
    /// False where the group's own category does not apply.
    let hasGroupCategory: Bool
    let since: String
    let complexity: String
    let summary: String
    /// The argument grammar in the notation of `ArgumentGrammar`.
    let arguments: String
    let tips: [String]
    let deprecatedSince: String?
    let replacedBy: String?
    let secrets: SecretArguments
    let subcommands: [Command]
    let run: CommandFunction

    init(
        _ name: String, arity: Int, _ group: CommandGroup, _ flags: CommandFlags, keys: [KeySpec] = [],
        findsKeys: KeyFinder? = nil, categories: [String] = [], groupCategory: Bool = true, since: String, complexity: String, summary: String,
        arguments: String = "", tips: [String] = [], deprecatedSince: String? = nil, replacedBy: String? = nil,
        secrets: SecretArguments = .none, subcommands: [Command] = [], run: @escaping CommandFunction
    ) {
        self.name = name
        self.arity = arity
        self.group = group
        self.flags = flags
        self.keys = keys
        self.findsKeys = findsKeys
        extraCategories = categories
        hasGroupCategory = groupCategory
        self.since = since
        self.complexity = complexity
        self.summary = summary
        self.arguments = arguments
        self.tips = tips
        self.deprecatedSince = deprecatedSince
        self.replacedBy = replacedBy
        self.secrets = secrets
        self.subcommands = subcommands
        self.run = run
    }

    /// A command that only holds subcommands.
    static func container(
        _ name: String, _ group: CommandGroup, arity: Int = -2, since: String, complexity: String = "Depends on subcommand.",
        summary: String, _ subcommands: [Command]
    ) -> Command {
        Command(
            name, arity: arity, group, [], groupCategory: false, since: since, complexity: complexity,
            summary: summary, subcommands: subcommands
        ) { arguments, _, _, _ throws(CommandError) in throw .unknownSubcommand(of: name, arguments[1].text) }
    }

    /// Whether `count` arguments, the name included, are as many as it takes.
    @inline(__always)
    func accepts(_ count: Int) -> Bool { arity >= 0 ? count == arity : count >= -arity }

    /// All ACL categories, in the order in which Redis lists them.
    var categories: [String] {
        var result = extraCategories
        if hasGroupCategory, let own = group.category { result.append(own) }
        if flags.contains(.write) { result.append("write") }
        if flags.contains(.readonly), group != .scripting { result.append("read") }
        if flags.contains(.admin) { result += ["admin", "dangerous"] }
        if flags.contains(.pubsub), !result.contains("pubsub") { result.append("pubsub") }
        if flags.contains(.blocking) { result.append("blocking") }
        result.append(flags.contains(.fast) ? "fast" : "slow")
        let order = Command.categoryOrder
        return Set(result).sorted { order.firstIndex(of: $0) ?? .max < order.firstIndex(of: $1) ?? .max }
    }

    /// The order of the categories' bits in Redis, which is that of ACL CAT and COMMAND INFO.
    static let categoryOrder = [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo",
        "stream", "pubsub", "admin", "fast", "slow", "blocking", "dangerous", "connection", "transaction",
        "scripting",
    ]
}
