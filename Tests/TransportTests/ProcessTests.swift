import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Transport

/// What belongs to the whole process is tested in processes of its own.
@Suite struct ProcessTests {
    private static func limitDescriptors(_ count: Int) {
        var limit = rlimit(rlim_cur: rlim_t(count), rlim_max: rlim_t(count))
        precondition(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    }

    @Test func withoutDescriptorsClientsWaitAndTheAcceptorDoesNotSpin() async {
        await #expect(processExitsWith: .success) {
            let server = try EchoServer()
            let listener = try Listener.tcp(["127.0.0.1"], port: 0, backlog: 64).listeners[0]
            let clients = try (0 ..< 10).map { _ in try TestClient(to: listener) }
            // All numbers below the limit are taken: the acceptor gets EMFILE at once.
            let spare = (0 ..< 10).map { _ in dup(0) }
            ProcessTests.limitDescriptors(Int(spare.max()!) + 1)
            var fillers: [Int32] = []
            while true {
                let filler = dup(0)
                if filler < 0 { break }
                fillers.append(filler)
            }
            let failures = Mutex<[SystemError]>([])
            let acceptor = Acceptor(listener, mailbox: server.mailbox) { error in
                failures.withLock { $0.append(error) }
            }
            try server.turns { failures.withLock { !$0.isEmpty } }
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .milliseconds(250) { server.turn(timeout: 10_000) }
            let seen = failures.withLock { $0 }
            let attempts = Int((ContinuousClock.now - start) / .milliseconds(100)) + 2
            precondition(seen.count <= attempts, "\(seen.count) failures")
            precondition(seen.allSatisfy { $0.code == EMFILE })
            // The testing library may have closed a file meanwhile, which lets a client in.
            precondition(server.handlers.count < clients.count)
            for descriptor in spare { close(descriptor) }
            try server.turns { server.handlers.count == clients.count }
            for client in clients { client.send("hello") }
            try server.turns { server.handlers.allSatisfy { $0.received == 5 } }
            acceptor.stop()
            exit(0)
        }
    }

    @Test func stoppingDuringThePauseWorks() async {
        await #expect(processExitsWith: .success) {
            let server = try EchoServer()
            let listener = try Listener.tcp(["127.0.0.1"], port: 0, backlog: 64).listeners[0]
            let client = try TestClient(to: listener)
            let failed = DispatchSemaphore(value: 0)
            let top = dup(0)
            ProcessTests.limitDescriptors(Int(top) + 1)
            while dup(0) >= 0 {}
            let acceptor = Acceptor(listener, mailbox: server.mailbox) { _ in failed.signal() }
            failed.wait()
            acceptor.stop()
            client.close()
            exit(0)
        }
    }

    /// In a process of its own, because a process that is just being started holds copies of all descriptors.
    @Test func aStoppedAcceptorLetsThePortGo() async {
        await #expect(processExitsWith: .success) {
            let server = try EchoServer()
            var port = 0
            // The clients stay, and the address is free all the same.
            var pairs: [(TestClient, EchoHandler)] = []
            for _ in 0 ..< 20 {
                let listener = server.listen(try Listener.tcp(["127.0.0.1"], port: port, backlog: 16).listeners[0])
                port = listener.port
                try pairs.append(server.connect(to: listener))
                server.acceptors.last!.stop()
            }
            for (client, _) in pairs { client.send("hello") }
            try server.turns { pairs.allSatisfy { $0.1.received == 5 } }
            exit(0)
        }
    }

    @Test func theDescriptorLimitIsRaisedAsFarAsItGoes() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 100, rlim_max: 1000)
            precondition(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            let enough = OpenFileLimit.raise(forClients: 50)
            precondition(enough == .init(clients: 50, before: 100, after: 100, failure: nil))
            let raised = OpenFileLimit.raise(forClients: 500)
            precondition(raised == .init(clients: 500, before: 100, after: 532, failure: nil))
            // Whether the hard limit can be exceeded depends on who runs the test.
            let beyond = OpenFileLimit.raise(forClients: 1_000)
            if beyond.failure == nil {
                precondition(beyond.clients == 1_000 && beyond.after == 1_032)
            } else {
                precondition(beyond.clients == 968 && beyond.after == 1_000)
            }
            exit(0)
        }
    }

    @Test func signalsBecomeJobs() async {
        await #expect(processExitsWith: .success) {
            let server = try EchoServer()
            let seen = Mutex<[Int32]>([])
            let watch = SignalWatch([SIGTERM, SIGHUP], mailbox: server.mailbox) { signal in
                seen.withLock { $0.append(signal) }
            }
            SignalWatch.ignoreBrokenPipes()
            kill(getpid(), SIGPIPE)
            kill(getpid(), SIGHUP)
            try server.turns { seen.withLock { $0 } == [SIGHUP] }
            kill(getpid(), SIGTERM)
            try server.turns { seen.withLock { $0 } == [SIGHUP, SIGTERM] }
            withExtendedLifetime(watch) {}
            exit(0)
        }
    }
}
