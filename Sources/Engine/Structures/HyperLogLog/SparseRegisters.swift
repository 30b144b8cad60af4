import Bytes

/// The sparse encoding of a HyperLogLog: the registers as a list of runs of equal ones.
///
///     00nnnnnn            ZERO    n + 1 registers of 0                   1 to 64
///     01nnnnnn nnnnnnnn   XZERO   n + 1 registers of 0, high bits first  1 to 16384
///     1vvvvvnn            VAL     n + 1 registers of v + 1               1 to 4, of 1 to 32
///
/// Raising one register splits the run it is in: at worst an XZERO becomes XZERO VAL XZERO, three bytes more.
/// Then equal VALs side by side are joined, but only around the place of the change; zeros next to each other
/// cannot come to be. What exactly is split and joined is not free to choose: another server must make the
/// same bytes of the same elements.
///
/// Finding a register walks the list, O(runs). Whoever raises registers in ascending order hands the `Cursor`
/// of one search to the next, so that all of them together walk once.
///
/// All functions take the string with its header, `bytes` holding the list and nothing else behind it.
enum SparseRegisters {
    static let greatest: UInt8 = 32
    private static let longestValue = 4
    private static let longestZero = 64

    /// One run; `value` 0 for both kinds of zeros.
    struct Run {
        let value: UInt8
        let length: Int
        /// Bytes it takes in the list.
        let size: Int
    }

    /// The run at `offset`. An XZERO cut off by the end reads as if a zero byte followed.
    @inline(__always)
    static func run(at offset: Int, in bytes: RawSpan) -> Run {
        let byte = bytes.byte(offset)
        if byte & 0x80 != 0 { return Run(value: byte &>> 2 & 31 &+ 1, length: Int(byte & 3) &+ 1, size: 1) }
        if byte & 0x40 == 0 { return Run(value: 0, length: Int(byte) &+ 1, size: 1) }
        let low = offset &+ 1 < bytes.byteCount ? Int(bytes.byte(offset &+ 1)) : 0
        return Run(value: 0, length: Int(byte & 63) &<< 8 &+ low &+ 1, size: 2)
    }

    /// Hands the runs to `body` in order, each with its first register, up to the last one that has a
    /// register. True when they are together the 16384 registers.
    static func forEachRun(_ bytes: RawSpan, _ body: (_ first: Int, Run) -> Void) -> Bool {
        var offset = HyperLogLog.headerSize
        var first = 0
        while offset < bytes.byteCount {
            let run = run(at: offset, in: bytes)
            if first &+ run.length > HyperLogLog.registerCount { return false }
            body(first, run)
            first &+= run.length
            offset &+= run.size
        }
        return first == HyperLogLog.registerCount
    }

    // MARK: Finding

    /// Where a walk along the list is: at a run, with the one before it.
    struct Cursor {
        fileprivate(set) var offset = HyperLogLog.headerSize
        fileprivate(set) var first = 0
        /// The offset of the run before; nil at the beginning of the list.
        fileprivate(set) var previous: Int?
    }

    /// The run that a register is in.
    struct Place {
        let register: Int
        let run: Run
        let first: Int
        fileprivate let offset: Int
        fileprivate let previous: Int?
        /// Where a search for a higher register may begin, even after this one was raised.
        let cursor: Cursor
    }

    /// Finds a register, from `cursor` on, which must not be behind it; nil when the list ends before it.
    static func find(_ register: Int, in bytes: RawSpan, from cursor: Cursor = Cursor()) -> Place? {
        precondition(register >= cursor.first)
        var current = cursor
        // Raising a register may join its run to the previous one, which stays where it is itself. So a
        // search goes on from the run before the one it found, or from the beginning where it has not come by
        // that.
        var before = Cursor()
        while current.offset < bytes.byteCount {
            let run = run(at: current.offset, in: bytes)
            if register < current.first &+ run.length {
                if current.offset &+ run.size > bytes.byteCount { return nil }
                return Place(
                    register: register, run: run, first: current.first, offset: current.offset,
                    previous: current.previous, cursor: before)
            }
            before = current
            current.previous = current.offset
            current.offset &+= run.size
            current.first &+= run.length
        }
        return nil
    }

    // MARK: Raising

    /// The bytes that take the place of a run when one of its registers is raised.
    struct Edit {
        fileprivate let place: Place
        fileprivate private(set) var bytes = InlineArray<5, UInt8>(repeating: 0)
        fileprivate private(set) var count = 0

        /// How much longer the list becomes, -1 to 3.
        var growth: Int { count &- place.run.size }

        /// `value` must be more than the run's, and at most `greatest`.
        init(_ place: Place, value: UInt8) {
            precondition(value > place.run.value && value <= SparseRegisters.greatest)
            self.place = place
            append(place.run.value, length: place.register &- place.first)
            append(value, length: 1)
            append(place.run.value, length: place.first &+ place.run.length &- 1 &- place.register)
        }

        private mutating func append(_ value: UInt8, length: Int) {
            if length == 0 { return }
            let least = length &- 1
            if value > 0 {
                add(SparseRegisters.encode(value, length: length))
            } else if length > SparseRegisters.longestZero {
                add(UInt8(truncatingIfNeeded: least &>> 8) | 0x40)
                add(UInt8(truncatingIfNeeded: least))
            } else {
                add(UInt8(truncatingIfNeeded: least))
            }
        }

        private mutating func add(_ byte: UInt8) {
            bytes[count] = byte
            count &+= 1
        }
    }

    /// Puts an edit into the list, which is the first `length` bytes of `bytes`; these must have room for its
    /// growth. Joins runs around it and marks the cached count as stale. Returns the new length.
    static func apply(_ edit: Edit, to bytes: inout MutableRawSpan, length: Int) -> Int {
        let offset = edit.place.offset
        bytes.move(offset &+ edit.place.run.size ..< length, to: offset &+ edit.count)
        for index in 0 ..< edit.count { bytes.setByte(offset &+ index, edit.bytes[index]) }
        HyperLogLog.invalidateCache(&bytes)
        return join(
            from: edit.place.previous ?? HyperLogLog.headerSize, in: &bytes, length: length &+ edit.growth)
    }

    /// Joins VALs of equal value in five steps from `start` on; a run that took in its neighbour is looked at
    /// again. Returns the new length.
    private static func join(from start: Int, in bytes: inout MutableRawSpan, length: Int) -> Int {
        var end = length
        var offset = start
        var steps = 5
        while offset < end, steps > 0 {
            steps &-= 1
            let run = run(at: offset, in: bytes.bytes)
            if run.value > 0, offset &+ 1 < end {
                let next = self.run(at: offset &+ 1, in: bytes.bytes)
                if next.value == run.value, run.length &+ next.length <= longestValue {
                    bytes.setByte(offset &+ 1, encode(run.value, length: run.length &+ next.length))
                    bytes.move(offset &+ 1 ..< end, to: offset)
                    end &-= 1
                    continue
                }
            }
            offset &+= run.size
        }
        return end
    }

    @inline(__always)
    fileprivate static func encode(_ value: UInt8, length: Int) -> UInt8 {
        0x80 | (value &- 1) &<< 2 | UInt8(truncatingIfNeeded: length &- 1)
    }
}
