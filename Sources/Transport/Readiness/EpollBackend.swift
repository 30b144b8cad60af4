import CSystem
import Glibc

/// Readiness by Linux's epoll, edge-triggered: the kernel does not put a served descriptor back into its ready list to
/// look at it once more, which is worth 2 % of a request, and a request costs no `epoll_ctl`.
@safe
package final class EpollBackend: ReadinessBackend {
    private let descriptor: Int32
    /// Where the kernel writes; as long as the largest batch wanted.
    private let memory: UnsafeMutableBufferPointer<epoll_event>

    /// `batch` is the most events one wait returns.
    package init(batch: Int = 1024) throws(SystemError) {
        precondition(batch > 0)
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        unsafe memory = .allocate(capacity: descriptor < 0 ? 0 : batch)
        if descriptor < 0 { throw SystemError("epoll_create1") }
        unsafe memory.initialize(repeating: epoll_event())
    }

    deinit {
        if descriptor >= 0 { _ = close(descriptor) }
        unsafe memory.deallocate()
    }

    package func add(_ target: Int32, token: UInt64, interest: Readiness) throws(SystemError) {
        try control(EPOLL_CTL_ADD, target, token, interest)
    }

    package func change(_ target: Int32, token: UInt64, interest: Readiness) throws(SystemError) {
        try control(EPOLL_CTL_MOD, target, token, interest)
    }

    package func remove(_ target: Int32) {
        // Safe: the kernel ignores the event of a deletion.
        var none = unsafe epoll_event()
        _ = unsafe epoll_ctl(descriptor, EPOLL_CTL_DEL, target, &none)
    }

    private func control(
        _ operation: Int32, _ target: Int32, _ token: UInt64, _ interest: Readiness
    ) throws(SystemError) {
        var event = unsafe epoll_event()
        var bits = EPOLLET.rawValue | EPOLLRDHUP.rawValue
        if interest.contains(.readable) { bits |= EPOLLIN.rawValue }
        if interest.contains(.writable) { bits |= EPOLLOUT.rawValue }
        // Safe: of the union only the number is ever used.
        unsafe event.events = bits
        unsafe event.data.u64 = token
        if unsafe epoll_ctl(descriptor, operation, target, &event) != 0 { throw SystemError("epoll_ctl") }
    }

    package func wait(into events: inout [ReadinessEvent], timeout: Int64?) -> Int {
        // Rounded up: waking a moment too early would find nothing due and go round for nothing.
        let milliseconds = timeout.map { $0 <= 0 ? 0 : Int32(clamping: ($0 &- 1) / 1000 &+ 1) } ?? -1
        let room = unsafe min(events.count, memory.count)
        // Safe: the kernel writes at most `room` events, and `room` is within both buffers.
        let count = unsafe Int(epoll_wait(descriptor, memory.baseAddress!, Int32(room), milliseconds))
        if count <= 0 {
            precondition(count == 0 || errno == EINTR, "epoll_wait fails only for a descriptor that is none")
            return 0
        }
        for index in 0 ..< count {
            let event = unsafe memory[index]
            events[index] = unsafe ReadinessEvent(token: event.data.u64, readiness: Readiness(epoll: event.events))
        }
        return count
    }
}

extension Readiness {
    @inline(__always)
    fileprivate init(epoll bits: UInt32) {
        var seen: Readiness = []
        if bits & EPOLLIN.rawValue != 0 { seen.insert(.readable) }
        if bits & EPOLLOUT.rawValue != 0 { seen.insert(.writable) }
        if bits & EPOLLRDHUP.rawValue != 0 { seen.insert(.inputEnded) }
        if bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { seen.insert(.broken) }
        self = seen
    }
}
