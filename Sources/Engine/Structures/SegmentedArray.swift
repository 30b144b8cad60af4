/// A sparse array of plain values that grows without moving what it holds: 1,024 elements a segment, allocated when
/// one of them is first written. Reading an unwritten element gives `empty`. O(1).
@safe
struct SegmentedArray<Element: BitwiseCopyable>: ~Copyable {
    private static var shift: Int { 10 }
    private var segments = unsafe PlainList<UnsafeMutablePointer<Element>?>()
    /// Segments that exist.
    private var allocated = 0
    let empty: Element

    init(empty: Element) { self.empty = empty }

    deinit { for number in unsafe 0 ..< segments.count { unsafe segments[number]?.deallocate() } }

    /// Bytes of allocated segments.
    var allocatedBytes: Int { allocated * MemoryLayout<Element>.stride << Self.shift }

    subscript(index: Int) -> Element {
        get {
            precondition(index >= 0)
            let number = index >> Self.shift
            guard unsafe number < segments.count, let segment = unsafe segments[number] else { return empty }
            // Safe: every allocated segment has 1,024 initialised elements.
            return unsafe segment[index & (1 << Self.shift - 1)]
        }
        set {
            precondition(index >= 0)
            let number = index >> Self.shift
            while unsafe number >= segments.count { unsafe segments.append(nil) }
            if unsafe segments[number] == nil {
                let fresh = UnsafeMutablePointer<Element>.allocate(capacity: 1 << Self.shift)
                unsafe fresh.initialize(repeating: empty, count: 1 << Self.shift)
                unsafe segments[number] = fresh
                allocated &+= 1
            }
            unsafe segments[number]![index & (1 << Self.shift - 1)] = newValue
        }
    }

    /// Gives back every segment that lies wholly at or behind `count`.
    mutating func truncate(to count: Int) {
        let kept = (count + 1 << Self.shift - 1) >> Self.shift
        while unsafe segments.count > kept {
            guard let segment = unsafe segments.popLast() ?? nil else { continue }
            unsafe segment.deallocate()
            allocated &-= 1
        }
    }
}

/// A fixed number of owned values, by index.
@safe
struct FixedArray<Element: ~Copyable>: ~Copyable {
    private let elements: UnsafeMutablePointer<Element>
    let count: Int

    init(count: Int, _ make: (Int) -> Element) {
        precondition(count >= 0)
        unsafe elements = .allocate(capacity: max(1, count))
        for i in 0 ..< count { unsafe (elements + i).initialize(to: make(i)) }
        self.count = count
    }

    deinit {
        unsafe elements.deinitialize(count: count)
        unsafe elements.deallocate()
    }

    subscript(index: Int) -> Element {
        @inline(__always) _read {
            precondition(index >= 0 && index < count)
            yield unsafe elements[index]
        }
        @inline(__always) _modify {
            precondition(index >= 0 && index < count)
            yield unsafe &elements[index]
        }
    }

    mutating func swapAt(_ i: Int, _ j: Int) {
        precondition(i >= 0 && i < count && j >= 0 && j < count)
        if i == j { return }
        let held = unsafe (elements + i).move()
        unsafe (elements + i).moveInitialize(from: elements + j, count: 1)
        unsafe (elements + j).initialize(to: held)
    }

    /// Puts `new` at `index` and returns what was there.
    mutating func exchange(_ index: Int, _ new: consuming Element) -> Element {
        precondition(index >= 0 && index < count)
        let old = unsafe (elements + index).move()
        unsafe (elements + index).initialize(to: new)
        return old
    }
}
