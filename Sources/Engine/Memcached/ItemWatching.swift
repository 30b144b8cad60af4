import Bytes
import Wire

/// What a client that has said `watch` is shown of items.
struct ItemEvents: OptionSet, Sendable {
    let rawValue: UInt8

    static let fetchers = ItemEvents(rawValue: 1 << 0)
    static let mutations = ItemEvents(rawValue: 1 << 1)
    static let evictions = ItemEvents(rawValue: 1 << 2)
}

extension MemcachedService {
    /// Whether anybody wants to know of single reads.
    @inline(__always)
    var observesReads: Bool { prefixes.isOn || watched.contains(.fetchers) }

    /// Brings `watched` up to date.
    mutating func refreshWatched() {
        watched = watchers.reduce(into: []) { $0.formUnion($1.memcached?.watches ?? []) }
    }
}

/// Lines for clients that watch, one for each event:
///
///     ts=1358.284316 gid=7 type=item_get key=greeting status=found clsid=4 cfd=26 size=5
///
/// A watcher that does not read is closed by the limit of its output, like everybody to whom others talk.
extension Context {
    /// Notes a read by a memcached client.
    mutating func noteFetch(_ key: RawSpan, isHit: Bool, size: Int) {
        memcached.prefixes.noteGet(key, isHit: isHit)
        if memcached.watched.contains(.fetchers) { showFetch(key, isHit: isHit, size: size) }
    }

    /// Shows those who watch reads that a command looks for an item in order to change it. Only reads count otherwise.
    mutating func noteLookup(_ key: RawSpan, _ keyspace: inout Keyspace) {
        if !memcached.watched.contains(.fetchers) { return }
        var size: Int?
        if let entry = keyspace.find(key).entry, keyspace.arena.header(entry).isString {
            size = keyspace.textLength(entry)
        }
        showFetch(key, isHit: size != nil, size: size ?? 0)
    }

    private mutating func showFetch(_ key: RawSpan, isHit: Bool, size: Int) {
        let line = ItemLine(self, "item_get", key)
        let status = isHit ? "found" : "not_found"
        show(line.text + " status=\(status) clsid=0 cfd=\(session.descriptor) size=\(size)\n", to: .fetchers)
    }

    /// Notes what became of an item that a memcached client stored.
    mutating func noteStore(_ item: ItemToStore, _ result: StoreResult) {
        let status =
            switch result {
            case .stored: "stored"
            case .exists: "exists"
            case .notFound: "not_found"
            case .notStored, .wrongType: "not_stored"
            }
        let life =
            switch item.life {
            case .forEver, .over: Int64(0)
            case .until(let time): max(0, time - now) / 1000
            }
        let line = ItemLine(self, "item_store", item.key)
        show(
            line.text + " status=\(status) cmd=\(item.mode) ttl=\(life) clsid=0 cfd=\(session.descriptor)"
                + " size=\(item.value.byteCount)\n", to: .mutations)
    }

    /// Shows watchers that a key was evicted.
    mutating func noteEviction(_ effect: Effect) {
        guard memcached.watched.contains(.evictions), case .key(.evicted, let database, let key) = effect,
            database == configuration.memcachedDatabase
        else { return }
        show(ItemLine(self, "eviction", key.bytes).text + "\n", to: .evictions)
    }

    private mutating func show(_ line: String, to events: ItemEvents) {
        memcached.lastEvent &+= 1
        for watcher in memcached.watchers where watcher.memcached?.watches.isDisjoint(with: events) == false {
            memcached.statistics.watcherLines &+= 1
            deliver(line.bytes, to: watcher)
        }
    }

    /// Begins to show a client what happens; it says nothing more from now on.
    mutating func startWatching(_ events: ItemEvents, _ keyspace: inout Keyspace) {
        session.memcached?.watches = events
        session.waiting = .watching
        memcached.watchers.append(session)
        memcached.refreshWatched()
        if memcached.watched.contains(.evictions) { keyspace.effects.listeners.insert(.evictions) }
    }

    /// The end of a connection.
    mutating func stopWatching(_ session: Session, _ keyspace: inout Keyspace) {
        if session.memcached == nil { return }
        memcached.dumps.removeAll { $0.session === session }
        if memcached.watchers.isEmpty { return }
        memcached.watchers.removeAll { $0 === session }
        memcached.refreshWatched()
        if !memcached.watched.contains(.evictions) { keyspace.effects.listeners.remove(.evictions) }
    }
}

/// The beginning of a watcher's line.
private struct ItemLine {
    let text: String

    init(_ context: borrowing Context, _ type: String, _ key: RawSpan) {
        let now = context.wallMicroseconds()
        text = "ts=\(now / 1_000_000).\(now % 1_000_000) gid=\(context.memcached.lastEvent &+ 1) type=\(type) key="
            + String(decoding: uriEncoded(key), as: UTF8.self)
    }
}

/// A key as it is shown in lines that have spaces between words: what is not a letter, a digit or one of `-._~` as `%XX`.
func uriEncoded(_ key: RawSpan) -> [UInt8] {
    var result: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for index in 0 ..< key.byteCount {
        let byte = key.byte(index)
        switch byte {
        case UInt8(ascii: "a") ... UInt8(ascii: "z"), UInt8(ascii: "A") ... UInt8(ascii: "Z"),
            UInt8(ascii: "0") ... UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            result.append(byte)
        default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return result
}
