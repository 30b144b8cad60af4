import Wire

/// MULTI, EXEC and DISCARD.
enum TransactionCommands {
    static let rows: [Command] = [multi, exec, discard] + WatchCommands.rows

    static let multi = Command(
        "multi", arity: 1, .transactions, [.noScript, .loading, .stale, .fast, .allowBusy, .immediate],
        since: "1.2.0", complexity: "O(1)",
        summary: "Begins a transaction: the requests that follow wait for EXEC."
    ) { _, _, reply, context throws(CommandError) in
        if context.session.transaction != nil { throw .text("ERR MULTI calls can not be nested") }
        context.beginTransaction()
        reply.ok()
    }

    static let exec = Command(
        "exec", arity: 1, .transactions,
        [.noScript, .loading, .stale, .skipSlowlog, .immediate, .endsTransaction, .runsQueue],
        since: "1.2.0", complexity: "Depends on commands in the transaction",
        summary: "Runs the requests of a transaction, with nobody else's in between."
    ) { _, keyspace, reply, context throws(CommandError) in
        let session = context.session
        guard let transaction = session.transaction else { throw .text("ERR EXEC without MULTI") }
        let isTouched = session.watching.isTouched || context.watches.hasExpired(session, keyspace)
        if transaction.isSpoilt || isTouched {
            context.endTransaction(session, &keyspace)
            if transaction.isSpoilt { throw .text("EXECABORT Transaction discarded because of previous errors.") }
            return reply.nullArray()
        }
        context.unwatch(session, &keyspace)
        Dispatcher.runQueue(of: transaction, &keyspace, &reply, &context)
        context.endTransaction(session, &keyspace)
    }

    static let discard = Command(
        "discard", arity: 1, .transactions,
        [.noScript, .loading, .stale, .fast, .allowBusy, .immediate, .endsTransaction],
        since: "2.0.0", complexity: "O(N), when N is the number of queued commands",
        summary: "Gives up a transaction: its requests are forgotten, and so are the keys watched for it."
    ) { _, keyspace, reply, context throws(CommandError) in
        if context.session.transaction == nil { throw .text("ERR DISCARD without MULTI") }
        context.endTransaction(context.session, &keyspace)
        reply.ok()
    }
}
