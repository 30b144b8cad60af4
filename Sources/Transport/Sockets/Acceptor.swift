import CSystem
import Dispatch
import Glibc

/// Takes new clients from a listener on a Dispatch queue, and hands their sockets to a loop. It does nothing else:
/// whether a client is wanted is the loop's owner's to say.
///
/// When the process has no descriptor left, the waiting client stays in the kernel's queue, where it would wake the
/// source again at once and for ever; so the acceptor pauses before it tries again. Clients then come late, but come.
package final class Acceptor: Sendable {
    package let listener: Listener
    private let mailbox: Mailbox
    private let source: DispatchSource
    private let queue: DispatchQueue
    private let failed: @Sendable (SystemError) -> Void
    /// Left when the listener has been closed.
    private let running = DispatchGroup()

    /// Most sockets handed over at once.
    private static let batch = 128
    /// How long to leave the clients waiting when there is no descriptor for them, in microseconds.
    private static let pause: UInt32 = 100_000

    /// Accepts from now on. `failed` is told, on the acceptor's queue, of errors that keep clients out.
    package init(_ listener: Listener, mailbox: Mailbox, failed: @escaping @Sendable (SystemError) -> Void) {
        self.listener = listener
        self.mailbox = mailbox
        self.failed = failed
        queue = DispatchQueue(label: "acceptor \(listener.text)")
        source = DispatchSource.makeReadSource(fileDescriptor: listener.descriptor, queue: queue) as! DispatchSource
        running.enter()
        source.setEventHandler { [weak self] in self?.acceptAll() }
        // Only now has Dispatch let go of the descriptor, and its number may be another socket's.
        source.setCancelHandler { [running, listener] in
            listener.close()
            running.leave()
        }
        source.resume()
    }

    deinit { source.cancel() }

    /// Accepts no more, and closes the listener: when this returns, its address is free. Not to be called on the
    /// acceptor's queue.
    package func stop() {
        source.cancel()
        running.wait()
    }

    private func acceptAll() {
        var arrivals: [Arrival] = []
        while !source.isCancelled {
            switch accept() {
            case .arrival(let arrival):
                arrivals.append(arrival)
                if arrivals.count < Acceptor.batch { continue }
                mailbox.deliver(arrivals)
                arrivals.removeAll(keepingCapacity: true)
                continue
            case .again: continue
            case .nobody: break
            case .noDescriptor(let error):
                failed(error)
                // On this thread: Dispatch's timers need a descriptor themselves, and would never fire.
                usleep(Acceptor.pause)
            case .failed(let error): failed(error)
            }
            break
        }
        if !arrivals.isEmpty { mailbox.deliver(arrivals) }
    }

    private enum Outcome {
        case arrival(Arrival)
        case again
        case nobody
        case noDescriptor(SystemError)
        case failed(SystemError)
    }

    private func accept() -> Outcome {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        // Safe: the kernel writes at most `length` bytes of the storage.
        let descriptor = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe martlet_accept4(listener.descriptor, $0, &length, flags)
            }
        }
        if descriptor >= 0 {
            let peer = listener.isUnixSocket ? .unix : SocketAddress(storage) ?? listener.address
            return .arrival(Arrival(descriptor: descriptor, peer: peer, listener: listener))
        }
        switch errno {
        case EAGAIN, EWOULDBLOCK: return .nobody
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .noDescriptor(SystemError("accept"))
        // A client that gave up, and what Linux reports of the network of a client still in the queue.
        case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
            ENETUNREACH: return .again
        default: return .failed(SystemError("accept"))
        }
    }
}
