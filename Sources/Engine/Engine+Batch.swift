import Bytes
import Wire

/// What happens around batches of requests: time, background slices, clients that wait.
extension Engine {
    /// Starts a batch: from here to `endBatch`, the keyspace's time stands still.
    package func beginBatch() {
        let micros = context.clock.wallMicroseconds()
        context.batchMicroseconds = micros
        keyspace.now = micros / 1000
        keyspace.accessClock = UInt32(truncatingIfNeeded: micros / 1_000_000) & 0xFF_FFFF
        context.lastTick = context.clock.monotonicNanoseconds()
        context.requestRate.sample(context.statistics.requests, now: micros)
        if context.conditions.contains(.memoryLimit) { context.measureMemory(keyspace) }
    }

    /// Sessions other than the ones that spoke whose output must be sent.
    package func takeWoken() -> [Session] {
        if context.woken.isEmpty { return [] }
        defer { context.woken.removeAll(keepingCapacity: true) }
        return context.woken
    }

    /// Blocks of memory to be freed on another thread.
    package func takeGarbage() -> [Garbage] {
        if keyspace.garbage.isEmpty { return [] }
        defer { keyspace.garbage.removeAll() }
        return keyspace.garbage
    }

    /// Buckets looked at in one slice of the expiry cycle, and taken apart in one of a flushed database: each
    /// some hundreds of microseconds at worst.
    private static let sliceBuckets = 256

    /// One slice of background work. True when there is more to do at once.
    package func performSlice() -> Bool {
        let start = context.clock.monotonicNanoseconds()
        var budget = Engine.sliceBuckets
        let expiresMore = keyspace.expireDue(micros: context.batchMicroseconds, budget: &budget)
        let dismantlesMore = keyspace.dismantle(buckets: Engine.sliceBuckets)
        let spent = context.clock.monotonicNanoseconds() &- start
        context.statistics.activeExpireNanoseconds &+= spent
        context.statistics.longestSlice = max(context.statistics.longestSlice, spent)
        return expiresMore || dismantlesMore
    }

    /// When the engine next wants to be called though no client speaks, in milliseconds since 1970.
    package func nextWakeUp() -> Int64? {
        var earliest = keyspace.nextExpiry()
        func consider(_ time: Int64) { earliest = min(time, earliest ?? .max) }
        if !context.held.isEmpty {
            consider(context.conditions.contains(.paused) ? context.pause.end : context.now)
            for session in context.held {
                if case .blocked(let deadline?, _) = session.waiting { consider(deadline) }
                if case .released = session.waiting { consider(context.now) }
            }
        }
        return earliest
    }

    /// Lets clients go on whose pause has ended or whose time is up. Call once per turn.
    package func resumeHeld() {
        let now = context.now
        if context.conditions.contains(.paused), now >= context.pause.end {
            context.endPause()
            keyspace.holdsExpiry = false
        }
        if context.held.isEmpty { return }
        let candidates = context.held
        context.held.removeAll(keepingCapacity: true)
        for session in candidates {
            switch session.waiting {
            case .paused where now >= context.pause.end:
                session.waiting = nil
                resume(session)
                context.wake(session)
            case .released(let answer):
                session.waiting = nil
                unblock(session, answer)
            case .blocked(let deadline?, let timeoutReply) where now >= deadline:
                session.waiting = nil
                unblock(session, timeoutReply)
            case nil: break
            default: context.held.append(session)
            }
        }
    }

    /// Replies to a client that was blocked and runs what it sent meanwhile.
    private func unblock(_ session: Session, _ answer: BlockedReply) {
        swap(&session.output, &reply.output)
        reply.version = session.protocolVersion
        switch answer {
        case .integer(let value): reply.integer(value)
        case .error(let text): reply.error(text)
        case .null: reply.null()
        case .nullArray: reply.nullArray()
        case .integers(let values):
            reply.array(values.count)
            for value in values { reply.integer(value) }
        }
        swap(&session.output, &reply.output)
        resume(session)
        context.wake(session)
    }

    /// Closes a client whose input or output grew beyond its limit.
    func enforceLimits(_ session: Session, input: Int) {
        if input > context.configuration.clientQueryBufferLimit {
            context.statistics.queryLimitDisconnections &+= 1
            context.host.log(.warning, "Closing client that reached max query buffer length: id=\(session.id)")
            session.ending = .now
        }
        enforceOutputLimit(session)
    }

    /// Closes a client that does not read what it is sent: beyond the hard limit at once, beyond the soft one after
    /// its seconds.
    func enforceOutputLimit(_ session: Session) {
        let limit = context.configuration.clientOutputBufferLimits[.normal]
        let waiting = session.output.allocated
        let overSoft = limit.soft > 0 && waiting >= limit.soft
        if !overSoft { session.overSoftLimitSince = nil }
        if overSoft, session.overSoftLimitSince == nil { session.overSoftLimitSince = context.now }
        let tooLong = session.overSoftLimitSince.map { context.now - $0 > Int64(limit.softSeconds) * 1000 } ?? false
        if (limit.hard > 0 && waiting >= limit.hard) || tooLong {
            context.statistics.outputLimitDisconnections &+= 1
            context.host.log(
                .warning, "Client id=\(session.id) scheduled to be closed ASAP for overcoming of output buffer limits.")
            session.ending = .now
        }
    }

    /// Once a second or so: ends clients that were silent for `timeout` seconds, or over the soft limit for too long.
    /// O(n) in the number of clients.
    package func inspectClients() {
        let patience = Int64(context.configuration.timeout) * 1000
        for session in context.sessions.byID.values where session.ending == nil {
            enforceOutputLimit(session)
            if patience > 0, session.waiting == nil, context.now - session.lastActive > patience {
                context.host.log(.verbose, "Closing idle client")
                session.ending = .now
            }
            if session.ending != nil { context.wake(session) }
        }
    }

    /// Whether `inspectClients` has anything to look for.
    package var needsInspection: Bool {
        context.configuration.timeout > 0 || context.configuration.clientOutputBufferLimits[.normal].soft > 0
    }

    /// Notes what the host sent, for the rates of INFO.
    package func noteTraffic(received: UInt64, sent: UInt64) {
        context.inputRate.sample(received, now: context.batchMicroseconds)
        context.outputRate.sample(sent, now: context.batchMicroseconds)
    }

    /// A client that the host turned away.
    package func noteRejected() { context.sessions.rejected &+= 1 }

    /// How many clients there are.
    package var clientCount: Int { context.sessions.count }

    /// Milliseconds since 1970 of the present batch.
    package var now: Int64 { context.now }
}
