import CSystem

/// The C library's heap, as a server wants it. For the program only: a library has no business with its host's heap.
enum Heap {
    /// Keeps a few mebibytes of free heap at hand, where the default returns 128 KiB to the system and asks for them again at
    /// every burst of replies; large blocks are mapped one by one, so that each goes back whole when it is freed.
    static func tune() {
        _ = mallopt(M_TRIM_THRESHOLD, 8 << 20)
        _ = mallopt(M_TOP_PAD, 1 << 20)
        _ = mallopt(M_MMAP_THRESHOLD, 256 << 10)
    }

    /// Gives free memory back to the system, as far as that can be had.
    static func trim() { _ = malloc_trim(0) }

    /// Bytes that the program has from the heap right now.
    static func allocatedBytes() -> Int {
        let figures = mallinfo2()
        return figures.uordblks + figures.hblkhd
    }

    /// Keeps the system from giving this process huge pages unasked (`disable-thp`). False where it refuses.
    static func disableHugePages() -> Bool { martlet_disable_huge_pages() == 0 }
}
