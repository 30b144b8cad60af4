import Wire

extension Dispatcher {
    /// Runs the requests of the running client's transaction one after the other, as one unit of the effect log. Each gets
    /// its reply in the array that is EXEC's.
    ///
    /// The gate has let EXEC pass for all of them, so they are not asked again. EXEC's own time includes theirs.
    static func runQueue(
        of transaction: Transaction, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) {
        let queue = transaction.takeQueue()
        let began = context.lastTick
        context.isExecuting = true
        keyspace.effects.beginUnit()
        if !context.session.isMuted { reply.array(queue.count) }
        for index in 0 ..< queue.count {
            let number = queue.command(index)
            let mark = reply.position
            let command = context.commands.rows[number]
            call(number, command, queue.arguments(index), &keyspace, &reply, &context)
            if context.session.isMuted { reply.truncate(to: mark) }
            if context.conditions.contains(.monitored) { context.show(command, queue.arguments(index)) }
        }
        // Each reply was judged by the CLIENT REPLY in front of it, and not all of them by the last.
        context.mutedFrom = reply.position
        keyspace.effects.endUnit()
        context.isExecuting = false
        context.lastTick = began
    }
}
