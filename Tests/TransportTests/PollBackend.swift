import Glibc

@testable import Transport

/// Readiness by poll(2): level-triggered, so that the loop is shown to be right with both kinds.
final class PollBackend: ReadinessBackend {
    private var watched: [Int32: (token: UInt64, interest: Readiness)] = [:]

    func add(_ descriptor: Int32, token: UInt64, interest: Readiness) { watched[descriptor] = (token, interest) }
    func change(_ descriptor: Int32, token: UInt64, interest: Readiness) { watched[descriptor] = (token, interest) }
    func remove(_ descriptor: Int32) { watched[descriptor] = nil }

    func wait(into events: inout [ReadinessEvent], timeout: Int64?) -> Int {
        var list = watched.map { descriptor, watch in
            var bits: Int32 = 0
            if watch.interest.contains(.readable) { bits |= POLLIN | 0x2000 }
            if watch.interest.contains(.writable) { bits |= POLLOUT }
            return pollfd(fd: descriptor, events: Int16(bits), revents: 0)
        }
        unsafe poll(&list, nfds_t(list.count), timeout.map { Int32($0 / 1000) } ?? -1)
        var count = 0
        for entry in list where entry.revents != 0 && count < events.count {
            var seen: Readiness = []
            let bits = Int32(entry.revents)
            if bits & POLLIN != 0 { seen.insert(.readable) }
            if bits & POLLOUT != 0 { seen.insert(.writable) }
            // 0x2000 is POLLRDHUP, which Glibc's module does not show.
            if bits & 0x2000 != 0 { seen.insert(.inputEnded) }
            if bits & (POLLHUP | POLLERR) != 0 { seen.insert(.broken) }
            events[count] = ReadinessEvent(token: watched[entry.fd]!.token, readiness: seen)
            count += 1
        }
        return count
    }
}

/// Reports what the test says, for orders of events that a kernel produces only by chance.
final class ScriptedBackend: ReadinessBackend {
    private(set) var tokens: [Int32: UInt64] = [:]
    private(set) var removed: [Int32] = []
    private(set) var changes = 0
    var script: [[ReadinessEvent]] = []

    func add(_ descriptor: Int32, token: UInt64, interest: Readiness) { tokens[descriptor] = token }
    func change(_ descriptor: Int32, token: UInt64, interest: Readiness) { changes += 1 }

    func remove(_ descriptor: Int32) {
        // The order the loop promises: forgotten while the number is still its own.
        precondition(fcntl(descriptor, F_GETFD) >= 0)
        removed.append(descriptor)
    }

    func wait(into events: inout [ReadinessEvent], timeout: Int64?) -> Int {
        if script.isEmpty { return 0 }
        let batch = script.removeFirst()
        for (index, event) in batch.enumerated() { events[index] = event }
        return batch.count
    }
}
