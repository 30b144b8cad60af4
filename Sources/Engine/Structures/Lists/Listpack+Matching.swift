import Bytes

/// What lists do to listpacks as a whole: find and take out elements of one text, and cut pieces off.
extension Listpack {
    /// Where element `index` is, for a listpack of `count` elements; the end mark for `index` equal to that. O(n), from the
    /// nearer end.
    static func position(_ pack: RawSpan, of index: Int, count: Int) -> Int {
        precondition(index >= 0 && index <= count)
        if index <= count / 2 {
            var position = first
            for _ in 0 ..< index { position = next(pack, position) }
            return position
        }
        var position = end(pack)
        for _ in index ..< count {
            guard let before = previous(pack, position) else { preconditionFailure("fewer elements than counted") }
            position = before
        }
        return position
    }

    /// How many elements there are, counted. O(n).
    static func countElements(_ pack: RawSpan) -> Int {
        var count = 0
        var position = first
        while !isEnd(pack, position) {
            position = next(pack, position)
            count &+= 1
        }
        return count
    }

    /// How many elements have this text. O(n).
    static func countMatches(_ pack: RawSpan, _ text: RawSpan) -> Int {
        let integer = Listpack.integer(text)
        var count = 0
        var position = first
        while !isEnd(pack, position) {
            if matches(pack, position, text, integer) { count &+= 1 }
            position = next(pack, position)
        }
        return count
    }

    /// Takes elements with this text out: all but the first `skipping`, at most `limit`. What stays moves up, each byte once;
    /// the header is the caller's. Returns how many went, and the bytes that are left. O(n).
    static func removeMatches(
        _ pack: inout MutableRawSpan, _ text: RawSpan, skipping: Int, limit: Int
    ) -> (removed: Int, left: Int) {
        let integer = Listpack.integer(text)
        var skips = skipping
        var removed = 0
        // Bytes from `kept` on are to stay and have not been moved to `target` yet.
        var kept = first
        var target = first
        var position = first
        let total = pack.byteCount
        while removed < limit, !isEnd(pack.bytes, position) {
            let next = next(pack.bytes, position)
            if matches(pack.bytes, position, text, integer) {
                if skips > 0 {
                    skips &-= 1
                } else {
                    pack.move(kept ..< position, to: target)
                    target &+= position &- kept
                    kept = next
                    removed &+= 1
                }
            }
            position = next
        }
        pack.move(kept ..< total, to: target)
        return (removed, target &+ total &- kept)
    }
}
