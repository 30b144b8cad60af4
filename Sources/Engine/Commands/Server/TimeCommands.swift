import Bytes
import Wire

/// TIME.
enum TimeCommands {
    static let time = Command(
        "time", arity: 1, .server, [.loading, .stale, .fast],
        since: "2.6.0", complexity: "O(1)",
        summary: "The server's time: seconds since 1970, and microseconds on top.",
        tips: ["nondeterministic_output"]
    ) { _, _, reply, context throws(CommandError) in
        let now = context.wallMicroseconds()
        reply.array(2)
        reply.bulk(decimal: now / 1_000_000)
        reply.bulk(decimal: now % 1_000_000)
    }
}
