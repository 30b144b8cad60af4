/// One value in memory of its own, lent to one writer or to any number of readers at a time.
///
/// A mutable property of a class does the same, and the language checks each access to it; but that check finds out
/// which accesses are under way in the whole thread, at some 120 instructions, since nothing else is known of them. Here
/// everything is known: one counter beside the value says it, and a check is a comparison. The engine's state is
/// reached through one of these, once for each client in each turn.
///
/// Invariant: `users` is the number of readers, or -1 while there is a writer.
@safe
struct Exclusive<Value: ~Copyable>: ~Copyable {
    private struct Cell: ~Copyable {
        var users = 0
        var value: Value
    }

    private let cell: UnsafeMutablePointer<Cell>

    init(_ value: consuming Value) {
        unsafe cell = .allocate(capacity: 1)
        unsafe cell.initialize(to: Cell(value: value))
    }

    deinit {
        unsafe cell.deinitialize(count: 1)
        unsafe cell.deallocate()
    }

    // Safe: the cell lives as long as this, and the counter keeps a writer from everybody else.
    var value: Value {
        @inline(__always) _read {
            precondition(unsafe cell.pointee.users >= 0, "read while it was written to")
            unsafe cell.pointee.users &+= 1
            defer { unsafe cell.pointee.users &-= 1 }
            yield unsafe cell.pointee.value
        }
        @inline(__always) nonmutating _modify {
            precondition(unsafe cell.pointee.users == 0, "written to while in use")
            unsafe cell.pointee.users = -1
            defer { unsafe cell.pointee.users = 0 }
            yield unsafe &cell.pointee.value
        }
    }
}
