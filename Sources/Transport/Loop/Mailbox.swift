import CSystem
import Glibc
import Synchronization

/// The only way into a loop from another thread: accepted sockets and jobs, in the order of their posting.
///
/// A post takes a lock for as long as an append lasts, and writes to an eventfd that the loop's wait watches. Posts
/// between two turns share one write: `signalled` says that a wake-up is on its way already.
package final class Mailbox: Sendable {
    enum Letter {
        case arrival(Arrival)
        case job(@Sendable () -> Void)
    }

    private let letters = Mutex<[Letter]>([])
    private let signalled = Atomic<Bool>(false)
    /// Readable while a wake-up is under way.
    let wakeDescriptor: Int32

    package init() throws(SystemError) {
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        if wakeDescriptor < 0 { throw SystemError("eventfd") }
    }

    deinit {
        discardAll()
        if wakeDescriptor >= 0 { _ = close(wakeDescriptor) }
    }

    /// Hangs up on clients that were accepted when the loop had ended, and drops its jobs.
    package func discardAll() {
        for case .arrival(let arrival) in take() { _ = close(arrival.descriptor) }
    }

    /// Runs `job` on the loop's thread, in its next turn.
    package func perform(_ job: @escaping @Sendable () -> Void) {
        letters.withLock { $0.append(.job(job)) }
        wake()
    }

    /// Hands over accepted sockets; the mailbox owns them from here.
    func deliver(_ arrivals: [Arrival]) {
        letters.withLock { $0.append(contentsOf: arrivals.lazy.map(Letter.arrival)) }
        wake()
    }

    /// Ends the loop's present wait, or its next.
    package func wake() {
        if signalled.exchange(true, ordering: .acquiringAndReleasing) { return }
        var one: UInt64 = 1
        // Safe: an eventfd takes eight bytes. It cannot fail: the counter is far from full.
        _ = unsafe write(wakeDescriptor, &one, 8)
    }

    /// Everything posted so far; called by the loop when the wake-up arrives.
    func take() -> [Letter] {
        var counter: UInt64 = 0
        _ = unsafe read(wakeDescriptor, &counter, 8)
        // Before the letters are taken: a post after this line wakes the loop once more, at worst for nothing.
        signalled.store(false, ordering: .sequentiallyConsistent)
        return letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }
}

/// A socket that was accepted and belongs to nobody yet.
struct Arrival: Sendable {
    let descriptor: Int32
    let peer: SocketAddress
    let listener: Listener?
}
