import Bytes
import Wire

/// WAIT.
enum WaitCommands {
    static let wait = Command(
        "wait", arity: 3, .generic, [.noScript], categories: ["connection"], groupCategory: false,
        since: "3.0.0", complexity: "O(1)",
        summary: "Waits until replicas have this client's writes, and tells how many have.",
        arguments: "numreplicas:integer timeout:integer",
        tips: ["request_policy:all_shards", "response_policy:agg_min"]
    ) { arguments, _, reply, context throws(CommandError) in
        let wanted = try arguments.integer(1)
        let timeout = try arguments.integer(2, orThrow: .text("ERR timeout is not an integer or out of range"))
        if timeout < 0 { throw .text("ERR timeout is negative") }
        if wanted <= 0 || !context.mayBlock { return reply.integer(0) }
        // Nobody replicates this server, so only time can end the wait. 0 is without end.
        let (deadline, isFar) = context.now.addingReportingOverflow(timeout)
        context.block(until: timeout == 0 || isFar ? nil : deadline, .integer(0))
    }
}
