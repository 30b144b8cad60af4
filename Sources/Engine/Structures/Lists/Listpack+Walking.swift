import Bytes

/// Elements of a listpack as texts, one after the other. An integer is handed out in its decimal form.
extension Listpack {
    /// `count` elements from the one at `index` on.
    @inline(__always)
    static func forEach(_ pack: RawSpan, from index: Int, count: Int, _ body: (RawSpan) -> Void) {
        guard var position = position(pack, of: index) else { preconditionFailure("no element \(index)") }
        for _ in 0 ..< count {
            withText(pack, position, body)
            position = next(pack, position)
        }
    }

    /// `count` elements from the one at `index` down.
    static func forEachBackwards(_ pack: RawSpan, from index: Int, count: Int, _ body: (RawSpan) -> Void) {
        var place = position(pack, of: index)
        for _ in 0 ..< count {
            guard let position = place else { preconditionFailure("no element in front") }
            withText(pack, position, body)
            place = previous(pack, position)
        }
    }

    /// The numbers of those among the first `count` elements that have this text, until `body` returns false; then so does this.
    static func forEachMatch(_ pack: RawSpan, _ text: RawSpan, count: Int, _ body: (Int) -> Bool) -> Bool {
        let integer = Listpack.integer(text)
        var position = first
        for index in 0 ..< count {
            if matches(pack, position, text, integer), !body(index) { return false }
            position = next(pack, position)
        }
        return true
    }

    /// The same for the last `count` elements, from the last on; `body` is given how far from it each is.
    static func forEachMatchBackwards(
        _ pack: RawSpan, _ text: RawSpan, count: Int, _ body: (Int) -> Bool
    ) -> Bool {
        let integer = Listpack.integer(text)
        var place = last(pack)
        for distance in 0 ..< count {
            guard let position = place else { preconditionFailure("no element in front") }
            if matches(pack, position, text, integer), !body(distance) { return false }
            place = previous(pack, position)
        }
        return true
    }
}
