import Dispatch
import Glibc

/// Turns signals into jobs of a loop, so that no code runs in a signal's context.
///
/// Signals belong to the process, not to a server in it: only a program's `main` should make one of these.
package final class SignalWatch: Sendable {
    private let sources: [DispatchSource]

    /// Runs `body` with the signal's number on the loop's thread, for each of `signals` that the process receives.
    package init(_ signals: [Int32], mailbox: Mailbox, _ body: @escaping @Sendable (Int32) -> Void) {
        let queue = DispatchQueue(label: "signals")
        let registered = DispatchGroup()
        sources = signals.map { signal in
            // The default action would end the process before Dispatch gets to see the signal.
            _ = Glibc.signal(signal, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: signal, queue: queue) as! DispatchSource
            source.setEventHandler { mailbox.perform { body(signal) } }
            registered.enter()
            source.setRegistrationHandler { registered.leave() }
            source.resume()
            return source
        }
        // Dispatch sets itself up on a thread of its own; a signal that came before would be lost.
        registered.wait()
    }

    deinit { for source in sources { source.cancel() } }

    /// A write to a pipe or socket that nobody reads must be an error, not the end of the process.
    package static func ignoreBrokenPipes() { _ = Glibc.signal(SIGPIPE, SIG_IGN) }
}
