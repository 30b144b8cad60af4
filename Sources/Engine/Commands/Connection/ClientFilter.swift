import Bytes
import Wire

/// The kinds of clients that CLIENT LIST and CLIENT KILL tell apart.
enum ClientType: Equatable {
    case normal, replica, pubsub, primary

    init(_ name: RawSpan) throws(CommandError) {
        if name.equalsIgnoringCase("normal") {
            self = .normal
        } else if name.equalsIgnoringCase("slave") || name.equalsIgnoringCase("replica") {
            self = .replica
        } else if name.equalsIgnoringCase("pubsub") {
            self = .pubsub
        } else if name.equalsIgnoringCase("master") {
            self = .primary
        } else {
            throw .text("ERR Unknown client type '\(name.text)'")
        }
    }
}

/// Which clients CLIENT KILL or CLIENT LIST means; all conditions given must hold.
struct ClientFilter {
    var id: UInt64?
    var address: String?
    var localAddress: String?
    var type: ClientType?
    var user: String?
    /// Seconds that the connection must be old at least.
    var minimumAge: Int64?
    var skipsMe = false

    init() {}

    /// `CLIENT KILL ip:port`: it may be the caller's own.
    init(address: String) { self.address = address }

    /// The option pairs from `start` on.
    init(_ arguments: Arguments, from start: Int) throws(CommandError) {
        skipsMe = true
        var index = start
        while index < arguments.count {
            if index + 1 >= arguments.count { throw .syntax }
            let value = index + 1
            if arguments.isWord(index, "id") {
                let id = try arguments.integer(value, orThrow: .text("ERR client-id should be greater than 0"))
                if id < 1 { throw .text("ERR client-id should be greater than 0") }
                self.id = UInt64(id)
            } else if arguments.isWord(index, "type") {
                type = try ClientType(arguments[value])
            } else if arguments.isWord(index, "addr") {
                address = arguments[value].text
            } else if arguments.isWord(index, "laddr") {
                localAddress = arguments[value].text
            } else if arguments.isWord(index, "user") {
                let name = arguments[value].text
                if name != "default" { throw .text("ERR No such user '\(name)'") }
                user = name
            } else if arguments.isWord(index, "maxage") {
                let age = try arguments.integer(value, orThrow: .text("ERR maxage is not an integer or out of range"))
                if age < 1 { throw .text("ERR maxage should be greater than 0") }
                minimumAge = age
            } else if arguments.isWord(index, "skipme") {
                if arguments.isWord(value, "yes") {
                    skipsMe = true
                } else if arguments.isWord(value, "no") {
                    skipsMe = false
                } else {
                    throw .syntax
                }
            } else {
                throw .syntax
            }
            index += 2
        }
    }

    func matches(_ session: Session, _ context: borrowing Context) -> Bool {
        if let id, session.id != id { return false }
        if let address, session.peerAddress != address { return false }
        if let localAddress, session.localAddress != localAddress { return false }
        if let type, type != session.type { return false }
        if let user, session.userName != user { return false }
        if let minimumAge, (context.now - session.createdAt) / 1000 < minimumAge { return false }
        return !(skipsMe && session === context.session)
    }
}

extension Session {
    var type: ClientType { isSubscriber ? .pubsub : .normal }
}

extension Context {
    /// A client's line of CLIENT LIST, without the line feed. `position` is the size of the running client's own
    /// output, which is in the reply writer at that time.
    func description(of session: Session, _ position: Int) -> String {
        let output = session === self.session ? position : session.pendingOutput
        var flags = ""
        if session.conditions.contains(.monitor) { flags += "O" }
        if session.transaction != nil { flags += "x" }
        if session.isSubscriber { flags += "P" }
        if session.isHeld { flags += "b" }
        if let mode = session.tracking {
            flags += "t"
            if mode.isRedirectionBroken { flags += "R" }
            if mode.options.contains(.broadcast) { flags += "B" }
        }
        if session.watching.isTouched { flags += "d" }
        if session.ending == .afterReplies { flags += "c" }
        if session.ending == .now { flags += "A" }
        if session.isUnixSocket { flags += "U" }
        if session.isExemptFromEviction { flags += "e" }
        if flags.isEmpty { flags = "N" }
        let input = session === self.session ? inputCount : session.pendingInput
        let queued = session.transaction?.summary
        let queueMemory = queued?.memory ?? 0
        let subscriptions = session.subscriptions
        let memory = Session.baseMemory + session.outputMemory + input + queueMemory + subscriptions.memory
            + Int(session.watching.count) * WatchTable.recordMemory
        return """
            id=\(session.id) addr=\(session.peerAddress) laddr=\(session.localAddress) fd=\(session.descriptor) \
            name=\(session.name) age=\((now - session.createdAt) / 1000) idle=\((now - session.lastActive) / 1000) \
            flags=\(flags) db=\(session.database) sub=\(subscriptions.channels.count) \
            psub=\(subscriptions.patterns.count) ssub=\(subscriptions.shardChannels.count) multi=\(queued?.count ?? -1) \
            qbuf=\(input) qbuf-free=0 argv-mem=0 multi-mem=\(queueMemory) rbs=\(session.outputMemory) rbp=\(session.peakOutput) obl=\(output) oll=0 \
            omem=\(session.outputMemory) tot-mem=\(memory) events=\(output > 0 && session !== self.session ? "rw" : "r") \
            cmd=\(session.lastCommand < 0 ? "NULL" : commands.rows[session.lastCommand].name) user=\(session.userName) redir=\(session.redirectionNumber) \
            resp=\(session.protocolVersion.rawValue) lib-name=\(session.libraryName) lib-ver=\(session.libraryVersion) \
            watch=\(session.watching.count)
            """
    }

    /// Holds clients back until `end` (milliseconds since 1970); a pause in force is only ever extended.
    mutating func pause(until end: Int64, all: Bool) {
        if all || pause.allUntil > now {
            pause.allUntil = max(pause.end, end)
            pause.writesUntil = pause.allUntil
        } else {
            pause.writesUntil = max(pause.writesUntil, end)
        }
        conditions.insert(.paused)
    }

    mutating func endPause() {
        pause = Pause()
        conditions.remove(.paused)
        blocked.releasePaused()
    }
}
