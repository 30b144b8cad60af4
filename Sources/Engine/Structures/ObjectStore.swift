import Bytes

/// A value too large for one block: it has a structure of its own, whose parts live in the arena.
protocol LargeValue: ~Copyable {
    /// Elements it holds.
    var count: Int { get }

    /// A second value with the same elements. O(n).
    borrowing func copy(_ arena: inout Arena) -> Self

    /// Frees elements, each of which takes one from `budget`, until that is used up or all are gone. True while
    /// more is left. Nothing else is done to the value once this has been called.
    mutating func dismantle(_ arena: inout Arena, budget: inout Int) -> Bool
}

/// The large values of one type, by number; an entry of form `object` holds the number.
///
/// A value does not move while it lives. One that nobody refers to any more is buried: it is dismantled in slices, so
/// that deleting a value never takes longer because it is large.
///
/// Values lie in segments of 64, allocated as they are needed. Costs: every operation O(1); a number is used again
/// when its value is gone.
@safe
struct ObjectStore<Value: LargeValue & ~Copyable>: ~Copyable {
    private static var shift: Int { 6 }
    private var segments: [UnsafeMutablePointer<Value>] = unsafe []
    private var isUsed: [Bool] = []
    private var free: [UInt32] = []
    private var buried: [UInt32] = []

    /// Values that entries refer to.
    private(set) var count = 0

    init() {}

    deinit {
        for index in isUsed.indices where isUsed[index] { unsafe address(index).deinitialize(count: 1) }
        for unsafe segment in unsafe segments { unsafe segment.deallocate() }
    }

    @inline(__always) @unsafe
    private func address(_ index: Int) -> UnsafeMutablePointer<Value> {
        unsafe segments[index >> Self.shift] + (index & (1 << Self.shift - 1))
    }

    /// Takes over a value and numbers it.
    mutating func add(_ value: consuming Value) -> UInt32 {
        let index: Int
        if let free = free.popLast() {
            index = Int(free)
        } else {
            index = isUsed.count
            isUsed.append(false)
            if unsafe segments.count == index >> Self.shift {
                unsafe segments.append(.allocate(capacity: 1 << Self.shift))
            }
        }
        // Safe: the place is allocated and holds no value.
        unsafe address(index).initialize(to: value)
        isUsed[index] = true
        count &+= 1
        return UInt32(index)
    }

    subscript(index: UInt32) -> Value {
        @inline(__always) _read {
            precondition(isUsed[Int(index)])
            // Safe: the place holds a value, as was just checked.
            yield unsafe address(Int(index)).pointee
        }
        @inline(__always) _modify {
            precondition(isUsed[Int(index)])
            // Safe: as above.
            yield unsafe &address(Int(index)).pointee
        }
    }

    /// Gives up a value that no entry refers to any more: a small one is freed here, a large one in slices.
    mutating func bury(_ index: UInt32, _ arena: inout Arena) {
        precondition(isUsed[Int(index)])
        count &-= 1
        var budget = ObjectStore.smallCount
        if unsafe address(Int(index)).pointee.dismantle(&arena, budget: &budget) {
            buried.append(index)
        } else {
            remove(index)
        }
    }

    /// Elements that are freed at once; more would be felt.
    private static var smallCount: Int { 64 }

    private mutating func remove(_ index: UInt32) {
        // Safe: `bury` found a value there, and nothing has ended it since.
        unsafe address(Int(index)).deinitialize(count: 1)
        isUsed[Int(index)] = false
        free.append(index)
    }

    /// One slice of freeing what was buried. True while more is left.
    mutating func dismantle(_ arena: inout Arena, budget: inout Int) -> Bool {
        while let index = buried.last {
            if budget <= 0 { return true }
            if unsafe address(Int(index)).pointee.dismantle(&arena, budget: &budget) { return true }
            buried.removeLast()
            remove(index)
        }
        return false
    }
}
