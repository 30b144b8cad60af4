import Bytes

/// Which clients have which keys in their caches: for every key that was read by a client in tracking mode, the ids of
/// those who read it since it last changed.
///
/// A tracked key is an entry of the arena like those of the keyspace, with the ids as its value (`ClientIDs`), in a hash
/// table like the keyspace's: a 16-byte key that one client has read takes 32 bytes and its share of a bucket, and a
/// million of them forty-odd megabytes. The name is kept because the client must be told it when the table is full and the
/// key has to go, though it did not change. Keys of all databases share the table, as their names share the clients' caches.
///
/// Nobody takes a client out that stops tracking or goes away: its ids mean nobody from then on, and leave with their keys.
///
/// Invariants: every entry has at least one id; `itemCount` is the number of ids in all entries.
///
/// Costs: adding an id and taking a key out are O(1) expected, apart from the ids taken. The table grows and shrinks by
/// single buckets. Giving up the whole of it is O(1) for whoever asks: it is taken apart in slices, as a flushed database is.
struct TrackingTable: ~Copyable {
    private var table: HashTable<KeyEntryLayout>
    /// Ids in all entries.
    private(set) var itemCount = 0

    /// An empty table, which holds no memory until its first key.
    /// `hashKey` is the keyspace's.
    init(hashKey: SipKey) { table = HashTable(key: hashKey) }

    /// Keys in it.
    var count: Int { table.count }

    /// Notes that a client has read a key. O(1) expected.
    mutating func add(_ key: RawSpan, client: UInt64, _ keyspace: inout Keyspace) {
        let hash = keyspace.hash(key)
        guard let handle = table.find(hash, key, keyspace.arena) else {
            table.insert(keyspace.makeTracked(key, ClientIDs.grown([], with: client)).handle, hash, &keyspace.arena)
            if table.wantsToGrow { _ = table.grow(&keyspace.arena) }
            itemCount += 1
            return
        }
        let entry = Entry(handle)
        var bytes = keyspace.arena.mutableBytes(entry)
        switch ClientIDs.insert(client, &bytes) {
        case .present: return
        case .added: break
        case .full:
            let value = ClientIDs.grown(ClientIDs.all(keyspace.arena.bytes(entry)), with: client)
            table.replace(handle, with: keyspace.makeTracked(key, value).handle, hash, keyspace.arena)
            keyspace.free(entry)
        }
        itemCount += 1
    }

    /// Takes a key out, and returns the clients that had read it, in ascending order. O(1) expected, and O(n log n) in the
    /// number of clients.
    mutating func take(_ key: RawSpan, _ keyspace: inout Keyspace) -> [UInt64] {
        let hash = keyspace.hash(key)
        guard let handle = table.find(hash, key, keyspace.arena) else { return [] }
        return remove(Entry(handle), hash, &keyspace)
    }

    /// Takes out a key chosen at random. `nil` when there is none.
    mutating func takeAny(_ keyspace: inout Keyspace) -> (key: [UInt8], clients: [UInt64])? {
        guard let handle = table.random(&keyspace.random, keyspace.arena) else { return nil }
        let key = keyspace.arena.key(Entry(handle)).array
        return (key, remove(Entry(handle), keyspace.hash(key.bytes), &keyspace))
    }

    private mutating func remove(_ entry: Entry, _ hash: UInt64, _ keyspace: inout Keyspace) -> [UInt64] {
        let clients = ClientIDs.all(keyspace.arena.bytes(entry))
        itemCount -= clients.count
        table.remove(entry.handle, hash, &keyspace.arena)
        keyspace.free(entry)
        // Two merged buckets for one entry that leaves keep pace with any rate of removal.
        for _ in 0 ..< 2 where table.wantsToShrink { _ = table.shrink(&keyspace.arena) }
        return clients
    }

    /// Forgets all keys in O(1); their memory is freed in slices.
    mutating func removeAll(_ keyspace: inout Keyspace) {
        if table.count == 0 { return }
        var old = HashTable<KeyEntryLayout>(key: keyspace.hashKey)
        swap(&old, &table)
        keyspace.dismantleLater(old)
        itemCount = 0
    }

    /// Checks what the essay promises; traps where it does not hold. O(n), for tests.
    func checkInvariants(_ keyspace: borrowing Keyspace) {
        table.checkInvariants(keyspace.arena)
        var items = 0
        for bucket in 0 ..< table.bucketCount {
            table.visit(bucket, keyspace.arena) { handle in
                let ids = ClientIDs.all(keyspace.arena.bytes(Entry(handle)))
                precondition(!ids.isEmpty && ids.count == ClientIDs.count(keyspace.arena.bytes(Entry(handle))))
                precondition(Set(ids).count == ids.count, "a client stands twice")
                items += ids.count
            }
        }
        precondition(items == itemCount)
    }
}

extension Keyspace {
    /// An entry of a tracking table.
    fileprivate mutating func makeTracked(_ key: RawSpan, _ ids: [UInt8]) -> Entry {
        arena.makeString(key: key, deadline: nil, encoding: .raw, value: ids.bytes)
    }

    /// Hands a table over to be taken apart with the flushed databases.
    fileprivate mutating func dismantleLater(_ table: consuming HashTable<KeyEntryLayout>) {
        var database = Database(key: hashKey)
        database.table = table
        flushed.append(FlushedDatabase(database))
    }
}
