import Bytes

/// A sparse list of times in the arena; what was not written reads as `Int64.max`, and takes nothing.
///
/// The first 8,192 lie in an object that starts with eight and doubles, further ones in a page each: so that a short list is
/// small, and a long one grows without moving what it holds. O(1).
struct TimeList {
    private static let pageShift = 13
    private static let pageTimes = 1 << pageShift

    private var pages: [Arena.Handle] = []
    /// Times that fit the first page.
    private var firstCapacity = 0

    @inline(__always)
    func time(_ index: Int, _ arena: borrowing Arena) -> Int64 {
        let page = index >> Self.pageShift
        if page >= pages.count || pages[page] == 0 || page == 0 && index >= firstCapacity { return .max }
        // Safe: the page exists, and only the first has less than `pageTimes` times.
        return unsafe arena.address(pages[page]).load(
            fromByteOffset: (index & (Self.pageTimes - 1)) << 3, as: Int64.self)
    }

    mutating func set(_ index: Int, _ time: Int64, _ arena: inout Arena) {
        let page = index >> Self.pageShift
        while page >= pages.count { pages.append(0) }
        if page == 0 {
            if index >= firstCapacity { growFirst(toHold: index, &arena) }
        } else if pages[page] == 0 {
            pages[page] = Self.makePage(Self.pageTimes, &arena)
        }
        // Safe: as in `time`.
        unsafe arena.address(pages[page]).storeBytes(
            of: time, toByteOffset: (index & (Self.pageTimes - 1)) << 3, as: Int64.self)
    }

    private mutating func growFirst(toHold index: Int, _ arena: inout Arena) {
        var capacity = max(8, firstCapacity)
        while capacity <= index { capacity *= 2 }
        let grown = Self.makePage(capacity, &arena)
        if firstCapacity > 0 {
            // Safe: the new page is the larger one.
            unsafe arena.address(grown).copyMemory(from: arena.address(pages[0]), byteCount: firstCapacity << 3)
            arena.release(pages[0])
        }
        pages[0] = grown
        firstCapacity = capacity
    }

    private static func makePage(_ capacity: Int, _ arena: inout Arena) -> Arena.Handle {
        let page = arena.allocate(capacity << 3)
        // Safe: the object has room for `capacity` times.
        unsafe arena.address(page).initializeMemory(as: Int64.self, repeating: .max, count: capacity)
        return page
    }

    /// Gives back pages that lie wholly behind the first `count` times, which must be "never".
    mutating func truncate(to count: Int, _ arena: inout Arena) {
        let kept = max(1, (count + Self.pageTimes - 1) >> Self.pageShift)
        while pages.count > kept {
            let page = pages.removeLast()
            if page != 0 { arena.release(page) }
        }
    }

    /// Forgets everything.
    mutating func removeAll(_ arena: inout Arena) {
        for page in pages where page != 0 { arena.release(page) }
        pages = []
        firstCapacity = 0
    }
}
