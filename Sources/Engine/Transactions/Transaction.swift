import Wire

/// What a client has between MULTI and the end of EXEC.
final class Transaction {
    private var queue = RequestQueue()
    /// Of the queue, also while EXEC has it.
    private(set) var summary = RequestQueue.Summary()
    /// Whether a request was refused when it was to be queued: EXEC will run none.
    var isSpoilt = false

    func append(_ command: Int, _ flags: CommandFlags, _ arguments: Arguments) {
        queue.append(command, flags, arguments)
        summary = queue.summary
    }

    /// Hands over the requests, to be run.
    func takeQueue() -> RequestQueue {
        var result = RequestQueue()
        swap(&queue, &result)
        return result
    }
}
