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
/// Values lie in segments of 64, allocated as they are needed:
///
///     segments │ used: 64 bits, address │ … │        segment │ value │ next free │ value │ … │
///
/// A place without a value holds the number of the next such place. Costs: every operation O(1), and none of them pays
/// for the number of values; a number is used again when its value is gone.
///
/// Invariants: the bit of a place is set exactly while it holds a value; the others among the first `placeCount` form
/// the list that begins at `free`.
@safe
struct ObjectStore<Value: LargeValue & ~Copyable>: ~Copyable {
    private static var shift: Int { 6 }

    @unsafe private struct Segment: BitwiseCopyable {
        var used: UInt64 = 0
        let values: UnsafeMutablePointer<Value>
    }

    private var segments = unsafe PlainList<Segment>()
    /// Places that ever held a value.
    private var placeCount = 0
    /// One more than the number of the first place without a value; 0 when all have one.
    private var free: UInt32 = 0
    private var buried = PlainList<UInt32>()

    /// Values that entries refer to.
    private(set) var count = 0

    init() { precondition(MemoryLayout<Value>.stride >= MemoryLayout<UInt32>.size) }

    deinit {
        for index in 0 ..< placeCount where isUsed(index) { unsafe address(index).deinitialize(count: 1) }
        for number in unsafe 0 ..< segments.count { unsafe segments[number].values.deallocate() }
    }

    @inline(__always)
    private func isUsed(_ index: Int) -> Bool {
        unsafe segments[index >> Self.shift].used >> UInt64(index & (1 << Self.shift - 1)) & 1 == 1
    }

    private mutating func setUsed(_ index: Int, _ isUsed: Bool) {
        let bit = UInt64(1) << UInt64(index & (1 << Self.shift - 1))
        var segment = unsafe segments[index >> Self.shift]
        if isUsed { unsafe segment.used |= bit } else { unsafe segment.used &= ~bit }
        unsafe segments[index >> Self.shift] = segment
    }

    @inline(__always) @unsafe
    private func address(_ index: Int) -> UnsafeMutablePointer<Value> {
        unsafe segments[index >> Self.shift].values + (index & (1 << Self.shift - 1))
    }

    /// Takes over a value and numbers it.
    mutating func add(_ value: consuming Value) -> UInt32 {
        let index: Int
        if free != 0 {
            index = Int(free) - 1
            // Safe: a place without a value holds a number, and is large enough for it.
            unsafe free = UnsafeRawPointer(address(index)).load(as: UInt32.self)
        } else {
            index = placeCount
            if unsafe segments.count == index >> Self.shift {
                unsafe segments.append(Segment(values: .allocate(capacity: 1 << Self.shift)))
            }
            placeCount &+= 1
        }
        // Safe: the place is allocated and holds no value.
        unsafe address(index).initialize(to: value)
        setUsed(index, true)
        count &+= 1
        return UInt32(index)
    }

    subscript(index: UInt32) -> Value {
        @inline(__always) _read {
            precondition(isUsed(Int(index)))
            // Safe: the place holds a value, as was just checked.
            yield unsafe address(Int(index)).pointee
        }
        @inline(__always) _modify {
            precondition(isUsed(Int(index)))
            // Safe: as above.
            yield unsafe &address(Int(index)).pointee
        }
    }

    /// Bytes of places, and about what each value has on the heap, a directory of its own; what values keep in the arena is not in it.
    var allocatedBytes: Int {
        let places = unsafe segments.count << Self.shift
        return unsafe places * MemoryLayout<Value>.stride + segments.allocatedBytes + count * 48
    }

    /// Whether there are values that are still to be freed.
    var hasBuried: Bool { buried.count > 0 }

    /// Gives up a value that no entry refers to any more: a small one is freed here, a large one in slices.
    mutating func bury(_ index: UInt32, _ arena: inout Arena) {
        precondition(isUsed(Int(index)))
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
        setUsed(Int(index), false)
        unsafe UnsafeMutableRawPointer(address(Int(index))).storeBytes(of: free, as: UInt32.self)
        free = index &+ 1
    }

    /// One slice of freeing what was buried. True while more is left.
    mutating func dismantle(_ arena: inout Arena, budget: inout Int) -> Bool {
        while buried.count > 0 {
            if budget <= 0 { return true }
            let index = buried[buried.count &- 1]
            if unsafe address(Int(index)).pointee.dismantle(&arena, budget: &budget) { return true }
            _ = buried.popLast()
            remove(index)
        }
        return false
    }
}
