/// Coroutines: threads that take turns. The running one's state is the machine's own; switching swaps it with a record.
extension Machine {
    private mutating func switchThread(to index: Int) {
        heap.threads[current].top = max(top, frameTop)
        exchange(current)
        current = index
        exchange(current)
        top = heap.threads[current].top
    }

    private mutating func exchange(_ index: Int) {
        swap(&heap.threads[index].stack, &stack)
        swap(&heap.threads[index].frames, &frames)
        swap(&heap.threads[index].openCells, &openCells)
    }

    /// Where the registers of the frame on top end.
    var frameTop: Int {
        guard let frame = frames.last(where: { $0.kind == .code }) else { return top }
        return Int(frame.base) + heap.protos[Int(frame.proto)].registerCount
    }

    mutating func resumeCoroutine(_ call: NativeCall, _ slot: Int, _ wanted: Int) throws(LuaError) -> Effect {
        guard call.count > 0, stack[call.first].isThread else { throw .argument(1, "coroutine expected") }
        return try resume(
            stack[call.first].index, call.first + 1, call.count - 1, slot, wanted, isWrapped: false)
    }

    mutating func resumeWrapped(
        _ call: NativeCall, _ function: Value, _ slot: Int, _ wanted: Int
    ) throws(LuaError) -> Effect {
        let thread = read(heap.closures[function.index].upvalues[0])
        return try resume(thread.index, call.first, call.count, slot, wanted, isWrapped: true)
    }

    private mutating func resume(
        _ thread: Int, _ first: Int, _ count: Int, _ slot: Int, _ wanted: Int, isWrapped: Bool
    ) throws(LuaError) -> Effect {
        let status = status(of: thread)
        if status != .suspended {
            let message = "cannot resume \(status.rawValue) coroutine"
            if isWrapped { throw .native(message) }
            let text = try heap.string(message)
            top = slot + 1
            push(.false)
            push(text)
            return try deliver(slot + 1, 2, to: slot, wanted)
        }
        if nesting >= Machine.maxNesting { throw .message("C stack overflow") }
        nesting += 1
        let arguments = Array(stack[first ..< first + count])
        try pushFrame(Frame(kind: .resuming, function: Int32(slot), wanted: Int32(wanted)))
        top = slot + 1
        let resumer = current
        heap.threads[resumer].status = .normal
        switchThread(to: thread)
        heap.threads[thread].status = .running
        heap.threads[thread].resumer = Int32(resumer)
        heap.threads[thread].isWrapped = isWrapped
        let start = top
        for argument in arguments { push(argument) }
        if let frame = frames.last, frame.kind == .resuming {
            // It waits in a yield, whose results these are.
            frames.removeLast()
            return entered(try deliver(start, arguments.count, to: Int(frame.function), Int(frame.wanted)))
        }
        return entered(try call(at: 0, arguments.count, wanted: -1))
    }

    /// Another thread's code runs now, so nobody may go on with what they had.
    private func entered(_ effect: Effect) -> Effect {
        if case .stop = effect { return effect }
        return .entered
    }

    func status(of thread: Int) -> Thread.Status {
        if thread == current { return .running }
        return heap.threads[thread].status
    }

    mutating func yield(_ call: NativeCall, _ slot: Int, _ wanted: Int) throws(LuaError) -> Effect {
        if current == 0 { throw .native("attempt to yield across metamethod/C-call boundary") }
        let values = Array(stack[call.first ..< call.first + call.count])
        top = slot
        try pushFrame(Frame(kind: .resuming, function: Int32(slot), wanted: Int32(wanted)))
        heap.threads[current].status = .suspended
        return try leave(with: values, failed: nil)
    }

    /// The thread's first function returned; its results begin at `slot`.
    mutating func finishThread(_ slot: Int) throws(LuaError) -> Effect {
        if current == 0 { return .stop(.finished) }
        let values = Array(stack[slot ..< max(slot, top)])
        heap.threads[current].status = .dead
        return try leave(with: values, failed: nil)
    }

    /// Hands values, or an error, to whoever resumed this thread.
    mutating func leave(with values: [Value], failed error: Value?) throws(LuaError) -> Effect {
        nesting -= 1
        let thread = current
        let resumer = Int(heap.threads[thread].resumer)
        let isWrapped = heap.threads[thread].isWrapped
        switchThread(to: resumer)
        heap.threads[thread].resumer = -1
        if heap.threads[thread].status == .dead {
            heap.threads[thread].stack = []
            heap.threads[thread].frames = []
        }
        heap.threads[resumer].status = .running
        let frame = frames.removeLast()
        top = Int(frame.function) + 1
        if let error {
            if isWrapped { throw .value(error) }
            push(.false)
            push(error)
            return entered(try deliver(top - 2, 2, to: Int(frame.function), Int(frame.wanted)))
        }
        if !isWrapped { push(.true) }
        for value in values { push(value) }
        let count = values.count + (isWrapped ? 0 : 1)
        return entered(try deliver(top - count, count, to: Int(frame.function), Int(frame.wanted)))
    }
}
