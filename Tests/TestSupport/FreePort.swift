import Martlet
import Synchronization

/// Ports for servers that close one and open it again, or that another process opens. They lie below those that the
/// system gives to whoever asks for any, such as the clients of tests that run beside: those would take them meanwhile.
package enum FreePort {
    private static let next = Atomic<Int>(Int.random(in: 20000 ..< 30000))

    /// A port nobody listens on, just now, and no other test of this run gets.
    package static func take() -> Int {
        while true {
            let port = next.wrappingAdd(1, ordering: .relaxed).newValue
            if (try? Server(options: ["--port", "\(port)", "--loglevel", "warning"])) != nil { return port }
        }
    }
}
