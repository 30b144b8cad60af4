import Dispatch
import Glibc

/// A thread of our own for the executor, which never comes back to a pool.
enum ExecutorThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// False when the system refuses.
    static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(run))
        // Safe: the retained body is taken back exactly once, by the thread, or here when there is none.
        let failure = unsafe pthread_create(
            &thread, nil,
            { argument in
                let body = unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
                body.run()
                return nil
            }, body.toOpaque())
        if failure != 0 {
            unsafe body.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}

/// Lets threads wait until something has happened once.
final class Gateway: Sendable {
    private let group = DispatchGroup()

    init() { group.enter() }

    /// Lets everybody through, now and later. To be called once.
    func open() { group.leave() }

    func wait() { group.wait() }
}
