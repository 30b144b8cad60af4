import Testing

@testable import Bytes

/// The arena against a model: objects keep what was written to them until they are released, and never overlap.
struct ArenaTests {
    @Test(arguments: [1, 2, 3] as [UInt64]) func objectsKeepTheirContents(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var arena = Arena(reservation: 1 << 30)
        var live: [(handle: Arena.Handle, size: Int, mark: UInt8)] = []
        var bytes = 0
        for step in 0 ..< 30_000 {
            let grows = step < 15_000 ? 70 : 30
            if live.isEmpty || random.next(below: 100) < grows {
                let size = 1 + random.next(below: random.next(below: 20) == 0 ? 65_536 : 700)
                let mark = UInt8(truncatingIfNeeded: random.next())
                let handle = arena.allocate(size)
                ArenaTests.fill(&arena, handle, size, mark)
                live.append((handle, size, mark))
                bytes += Arena.occupied(size)
            } else {
                let (handle, size, mark) = live.remove(at: random.next(below: live.count))
                let isKept = ArenaTests.holds(arena, handle, size, mark)
                #expect(isKept, "an object of \(size) bytes changed")
                arena.release(handle)
                bytes -= Arena.occupied(size)
            }
            if step % 100 == 0 { _ = arena.returnEmptyPages(limit: 3) }
            if arena.allocatedBytes != bytes { Issue.record("\(arena.allocatedBytes) bytes instead of \(bytes)") }
        }
        for (handle, size, mark) in live {
            let isKept = ArenaTests.holds(arena, handle, size, mark)
            #expect(isKept)
            arena.release(handle)
        }
        #expect(arena.allocatedBytes == 0 && arena.pagedBytes == 0)
    }

    @Test func emptyPagesGoBackAFewAtATime() {
        var arena = Arena(reservation: 1 << 28)
        let pages = 100
        let handles = (0 ..< pages).map { _ in arena.allocate(Arena.largestObject) }
        for handle in handles { ArenaTests.fill(&arena, handle, 16, 7) }
        for handle in handles { arena.release(handle) }
        var calls = 1
        while arena.returnEmptyPages(limit: 10) { calls += 1 }
        #expect(calls == (pages - Arena.sparePages + 9) / 10)
        // What the system took comes back as zeros; the spare pages are used first, as they were left.
        let again = (0 ..< pages).map { _ in arena.allocate(Arena.largestObject) }
        #expect(Set(again) == Set(handles))
        let zeros = again.filter { ArenaTests.holds(arena, $0, 16, 0) }.count
        #expect(zeros == pages - Arena.sparePages)
    }

    @Test func addressesLeadBackToHandles() {
        var arena = Arena(reservation: 1 << 26)
        for size in [8, 64, 700, 65_536] {
            let handle = arena.allocate(size)
            let isSame = unsafe arena.handle(arena.address(handle)) == handle
            #expect(isSame)
        }
    }

    private static func fill(_ arena: inout Arena, _ handle: Arena.Handle, _ size: Int, _ mark: UInt8) {
        unsafe arena.address(handle).initializeMemory(as: UInt8.self, repeating: mark, count: size)
    }

    private static func holds(_ arena: borrowing Arena, _ handle: Arena.Handle, _ size: Int, _ mark: UInt8) -> Bool {
        unsafe UnsafeRawBufferPointer(start: arena.address(handle), count: size).allSatisfy { $0 == mark }
    }
}
