import Glibc

/// The memory of all small objects: size-segregated pages inside one reserved range of addresses.
///
/// A handle is an offset into the range in units of eight bytes. It fits 40 bits (eight tebibytes), turns into an
/// address with one shift and one addition, and can be checked against the end of the range, which a pointer cannot.
///
///     range   │ page 0 │ page 1 │ page 2 │ …            │ reserved, not yet usable │
///               unused   32-byte  64-byte
///                        objects  objects
///     page    │ obj │ obj │ free ─▶ │ obj │ free │ never used … │
///
/// Pages are 64 KiB and hold objects of one size class: multiples of 8 up to 512, then powers of two up to a whole
/// page. Free objects of a page form a list threaded through themselves; pages with room form a list per class. A
/// page whose last object goes is put aside; whoever has the time has the memory of such pages given back to the
/// system (`returnEmptyPages`), so that memory shrinks with the data and no release pays for a system call.
///
/// Huge pages are not asked for: looking ahead in pipelines hides most of what they would save, what they hold on to after a mass
/// deletion was measured at twenty mebibytes, and the system may stop a thread to make one.
///
/// Costs: allocation and release are O(1) and touch the object and one 16-byte page record; there is no
/// per-object header. Why not `malloc`: its 8-byte header and 16-byte steps cost a third of a small entry, and
/// freed memory in the middle of its heap does not return.
///
/// Invariants: handle 0 is never given out; `live` of a page is the number of its objects in use; a page is in its
/// class's list exactly when it has room; a page without objects is in the list `spare` if it has memory, and in
/// `returned` if the system has taken it.
@safe @usableFromInline
package struct Arena: ~Copyable {
    @usableFromInline package typealias Handle = UInt64

    package static let pageSize = 65536
    package static let largestObject = pageSize
    static let pageShift: UInt64 = 13  // in units of 8 bytes
    /// Pages made usable at a time: 4 MiB.
    static let commitPages = 64
    /// Empty pages kept ready when others go back to the system.
    static let sparePages = 16

    struct Page {
        /// Offset of the first free object in units of 8 bytes within the page, plus 1; 0 when none.
        var free: UInt16 = 0
        /// Objects handed out so far from the never-used rest.
        var used: UInt16 = 0
        var live: UInt16 = 0
        var sizeClass: UInt16 = 0
        var next: UInt32 = 0
        var previous: UInt32 = 0
    }

    @usableFromInline let base: UnsafeMutableRawPointer
    private let reserved: Int
    /// End of what was handed out as pages, in units of 8 bytes: the bound handles are checked against.
    @usableFromInline var limit: UInt64
    private var committed: Int
    private var pages: UnsafeMutablePointer<Page>
    private var pageCapacity: Int
    private var pageCount: Int
    private var spare: UInt32 = 0
    private var spareCount = 0
    private var returned: UInt32 = 0
    private var roomy: UnsafeMutablePointer<UInt32>

    /// Bytes in live objects, rounded to their size classes.
    package private(set) var allocatedBytes = 0
    /// Bytes of pages in use.
    package private(set) var pagedBytes = 0
    /// Heap bytes that belong to the arena's objects but lie outside it, as their owners report them.
    package private(set) var externalBytes = 0
    /// Allocations since the start, in the arena and by `noteExternal`, for the allocation budget.
    package private(set) var allocationCount: UInt64 = 0

    /// Accounts for a heap block of `bytes` bytes held by an object, or given up when negative.
    package mutating func noteExternal(_ bytes: Int) {
        externalBytes &+= bytes
        if bytes > 0 { allocationCount &+= 1 }
    }

    /// Reserves `reservation` bytes of addresses (not memory); halves its wish until the system agrees.
    package init(reservation: Int = 64 << 30) {
        var wish = reservation
        var address = unsafe mmap(nil, wish, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        while unsafe address == MAP_FAILED, wish > 1 << 26 {
            wish >>= 1
            unsafe address = mmap(nil, wish, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        }
        guard unsafe address != MAP_FAILED, let address = unsafe address else {
            fatalError("cannot reserve \(wish) bytes of addresses: errno \(errno)")
        }
        // Up to a page is given up to align the rest.
        let misaligned = Int(bitPattern: address) & (Arena.pageSize - 1)
        unsafe base = address + (misaligned == 0 ? 0 : Arena.pageSize - misaligned)
        reserved = wish - Arena.pageSize
        unsafe mapped = address
        mappedSize = wish
        limit = 0
        committed = 0
        // Page 0 is never used, so that handle 0 can mean "none".
        pageCapacity = 64
        pageCount = 1
        unsafe pages = Arena.resizePages(nil, to: 64)
        unsafe pages.initialize(to: Page())
        unsafe roomy = .allocate(capacity: Arena.classCount)
        unsafe roomy.initialize(repeating: 0, count: Arena.classCount)
    }

    private let mapped: UnsafeMutableRawPointer
    private let mappedSize: Int

    deinit {
        unsafe munmap(mapped, mappedSize)
        unsafe free(pages)
        unsafe roomy.deallocate()
    }

    // MARK: Size classes

    package static let classCount = 65 + 7

    @inline(__always)
    static func sizeClass(_ size: Int) -> Int {
        if size <= 512 { return max(1, (size &+ 7) >> 3) }
        return 65 &+ (Int.bitWidth &- (size &- 1).leadingZeroBitCount) &- 10
    }

    @inline(__always)
    static func classSize(_ index: Int) -> Int {
        index <= 64 ? index << 3 : 1024 << (index &- 65)
    }

    /// The number of the class that objects of `size` bytes belong to.
    package static func classNumber(_ size: Int) -> Int { sizeClass(size) }

    /// How much of one class's pages is used.
    package struct ClassUsage: Sendable {
        package let number: Int
        package let chunkSize: Int
        package var pages = 0
        package var used = 0
    }

    /// All classes, smallest first. O(number of pages).
    package func usage() -> [ClassUsage] {
        var result = (1 ..< Arena.classCount).map { ClassUsage(number: $0, chunkSize: Arena.classSize($0)) }
        for index in 1 ..< pageCount {
            let page = unsafe pages[index]
            if page.live == 0 { continue }
            result[Int(page.sizeClass) - 1].pages += 1
            result[Int(page.sizeClass) - 1].used += Int(page.live)
        }
        return result
    }

    /// The bytes that an object of `size` occupies.
    package static func occupied(_ size: Int) -> Int { classSize(sizeClass(size)) }

    // MARK: Objects

    /// The address of a live object. Traps on a handle outside the range.
    @inlinable @inline(__always)
    package func address(_ handle: Handle) -> UnsafeMutableRawPointer {
        precondition(handle < limit)
        return unsafe base + Int(truncatingIfNeeded: handle &<< 3)
    }

    /// The handle of the object at an address that `address` gave.
    package func handle(_ address: UnsafeMutableRawPointer) -> Handle {
        unsafe UInt64(address - base) >> 3
    }

    /// A new object of `size` bytes (1 to `largestObject`), its contents undefined; aligned to 8 bytes, and to its
    /// size where that is a power of two. O(1).
    package mutating func allocate(_ size: Int) -> Handle {
        precondition(size > 0 && size <= Arena.largestObject)
        let index = Arena.sizeClass(size)
        var page = unsafe roomy[index]
        if page == 0 { page = addPage(index) }
        let info = unsafe pages + Int(page)
        let objectSize = Arena.classSize(index)
        let start = UInt64(page) &<< Arena.pageShift
        let handle: Handle
        if unsafe info.pointee.free != 0 {
            unsafe handle = start &+ UInt64(info.pointee.free &- 1)
            unsafe info.pointee.free = address(handle).load(as: UInt16.self)
        } else {
            unsafe handle = start &+ UInt64(Int(info.pointee.used) &* objectSize) >> 3
            unsafe info.pointee.used &+= 1
        }
        unsafe info.pointee.live &+= 1
        if unsafe info.pointee.free == 0,
            unsafe (Int(info.pointee.used) &+ 1) &* objectSize > Arena.pageSize
        {
            unlink(page, from: index)
        }
        allocatedBytes &+= objectSize
        allocationCount &+= 1
        return handle
    }

    /// A new object of zeros.
    package mutating func allocateZeroed(_ size: Int) -> Handle {
        let handle = allocate(size)
        // Safe: the object has at least `size` bytes.
        unsafe address(handle).initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return handle
    }

    /// Gives an object back. O(1).
    package mutating func release(_ handle: Handle) {
        let page = UInt32(truncatingIfNeeded: handle >> Arena.pageShift)
        precondition(page > 0 && Int(page) < pageCount)
        let info = unsafe pages + Int(page)
        let index = unsafe Int(info.pointee.sizeClass)
        let objectSize = Arena.classSize(index)
        unsafe precondition(info.pointee.live > 0)
        let wasFull =
            unsafe info.pointee.free == 0 && (Int(info.pointee.used) &+ 1) &* objectSize > Arena.pageSize
        unsafe address(handle).storeBytes(of: info.pointee.free, as: UInt16.self)
        unsafe info.pointee.free =
            UInt16(truncatingIfNeeded: handle & (1 &<< Arena.pageShift &- 1)) &+ 1
        unsafe info.pointee.live &-= 1
        allocatedBytes &-= objectSize
        if unsafe info.pointee.live == 0 {
            if !wasFull { unlink(page, from: index) }
            retire(page)
        } else if wasFull {
            link(page, to: index)
        }
    }

    // MARK: Pages

    private mutating func link(_ page: UInt32, to index: Int) {
        let head = unsafe roomy[index]
        unsafe pages[Int(page)].next = head
        unsafe pages[Int(page)].previous = 0
        if head != 0 { unsafe pages[Int(head)].previous = page }
        unsafe roomy[index] = page
    }

    private mutating func unlink(_ page: UInt32, from index: Int) {
        let info = unsafe pages[Int(page)]
        if info.previous != 0 { unsafe pages[Int(info.previous)].next = info.next }
        else { unsafe roomy[index] = info.next }
        if info.next != 0 { unsafe pages[Int(info.next)].previous = info.previous }
    }

    private mutating func addPage(_ index: Int) -> UInt32 {
        let page: UInt32
        if spare != 0 {
            page = spare
            unsafe spare = pages[Int(page)].next
            spareCount &-= 1
        } else if returned != 0 {
            page = returned
            unsafe returned = pages[Int(page)].next
        } else {
            page = freshPage()
        }
        unsafe pages[Int(page)] = Page(sizeClass: UInt16(index))
        pagedBytes &+= Arena.pageSize
        link(page, to: index)
        return page
    }

    private mutating func freshPage() -> UInt32 {
        if pageCount == pageCapacity {
            pageCapacity *= 2
            unsafe pages = Arena.resizePages(pages, to: pageCapacity)
        }
        let page = pageCount
        unsafe (pages + page).initialize(to: Page())
        pageCount &+= 1
        if pageCount > committed {
            let size = Arena.commitPages * Arena.pageSize
            let offset = committed * Arena.pageSize
            guard offset + size <= reserved, unsafe mprotect(base + offset, size, PROT_READ | PROT_WRITE) == 0
            else { fatalError("out of memory: \(offset) bytes of entries in use") }
            committed += Arena.commitPages
        }
        limit = UInt64(pageCount) &<< Arena.pageShift
        return UInt32(page)
    }

    /// Room for the records of `count` pages. A large block is not copied for it, but moved by its mapping, and what is not
    /// yet used of it is not touched.
    private static func resizePages(_ old: UnsafeMutablePointer<Page>?, to count: Int) -> UnsafeMutablePointer<Page> {
        guard let fresh = unsafe realloc(old, count * MemoryLayout<Page>.stride) else {
            fatalError("out of memory for the records of \(count) pages")
        }
        return unsafe fresh.bindMemory(to: Page.self, capacity: count)
    }

    /// Puts an empty page aside.
    private mutating func retire(_ page: UInt32) {
        unsafe pages[Int(page)].next = spare
        spare = page
        spareCount &+= 1
        pagedBytes &-= Arena.pageSize
    }

    /// Has the system take back the memory of empty pages, at most `limit` of them and but for a few spare ones. Each is a
    /// system call of some microseconds. True while more are left.
    package mutating func returnEmptyPages(limit: Int) -> Bool {
        var left = limit
        while spareCount > Arena.sparePages {
            if left <= 0 { return true }
            left &-= 1
            let page = spare
            // Safe: no object of the page is live, so nobody holds a handle into it.
            unsafe madvise(base + Int(page) * Arena.pageSize, Arena.pageSize, MADV_DONTNEED)
            unsafe spare = pages[Int(page)].next
            unsafe pages[Int(page)].next = returned
            returned = page
            spareCount &-= 1
        }
        return false
    }
}
