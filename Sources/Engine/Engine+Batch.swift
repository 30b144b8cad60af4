import Bytes
import Wire

/// What happens around batches of requests: time, background slices, clients that wait.
extension Engine {
    /// Starts a batch: until the next, the keyspace's time stands still.
    package func beginBatch() { core.beginBatch() }

    /// Sessions other than the ones that spoke whose output must be sent.
    package func takeWoken() -> [Session] {
        if core.context.woken.isEmpty { return [] }
        defer { core.context.woken.removeAll(keepingCapacity: true) }
        return core.context.woken
    }

    /// Sessions that were given messages by others; what they are to be told can wait its turn. Asking for them ends a turn:
    /// what clients are told once in each is written now.
    package func takeAddressed() -> [Session] {
        if core.context.tracking.hasDueBroadcasts { core.context.sendBroadcasts() }
        if core.context.addressed.isEmpty { return [] }
        defer { core.context.addressed.removeAll(keepingCapacity: true) }
        return core.context.addressed
    }

    /// Blocks of memory to be freed on another thread.
    package func takeGarbage() -> [Garbage] {
        if core.keyspace.garbage.isEmpty { return [] }
        defer { core.keyspace.garbage.removeAll() }
        return core.keyspace.garbage
    }

    /// Buckets looked at and keys removed in one slice of the expiry cycle; half a millisecond where none is in the cache.
    private static let sliceExpiry = 512
    /// Buckets of a flushed database taken apart in one slice, with the five to eight keys of each.
    private static let sliceBuckets = 128
    /// Elements of large values freed in one slice.
    private static let sliceElements = 1024
    /// Empty pages given back in one slice: a mebibyte.
    private static let slicePages = 16

    /// One slice of background work. True when there is more to do at once.
    package func performSlice() -> Bool {
        if core.context.scripts.isSuspended {
            // Nothing else may change data in the middle of a script.
            core.continueScript()
            return true
        }
        let start = core.context.clock.monotonicNanoseconds()
        var budget = Engine.sliceExpiry
        let expiresMore =
            !core.context.pausesHousekeeping
            && core.keyspace.expireDue(micros: core.context.batchMicroseconds, budget: &budget)
        let loadsMore = advanceLoading()
        core.saveIfDue()
        let savesMore = advanceSnapshot()
        let dismantlesMore = core.keyspace.dismantle(buckets: Engine.sliceBuckets)
        let buriesMore = core.keyspace.dismantleObjects(budget: Engine.sliceElements)
        let returnsMore = core.keyspace.arena.returnEmptyPages(limit: Engine.slicePages)
        let evictsMore = core.goOnEvicting()
        core.routeEffects()
        let dumpsMore = core.continueDumps()
        let trimsMore = core.trimTracking(keys: Engine.sliceBuckets)
        let spent = core.context.clock.monotonicNanoseconds() &- start
        core.context.statistics.activeExpireNanoseconds &+= spent
        core.context.statistics.longestSlice = max(core.context.statistics.longestSlice, spent)
        return expiresMore || dismantlesMore || trimsMore || buriesMore || returnsMore || savesMore || loadsMore || dumpsMore
            || evictsMore
    }

    /// When the engine next wants to be called though no client speaks, in milliseconds since 1970.
    package func nextWakeUp() -> Int64? {
        var earliest = core.context.pausesHousekeeping ? nil : core.keyspace.nextExpiry()
        func consider(_ time: Int64) { earliest = min(time, earliest ?? .max) }
        if let deadline = core.context.blocked.nextDeadline() { consider(deadline) }
        if core.context.conditions.contains(.paused) { consider(core.context.pause.end) }
        if let time = core.nextSnapshotWork() { consider(time) }
        if !core.context.blocked.released.isEmpty { consider(core.context.now) }
        if let flush = core.context.memcached.flushAt { consider(flush) }
        return earliest
    }

    /// Lets clients go on whose pause has ended or whose time is up. Call once per turn.
    package func resumeHeld() {
        let now = core.context.now
        if core.context.conditions.contains(.paused), now >= core.context.pause.end {
            core.context.endPause()
            core.keyspace.holdsExpiry = false
        }
        while let wait = core.context.blocked.popDue(now: now) { core.context.release(wait, wait.onTimeout) }
        // Who goes on may release others.
        while !core.context.blocked.released.isEmpty {
            for session in core.context.blocked.takeReleased() {
                resume(session)
                core.context.wake(session)
            }
        }
    }

    /// Once a second or so: ends clients that were silent for `timeout` seconds, or over the soft limit for too long.
    /// O(n) in the number of clients.
    package func inspectClients() {
        let patience = Int64(core.context.configuration.timeout) * 1000
        for session in core.context.sessions.byID.values where session.ending == nil {
            core.context.enforceOutputLimit(session, session.outputMemory)
            if patience > 0, session.waiting == nil, !session.isSubscriber, core.context.now - session.lastActive > patience {
                core.context.host.log(.verbose, "Closing idle client")
                session.ending = .now
            }
            if session.ending != nil { core.context.wake(session) }
        }
    }

    /// Whether `inspectClients` has anything to look for.
    package var needsInspection: Bool {
        if core.context.pausesHousekeeping { return false }
        return core.context.configuration.timeout > 0 || core.context.overSoftLimit > 0
    }

    /// Notes what the host sent, for the rates of INFO.
    package func noteTraffic(received: UInt64, sent: UInt64) {
        core.context.inputRate.sample(received, now: core.context.batchMicroseconds)
        core.context.outputRate.sample(sent, now: core.context.batchMicroseconds)
    }

    /// Allocations of memory for data since the start, for the allocation budget.
    package var dataAllocations: UInt64 { core.keyspace.arena.allocationCount }

    /// What the process held before it served anybody: counted as in use from now on. For a process that is the server's own.
    package func noteStartMemory(_ bytes: Int) {
        core.noteStartMemory(bytes)
    }

    /// A client that the host turned away.
    package func noteRejected() { core.context.sessions.rejected &+= 1 }

    /// How many clients there are.
    package var clientCount: Int { core.context.sessions.count }

    /// Milliseconds since 1970 of the present batch.
    package var now: Int64 { core.context.now }
}

extension Context {
    /// Closes a client whose input or output grew beyond its limit.
    @inline(__always)
    mutating func enforceLimits(_ session: Session, input: Int, output: Int) {
        enforceInputLimit(session, input)
        enforceOutputLimit(session, output)
    }

    /// The same for the running client between two of its requests, and its share in what all clients hold.
    @inline(__always)
    mutating func enforceRunningLimits(output: Int) {
        enforceOutputLimit(session, output)
        if clientMemoryLimit == 0 { return }
        session.recount(output: output)
        enforceClientMemory(output: output)
    }

    /// Closes a client that makes the server keep more of its requests than it may.
    @inline(__always)
    mutating func enforceInputLimit(_ session: Session, _ held: Int) {
        if held > configuration.clientQueryBufferLimit, session.ending == nil { endForInput(session) }
    }

    private mutating func endForInput(_ session: Session) {
        statistics.queryLimitDisconnections &+= 1
        host.log(.warning, "Closing client that reached max query buffer length: id=\(session.id)")
        session.ending = .now
    }

    /// Closes a client that does not read what it is sent: beyond the hard limit at once, beyond the soft one after
    /// its seconds.
    @inline(__always)
    mutating func enforceOutputLimit(_ session: Session, _ waiting: Int) {
        let limit = configuration.clientOutputBufferLimits[session.limitClass]
        let isOverHard = limit.hard > 0 && waiting >= limit.hard
        let isOverSoft = limit.soft > 0 && waiting >= limit.soft
        if isOverHard || isOverSoft || session.overSoftLimitSince != nil {
            judge(session, isOverHard: isOverHard, isOverSoft: isOverSoft, seconds: limit.softSeconds)
        }
    }

    /// The same for all clients, because the limits are new.
    mutating func enforceOutputLimits() {
        for session in sessions.byID.values where session.ending == nil {
            enforceOutputLimit(session, session.outputMemory)
            if session.ending != nil { wake(session) }
        }
    }

    private mutating func judge(_ session: Session, isOverHard: Bool, isOverSoft: Bool, seconds: Int) {
        if session.ending != nil { return }
        if isOverSoft != (session.overSoftLimitSince != nil) {
            session.overSoftLimitSince = isOverSoft ? now : nil
            overSoftLimit += isOverSoft ? 1 : -1
        }
        let tooLong = session.overSoftLimitSince.map { now - $0 > Int64(seconds) * 1000 } ?? false
        if isOverHard || tooLong {
            statistics.outputLimitDisconnections &+= 1
            host.log(.warning, "Client id=\(session.id) scheduled to be closed ASAP for overcoming of output buffer limits.")
            session.ending = .now
        }
    }
}

extension Engine.Core {
    mutating func continueScript() { context.continueScript(&keyspace) }

    /// Hands what changed outside of commands to those who listen.
    mutating func routeEffects() { EffectRouting.run(&keyspace, &context) }

    mutating func goOnEvicting() -> Bool { context.goOnEvicting(&keyspace) }

    mutating func noteStartMemory(_ bytes: Int) {
        context.startMemory = bytes
        context.measureMemory(keyspace)
    }

    mutating func beginBatch() {
        context.readClock(&keyspace)
        flushIfDue()
        context.lastTick = context.clock.monotonicNanoseconds()
        context.requestRate.sample(context.statistics.requests, now: context.batchMicroseconds)
        context.enforceClientMemory()
        if context.conditions.contains(.memoryLimit) { context.measureMemory(keyspace) }
    }
}

extension Context {
    /// Brings the time that commands see up to date.
    mutating func readClock(_ keyspace: inout Keyspace) {
        batchMicroseconds = clock.wallMicroseconds()
        keyspace.now = now
        keyspace.accessRule.setTime(micros: batchMicroseconds)
    }
}
