import Bytes

/// A set of integers in one block of bytes, sorted, in the format of Redis (`intset.c`), so that dumps can hold the block as
/// it is.
///
///     0          4          8
///     ┌──────────┬──────────┬───────┬───────┬───────┬ … ┐
///     │ width    │ members  │ least │       │       │   │
///     └──────────┴──────────┴───────┴───────┴───────┴ … ┘
///       2, 4, 8               `width` bytes each, signed; everything little-endian
///
/// All members are as wide as the widest ever put in: one that needs more rewrites the block once, and nothing makes it
/// narrow again. A value too wide for the block is outside the range of what is there, so it goes to one of the ends.
///
/// Invariants: members ascend strictly; the block is exactly as long as header and members.
///
/// Costs: finding O(log n) without a pointer followed; inserting and removing O(n) in bytes moved, which for some hundred
/// members is less than a table would cost. Memory: two bytes for a small number, where a table takes thirty.
///
/// Nothing here owns memory: the functions work on spans of entries. Bytes from outside are checked with `isValid` before
/// anything else.
enum Intset {
    static let headerSize = 8
    /// More members than this do not fit the format's count with room to spare; Redis draws the line here.
    static let largestCount = 1 << 30

    // MARK: Reading

    /// Bytes of a member: 2, 4 or 8.
    @inline(__always)
    static func width(_ set: RawSpan) -> Int { Int(set.halfWord(at: 0)) }

    @inline(__always)
    static func count(_ set: RawSpan) -> Int { Int(set.halfWord(at: 4)) }

    /// The member at `index` in ascending order.
    @inline(__always)
    static func value(_ set: RawSpan, _ index: Int) -> Int64 { value(set, index, width: width(set)) }

    /// The same where the width is known. Traps on an index out of range.
    @inline(__always)
    static func value(_ set: RawSpan, _ index: Int, width: Int) -> Int64 {
        switch width {
        case 2:
            let at = headerSize &+ index &* 2
            return Int64(Int16(truncatingIfNeeded: Int(set.byte(at)) | Int(set.byte(at &+ 1)) &<< 8))
        case 4: return Int64(Int32(bitPattern: set.halfWord(at: headerSize &+ index &* 4)))
        default: return Int64(bitPattern: set.word(at: headerSize &+ index &* 8))
        }
    }

    /// The index of a member; `nil` where it is none. O(log n).
    @inline(__always)
    static func find(_ set: RawSpan, _ value: Int64) -> Int? {
        let width = width(set)
        let index = lowerBound(set, value, width: width)
        return index < count(set) && self.value(set, index, width: width) == value ? index : nil
    }

    /// The index of the first member not below `value`: where it is, or would be inserted. O(log n).
    static func lowerBound(_ set: RawSpan, _ value: Int64, width: Int) -> Int {
        var low = 0
        var high = count(set)
        while low < high {
            let middle = (low &+ high) &>> 1
            if self.value(set, middle, width: width) < value { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    // MARK: Measures

    /// The bytes that a member of this value needs.
    @inline(__always)
    static func width(of value: Int64) -> Int {
        if Int64(Int16(truncatingIfNeeded: value)) == value { return 2 }
        return Int64(Int32(truncatingIfNeeded: value)) == value ? 4 : 8
    }

    /// The bytes that each of these, in ascending order, needs.
    static func width(for values: [Int64]) -> Int {
        max(width(of: values.first ?? 0), width(of: values.last ?? 0))
    }

    /// Bytes of a block.
    static func size(count: Int, width: Int) -> Int { headerSize &+ count &* width }

    /// Bytes of a block of these, in ascending order.
    static func size(of values: [Int64]) -> Int { size(count: values.count, width: width(for: values)) }

    // MARK: Writing

    static func writeHeader(_ set: inout MutableRawSpan, width: Int, count: Int) {
        set.storeBytes(of: UInt32(width).littleEndian, toByteOffset: 0, as: UInt32.self)
        setCount(&set, count)
    }

    static func setCount(_ set: inout MutableRawSpan, _ count: Int) {
        set.storeBytes(of: UInt32(count).littleEndian, toByteOffset: 4, as: UInt32.self)
    }

    @inline(__always)
    static func write(_ value: Int64, at index: Int, width: Int, into set: inout MutableRawSpan) {
        let at = headerSize &+ index &* width
        switch width {
        case 2: set.storeBytes(of: Int16(truncatingIfNeeded: value).littleEndian, toByteOffset: at, as: Int16.self)
        case 4: set.storeBytes(of: Int32(truncatingIfNeeded: value).littleEndian, toByteOffset: at, as: Int32.self)
        default: set.storeBytes(of: value.littleEndian, toByteOffset: at, as: Int64.self)
        }
    }

    /// Makes the first `count` members `width` bytes wide instead of `old`, behind `gap` places left free at the front. The
    /// block must have room for them.
    static func widen(_ set: inout MutableRawSpan, count: Int, from old: Int, to width: Int, gap: Int) {
        precondition(old < width)
        // From the back, so that no member is written over before it was read.
        for index in stride(from: count &- 1, through: 0, by: -1) {
            write(value(set.bytes, index, width: old), at: index &+ gap, width: width, into: &set)
        }
    }

    /// Moves the members from `index` on, `count` in all, so that the first of them is at `target`.
    static func shift(_ set: inout MutableRawSpan, from index: Int, count: Int, to target: Int, width: Int) {
        let start = headerSize &+ index &* width
        set.move(start ..< start &+ count &* width, to: headerSize &+ target &* width)
    }

    // MARK: Checking

    /// Whether bytes from anywhere are an intset with members, as the essay describes it. O(n).
    static func isValid(_ bytes: RawSpan) -> Bool {
        if bytes.byteCount < headerSize { return false }
        let width = width(bytes)
        let count = count(bytes)
        if width != 2 && width != 4 && width != 8 || count == 0 { return false }
        if bytes.byteCount != size(count: count, width: width) { return false }
        for index in 1 ..< count where value(bytes, index &- 1, width: width) >= value(bytes, index, width: width) {
            return false
        }
        return true
    }

    /// Traps where the invariants do not hold; an empty set is allowed. O(n), for tests.
    static func checkInvariants(_ set: RawSpan) {
        precondition(count(set) == 0 ? set.byteCount == headerSize : isValid(set), "a broken intset")
    }
}
