import Bytes

/// The clients of one prefix in BCAST mode, and the keys with it that changed in the present turn.
final class Broadcast {
    let prefix: [UInt8]
    var clients: [UInt64: Session] = [:]
    /// Each key with the client that changed it last; 0 where it was none.
    fileprivate(set) var changed: [[UInt8]: UInt64] = [:]

    init(prefix: [UInt8]) { self.prefix = prefix }

    /// The keys that a client is told, in byte order and encoded as an array; `nil` where there are none. A client that
    /// knows of its own changes is not told those.
    func message(sparing client: UInt64? = nil) -> [UInt8]? {
        let keys = changed.filter { client == nil || $0.value != client }.keys
            .sorted { $0.lexicographicallyPrecedes($1) }
        if keys.isEmpty { return nil }
        var text = ByteBuffer()
        text.append(UInt8(ascii: "*"))
        text.append(decimal: Int64(keys.count))
        text.append("\r\n")
        for key in keys {
            text.append(UInt8(ascii: "$"))
            text.append(decimal: Int64(key.count))
            text.append("\r\n")
            text.append(key.bytes)
            text.append("\r\n")
        }
        return text.bytes.array
    }

    /// The end of a turn: what there was to tell has been told.
    func forget() { changed.removeAll() }
}

/// BCAST mode: clients register prefixes, and are told of every change of a key with one of them, once for each turn of
/// the server however often it changed. Nothing is remembered of what they read.
///
/// A change finds its prefixes in time that depends on the length of its key only (`PrefixTree`).
struct BroadcastTable: ~Copyable {
    private var tree = PrefixTree<Broadcast>()
    /// Prefixes with keys to tell of.
    private var due: [Broadcast] = []

    /// How many prefixes there are, each counted once however many clients share it.
    var count: Int { tree.count }

    var hasDue: Bool { !due.isEmpty }

    mutating func register(_ prefix: [UInt8], _ session: Session) {
        if let broadcast = tree[prefix.bytes] {
            broadcast.clients[session.id] = session
        } else {
            let broadcast = Broadcast(prefix: prefix)
            broadcast.clients[session.id] = session
            tree.insert(prefix.bytes, broadcast)
        }
    }

    mutating func unregister(_ prefix: [UInt8], _ session: Session) {
        guard let broadcast = tree[prefix.bytes] else { return }
        broadcast.clients[session.id] = nil
        if broadcast.clients.isEmpty { tree.remove(prefix.bytes) }
    }

    /// A key changed; `client` is who did it, 0 for nobody. O(length of the key), and the prefixes that it has.
    mutating func note(_ key: [UInt8], by client: UInt64) {
        if tree.count == 0 { return }
        tree.visitPrefixes(of: key.bytes) { broadcast in
            if broadcast.changed.isEmpty { due.append(broadcast) }
            broadcast.changed[key] = client
        }
    }

    /// The prefixes that have something to tell, in byte order. Each is to `forget` what it has told.
    mutating func takeDue() -> [Broadcast] {
        let taken = due.sorted { $0.prefix.lexicographicallyPrecedes($1.prefix) }
        due.removeAll()
        return taken
    }
}
