import Bytes

/// Where a key is, or would be: found once per command, so that a change needs no second search.
///
/// It is a licence too: nobody changes a key without its place, so whoever makes one (`Keyspace.find`, and expiry) knows of the
/// change before it happens, and lets a snapshot have what it still wants of the key.
struct KeyPlace {
    let hash: UInt64
    var entry: Entry?
    /// Whether what was here has been discarded for the value that is to come: the key is not a new one then.
    var isDiscarded = false

    var exists: Bool { entry != nil }
}

/// What a write does with the deadline that a key had.
enum DeadlineChange: Equatable {
    case clear
    case keep
    case at(Int64)
}

/// Counters of lookups and removals, as INFO shows them.
struct KeyspaceStatistics: ~Copyable {
    var hits: UInt64 = 0
    var misses: UInt64 = 0
    var expired: UInt64 = 0
    /// Fields of hashes that were removed because their time had come.
    var expiredFields: UInt64 = 0
    var evicted: UInt64 = 0
    /// Microseconds from the end of a key's life to its removal by the expiry cycle.
    var expiryLag = LatencyHistogram()
    /// Objects freed in the background since the start.
    var lazyFreed: UInt64 = 0

    /// CONFIG RESETSTAT.
    mutating func reset() {
        (hits, misses, expired, expiredFields, evicted, lazyFreed) = (0, 0, 0, 0, 0, 0)
        expiryLag.reset()
    }
}

/// All databases, the memory they share, and the one door through which keys change.
///
/// Reading commands find a `KeyPlace` and look at its entry; writing ones hand it to a function of this type, which keeps
/// table, expiry wheel and effect log in step. An entry is valid until the next change of the keyspace.
struct Keyspace: ~Copyable {
    var arena: Arena
    var databases: FixedArray<Database>
    /// Sets that are tables.
    var sets = ObjectStore<LargeSet>()
    /// Large hashes.
    var hashes = ObjectStore<LargeHash>()
    /// Whether a field of any hash ever had a deadline: files are of another version then.
    var hasHadFieldDeadlines = false
    /// Lists of more than one block.
    var lists = ObjectStore<QuickList>()
    /// How lists made from now on are laid out.
    var listLimits = ListLimits()
    /// Sorted sets that are a table and a tree.
    var sortedSets = ObjectStore<LargeSortedSet>()
    /// The database that commands work on.
    var selected = 0
    /// Milliseconds since 1970, set by whoever runs the engine; the same during one command.
    var now: Int64 = 0
    /// How uses of keys are noted.
    var accessRule = AccessRule()
    /// How long keys live by configuration.
    var lifetimes = LifetimePolicy()
    /// What choosing the keys to be evicted remembers.
    var eviction = EvictionState()
    /// False while a client asked not to disturb access data (CLIENT NO-TOUCH).
    var touchesOnRead = true
    /// While true, expired keys are hidden but not removed (writes are paused).
    var holdsExpiry = false
    /// DEBUG SET-ACTIVE-EXPIRE: whether the cycle removes what falls due.
    var expiresActively = true
    var random: SeededRandom
    var effects = EffectLog()
    var statistics = KeyspaceStatistics()
    /// Large blocks to be freed elsewhere.
    var garbage: [Garbage] = []
    var flushed: [FlushedDatabase] = []
    let hashKey: SipKey
    /// Text of an integer while a command looks at it.
    private var scratch = ByteBuffer(capacity: 32)
    /// The last unique that a value was given (see `Annotation`).
    var lastUnique: UInt64 = 0
    /// The hash of the key that the running request begins with, where it was anticipated.
    var memo = KeyMemo()
    /// The image of all data that is being written.
    var snapshot = Snapshot()

    /// `seed` makes random choice and `hashSeed` hashing; equal seeds give equal behaviour.
    ///
    /// Addresses are reserved for four times the machine's memory, so that whatever fits the memory fits the range.
    init(databaseCount: Int = 16, seed: UInt64, hashSeed: (UInt64, UInt64) = (1, 2), totalMemory: Int? = nil) {
        let key = SipKey(hashSeed.0, hashSeed.1)
        hashKey = key
        random = SeededRandom(seed: seed)
        arena = Arena(reservation: max(64 << 30, (totalMemory ?? 0) * 4))
        databases = FixedArray(count: databaseCount) { _ in Database(key: key) }
    }

    // MARK: Finding

    @inline(__always)
    func hash(_ key: RawSpan) -> UInt64 {
        key.identity == memo.address && key.byteCount == memo.count ? memo.hash : siphash13(key, hashKey)
    }

    /// Starts loading the bucket of `key`, which will probably be looked up soon.
    @inline(__always)
    func anticipate(_ key: RawSpan) -> KeyMemo {
        let hash = siphash13(key, hashKey)
        databases[selected].table.prefetch(hash)
        return KeyMemo(address: key.identity, count: key.byteCount, hash: hash)
    }

    /// Starts loading the entry of an anticipated key; its bucket should be there by now. Returns what is probably the entry.
    @inline(__always) @discardableResult
    func anticipateEntry(_ memo: KeyMemo) -> Entry? {
        databases[selected].table.prefetchEntries(memo.hash, arena).map { Entry($0) }
    }

    /// Finds a key for reading: counts a hit or miss, and notes the access.
    @inline(__always)
    mutating func read(_ key: RawSpan) -> Entry? { read(key, hash(key)) }

    /// The same for a key whose hash is known.
    @inline(__always)
    mutating func read(_ key: RawSpan, _ hash: UInt64) -> Entry? {
        guard let entry = lookUp(key, hash) else {
            noteMiss(key)
            return nil
        }
        statistics.hits &+= 1
        if touchesOnRead { touchRead(entry) }
        return entry
    }

    /// Finds a key for reading without leaving a trace in its access data, as TYPE and OBJECT do.
    mutating func peek(_ key: RawSpan) -> Entry? { lookUp(key, hash(key)) }

    /// Finds a key that the command may change; notes the access, not a hit or miss.
    @inline(__always)
    mutating func write(_ key: RawSpan) -> KeyPlace {
        let place = find(key)
        if let entry = place.entry, touchesOnRead { touchToWrite(entry) }
        return place
    }

    /// Finds a key that the command reads and then may change: counts a hit or miss, and notes the access.
    mutating func readToWrite(_ key: RawSpan) -> KeyPlace {
        let place = write(key)
        if place.exists { statistics.hits &+= 1 } else { noteMiss(key) }
        return place
    }

    /// Counts a read that found nothing.
    @inline(__always)
    mutating func noteMiss(_ key: RawSpan) {
        statistics.misses &+= 1
        effects.noteMiss(selected, key)
    }

    /// Finds a key that may be changed then; one that is past its deadline is removed (or hidden, while expiry is held) and not
    /// found.
    @inline(__always)
    mutating func find(_ key: RawSpan) -> KeyPlace { find(key, hash(key)) }

    /// The same for a key whose hash is known.
    @inline(__always)
    mutating func find(_ key: RawSpan, _ hash: UInt64) -> KeyPlace {
        let place = KeyPlace(hash: hash, entry: lookUp(key, hash))
        preserve(place, in: selected)
        return place
    }

    /// The same for a key that will only be looked at.
    @inline(__always)
    mutating func lookUp(_ key: RawSpan, _ hash: UInt64) -> Entry? {
        guard let handle = databases[selected].table.find(hash, key, arena) else { return nil }
        let entry = Entry(handle)
        if let deadline = arena.deadline(entry), now > deadline {
            if !holdsExpiry { expire(entry, hash, in: selected) }
            return nil
        }
        return entry
    }

    /// Notes a use. Writing only what changed keeps read-mostly cache lines clean.
    @inline(__always)
    mutating func touch(_ entry: Entry) {
        let before = arena.header(entry).access
        let after = accessRule.read(before, &random)
        if after != before { arena.setAccess(entry, after) }
    }

    /// Notes a use by a command that may change the key.
    @inline(__always)
    mutating func touchToWrite(_ entry: Entry) {
        let before = arena.header(entry).access
        let after = accessRule.written(before, &random)
        if after != before { arena.setAccess(entry, after) }
    }

    /// The same for a read, which also leaves the mark that the value has been read.
    @inline(__always)
    mutating func touchRead(_ entry: Entry) {
        let header = arena.header(entry)
        let access = accessRule.read(header.access, &random)
        if header.access != access || !header.isFetched {
            var changed = EntryHeader(bits: header.bits | EntryHeader.fetched)
            changed.access = access
            arena.setHeader(entry, changed)
        }
    }

    // MARK: The door

    /// Notes that the key of `entry`, in the selected database, changed.
    @inline(__always)
    mutating func changed(_ event: KeyEvent, _ entry: Entry) {
        if arena.header(entry).isAnnotated { renewAnnotation(entry, event) }
        effects.note(event, selected, entry, arena)
    }

    /// Names another event of a change that `changed` has counted or will: SET with EX is one change, `set` and `expire`.
    @inline(__always)
    mutating func mention(_ event: KeyEvent, _ entry: Entry) {
        effects.mention(event, selected, entry, arena)
    }

    /// Adds an entry for a key that is not there; `isNew` is false where it was until a moment ago.
    @inline(__always)
    mutating func add(_ entry: Entry, _ hash: UInt64, isNew: Bool = true) {
        arena.setAccess(entry, accessRule.fresh)
        databases[selected].insert(entry, hash, &arena, now: now)
        if effects.isRecording, isNew { effects.noteCreation(selected, entry, arena) }
    }

    /// Puts `new` in the place of an entry with the same key, which has been freed or moved.
    mutating func exchange(_ old: Entry, for new: Entry, _ hash: UInt64, wasVolatile: Bool) {
        databases[selected].table.replace(old.handle, with: new.handle, hash, arena)
        noteDeadline(new, hash, wasVolatile: wasVolatile)
    }

    /// Keeps the count of volatile keys and the wheel in step with an entry that may have got another deadline.
    @inline(__always)
    private mutating func noteDeadline(_ entry: Entry, _ hash: UInt64, wasVolatile: Bool) {
        let deadline = arena.deadline(entry)
        if wasVolatile != (deadline != nil) { databases[selected].volatileCount &+= wasVolatile ? -1 : 1 }
        if let deadline { databases[selected].schedule(hash, deadline, now: now) }
    }

    /// Removes a key. False when there was none.
    @discardableResult
    mutating func remove(_ place: KeyPlace, _ event: KeyEvent = .del) -> Bool {
        guard let entry = place.entry else { return false }
        changed(event, entry)
        databases[selected].remove(entry, place.hash, &arena, now: now)
        free(entry)
        return true
    }

    /// Frees an entry that no table holds any more. O(1): what is large is freed in slices or on another thread.
    mutating func free(_ entry: Entry) {
        let header = arena.header(entry)
        if header.form == .object { bury(header.type, arena.objectIndex(entry)) }
        if let large = arena.free(entry) { garbage.append(large) }
    }

    /// Sets or takes away the deadline of a key that is there. `event` nil leaves the door shut: the command has
    /// reported, or will report, the whole of its change itself.
    mutating func setDeadline(_ place: inout KeyPlace, _ deadline: Int64?, _ event: KeyEvent?) {
        guard let entry = place.entry else { return }
        let wasVolatile = arena.header(entry).isVolatile
        let result = arena.withDeadline(entry, deadline)
        if result != entry {
            exchange(entry, for: result, place.hash, wasVolatile: wasVolatile)
            place.entry = result
        } else {
            noteDeadline(result, place.hash, wasVolatile: wasVolatile)
        }
        if let event { changed(event, result) }
    }

    // MARK: Text of strings

    /// The bytes of a string, whatever its encoding. O(1).
    @_lifetime(&self)
    mutating func text(_ entry: Entry) -> RawSpan {
        if arena.header(entry).form == .integer {
            scratch.removeAll()
            scratch.append(decimal: arena.integer(entry))
            return scratch.bytes
        }
        return arena.bytes(entry)
    }

    /// The length of a string's text in bytes.
    func textLength(_ entry: Entry) -> Int {
        arena.header(entry).form == .integer ? decimalLength(arena.integer(entry)) : arena.byteCount(entry)
    }
}
