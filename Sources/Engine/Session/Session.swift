import Bytes
import Wire

/// One client, as the engine sees it: no socket, only what it said and what it is to be told.
///
/// The host makes a session for every connection, hands the engine what arrives, and sends what gathers in `output`.
package final class Session {
    package let id: UInt64
    package let peerAddress: String
    package let localAddress: String
    /// Number of the socket, for CLIENT LIST only.
    package let descriptor: Int32
    /// Whether the client is on this machine (loopback or a Unix socket): protected mode and `local` settings ask.
    package let isLocal: Bool
    package let isUnixSocket: Bool
    /// The host's own object for this client.
    package var link: AnyObject?

    // The state that every request touches is visible in this module only, and read from outside through accessors:
    // the compiler can then prove that no two accesses overlap, and leaves out the check at run time.

    /// Replies not yet sent. While requests of this client run, the writer has them and this is empty.
    var output: OutputBuffer
    /// Whether `output` is lent to somebody.
    var isLent = false
    /// What could not run yet; `nil` for nearly every client at nearly every moment.
    var backlog: Backlog?

    /// Why the client will be closed, once its replies are sent (or at once).
    package enum Ending: Equatable { case afterReplies, now }
    var ending: Ending?

    var database = 0
    var protocolVersion = RESPVersion.resp2
    var name = ""
    var libraryName = ""
    var libraryVersion = ""
    var userName = "default"
    /// Conditions of this client that the gate has to look at; empty for an ordinary one.
    var conditions: GateConditions = []
    /// CLIENT REPLY: whether replies are kept from the client.
    enum ReplyMode { case on, off, skipNext, skipping }
    var replyMode = ReplyMode.on
    /// Whether what is written to the client now is kept from it.
    var isMuted: Bool { replyMode == .off || replyMode == .skipping }
    /// MULTI was said; `nil` outside of a transaction.
    var transaction: Transaction?
    var watching = Watching()
    var isExemptFromEviction = false
    var leavesNoTouch = false
    var waiting: Waiting?
    /// CLIENT TRACKING; `nil` while it is off.
    var tracking: TrackingMode?
    /// The host knows that there is output; it is told again once it has sent all of it.
    var isAnnounced = false
    /// When it was told, in milliseconds since 1970.
    var announcedAt: Int64 = 0
    var subscriptions = Subscriptions()
    /// What HIMPORT SET can make hashes of.
    var fieldsets = Fieldsets()
    /// Which of the output limits is this client's.
    var limitClass = Configuration.OutputBufferLimits.Class.normal

    /// What the client keeps that speaks memcached's protocol; `nil` for one that speaks Redis's.
    let memcached: MemcachedClient?
    /// Where this client's memory is counted, and what was counted last.
    let ledger: ClientLedger
    var countedMemory = 0

    package let createdAt: Int64
    /// Milliseconds since 1970 of the last request.
    var lastActive: Int64
    /// The number of the row that ran last; negative before the first.
    var lastCommand = -1
    /// Since when the soft output limit is exceeded, in milliseconds; `nil` while it is not.
    var overSoftLimitSince: Int64?
    /// Bytes that the request at the end of the input needs at least to be complete.
    var missing = 0
    /// Highest memory of its buffers, for INFO's recent maxima.
    var peakInput = 0
    var peakOutput = 0

    init(
        id: UInt64, peerAddress: String, localAddress: String, descriptor: Int32, isLocal: Bool, isUnixSocket: Bool,
        now: Int64, ledger: ClientLedger, memcached: MemcachedClient? = nil
    ) {
        self.memcached = memcached
        output = OutputBuffer(pool: ledger.chunks)
        self.ledger = ledger
        self.id = id
        self.peerAddress = peerAddress
        self.localAddress = localAddress
        self.descriptor = descriptor
        self.isLocal = isLocal
        self.isUnixSocket = isUnixSocket
        createdAt = now
        lastActive = now
    }

    /// Bytes of input held for later; 0 while requests run.
    var pendingInput: Int { backlog?.input.count ?? 0 }
    /// Replies not yet sent, in bytes, and the memory that holds them; 0 while requests run.
    var pendingOutput: Int { output.count }
    var outputMemory: Int { output.allocated }

    package var hasOutput: Bool { pendingOutput > 0 }
    /// Whether the client is to be closed, and when.
    package var end: Ending? { ending }

    /// Lends the replies not yet sent.
    package func withOutput(_ body: (inout OutputBuffer) -> Void) {
        var lent = OutputBuffer()
        exchangeOutput(&lent, lending: true)
        body(&lent)
        if lent.isEmpty { isAnnounced = false }
        exchangeOutput(&lent, lending: false)
        recount()
    }

    /// Gives the output away, or takes it back. In between this session has another, which nobody may write to.
    @inline(__always)
    func exchangeOutput(_ other: inout OutputBuffer, lending: Bool) {
        precondition(isLent != lending, "a session's output was asked for while it was lent")
        isLent = lending
        swap(&output, &other)
    }

    /// What a client costs besides its buffers, for memory figures.
    static let baseMemory = 1024

    /// Whether the client waits for something to happen, be it only the end of a pause.
    var isHeld: Bool { waiting != nil }

    var isAuthenticated: Bool { !conditions.contains(.unauthenticated) }
}

/// What a client sent that could not run yet: the start of a request whose rest has not arrived, or requests that wait
/// for the client to be resumed.
final class Backlog {
    var input = ByteBuffer()
    /// How far the request at the front of `input` has been parsed.
    var parser = RequestParser()
}

/// Why a client's requests are not run for the moment.
enum Waiting {
    /// CLIENT PAUSE: run again when the pause ends.
    case paused
    /// For the script that it runs, which takes long.
    case script
    /// For a key or a time: the number of the wait among `BlockedClients`.
    case blocked(Int)
    /// It is sent all items (`lru_crawler metadump`).
    case dumping
    /// It is shown what happens and says nothing more (`watch`).
    case watching
}

/// What makes a request need more than the arity check; per client and, in `Context`, for all.
struct GateConditions: OptionSet, Sendable {
    let rawValue: UInt16

    /// The client has not given the password that is required.
    static let unauthenticated = GateConditions(rawValue: 1 << 0)
    /// The client is between MULTI and EXEC.
    static let multi = GateConditions(rawValue: 1 << 1)
    /// CLIENT PAUSE is in force for all commands, or for those that write.
    static let paused = GateConditions(rawValue: 1 << 2)
    /// The client subscribes to something and could not tell messages from replies.
    static let subscribed = GateConditions(rawValue: 1 << 5)
    /// The data set is being loaded.
    static let loading = GateConditions(rawValue: 1 << 3)
    /// A script runs that takes long.
    static let busy = GateConditions(rawValue: 1 << 7)
    /// A memory limit is set.
    static let memoryLimit = GateConditions(rawValue: 1 << 4)
    /// The last snapshot failed, and writes are refused because of that.
    static let unsaved = GateConditions(rawValue: 1 << 6)
    /// Writes are wanted only while there are replicas, and there are none.
    static let replicasWanted = GateConditions(rawValue: 1 << 13)
    /// The client has said MONITOR.
    static let monitor = GateConditions(rawValue: 1 << 14)
    /// Some client has.
    static let monitored = GateConditions(rawValue: 1 << 15)
}
