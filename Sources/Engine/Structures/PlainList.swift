import Glibc

/// A list of plain values that nobody shares and that grows by `realloc`: for the directories of segmented structures,
/// the only parts of them that are in one piece.
///
/// An array copies what it holds each time it doubles, and it touches the new half. Here the heap grows the block where it
/// stands if it can, and a block of more than some hundred kilobytes is a mapping, which the kernel moves by its page
/// tables. So the step that doubles the directory of a thousand million entries takes microseconds like any other.
///
/// Costs: appending is amortised O(1), in the worst case a copy of 256 KiB and a call of the kernel.
///
/// Invariants: `count <= capacity`; the first `count` elements are initialised; a list of no capacity has no memory.
@safe
struct PlainList<Element: BitwiseCopyable>: ~Copyable {
    /// Where the elements are, for access that was checked elsewhere.
    @unsafe private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private var capacity = 0

    init() {
        // Safe: never dereferenced while `count` is 0.
        unsafe base = UnsafeMutablePointer(bitPattern: 16)!
    }

    deinit { if capacity > 0 { unsafe free(base) } }

    /// Bytes held.
    var allocatedBytes: Int { capacity * MemoryLayout<Element>.stride }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(index >= 0 && index < count)
            return unsafe base[index]
        }
        @inline(__always) set {
            precondition(index >= 0 && index < count)
            unsafe base[index] = newValue
        }
    }

    mutating func append(_ element: Element) {
        if count == capacity { grow() }
        // Safe: there is room for one more.
        unsafe (base + count).initialize(to: element)
        count &+= 1
    }

    /// Takes the last element off; its room is kept.
    mutating func popLast() -> Element? {
        if count == 0 { return nil }
        count &-= 1
        return unsafe base[count]
    }

    private mutating func grow() {
        let grown = max(4, capacity * 2)
        let old = unsafe capacity == 0 ? nil : UnsafeMutableRawPointer(base)
        guard let fresh = unsafe realloc(old, grown * MemoryLayout<Element>.stride) else {
            fatalError("out of memory for a list of \(grown) elements")
        }
        unsafe base = fresh.bindMemory(to: Element.self, capacity: grown)
        capacity = grown
    }
}
