import Bytes
import Wire

/// Lists at the door: changing. The commands report the change, except where a function says that it does.
extension Keyspace {
    // MARK: Adding

    /// Adds the arguments from `first` on at one end of a list, one after the other; where there is none, it is made.
    @inline(__always)
    mutating func push(
        _ arguments: Arguments, from first: Int, _ end: ListEnd, to key: RawSpan, _ place: inout KeyPlace
    ) {
        if let entry = place.entry, arena.header(entry).form == .object {
            let list = arena.objectIndex(entry)
            for index in first ..< arguments.count { lists[list].push(arguments[index], end, &arena) }
        } else {
            pushPacked(arguments, from: first, end, to: key, &place)
        }
    }

    /// The same for a list that is not large, or not there: what is to come is measured first, so that the entry grows once.
    private mutating func pushPacked(
        _ arguments: Arguments, from first: Int, _ end: ListEnd, to key: RawSpan, _ place: inout KeyPlace
    ) {
        var size = 0
        var longest = 0
        for index in first ..< arguments.count {
            size &+= Listpack.Encoding(arguments[index]).size
            longest = max(longest, arguments[index].byteCount)
        }
        let added = arguments.count &- first
        if !staysPacked(place, adding: size, count: added, longest: longest) {
            let list = makeLarge(key, &place)
            for index in first ..< arguments.count { lists[list].push(arguments[index], end, &arena) }
            return
        }
        if !place.exists { addListpack(key, &place, .list, .quicklist) }
        guard let entry = place.entry else { return }
        let position = end == .head ? Listpack.first : arena.byteCount(entry) &- 1
        let grown = spliceListpack(&place, at: position, removing: 0, inserting: size)
        var pack = arena.mutableBytes(grown)
        var at = position
        for offset in 0 ..< added {
            // Pushed at the head, the last comes to stand first.
            let text = arguments[end == .tail ? first &+ offset : arguments.count &- 1 &- offset]
            at = Listpack.write(Listpack.Encoding(text), text, at: at, into: &pack)
        }
        Listpack.adjustCount(&pack, by: added)
    }

    /// Adds one element at one end of a list; where there is none, it is made.
    mutating func push(_ text: RawSpan, _ end: ListEnd, to key: RawSpan, _ place: inout KeyPlace) {
        let size = Listpack.Encoding(text).size
        if staysPacked(place, adding: size, count: 1, longest: text.byteCount) {
            if !place.exists { addListpack(key, &place, .list, .quicklist) }
            guard let entry = place.entry else { return }
            insert(text, at: end == .head ? Listpack.first : arena.byteCount(entry) &- 1, &place)
        } else {
            let list = makeLarge(key, &place)
            lists[list].push(text, end, &arena)
        }
    }

    /// Inserts an element in front of element `index` of a list, or behind its last one.
    mutating func insert(_ text: RawSpan, beforeElement index: Int, key: RawSpan, _ place: inout KeyPlace) {
        let size = Listpack.Encoding(text).size
        if staysPacked(place, adding: size, count: 1, longest: text.byteCount), let entry = place.entry {
            insert(text, at: packPosition(entry, index), &place)
        } else {
            let list = makeLarge(key, &place)
            lists[list].insert(text, at: index, &arena)
        }
    }

    /// Puts another element in the place of element `index`.
    mutating func replaceElement(_ index: Int, with text: RawSpan, key: RawSpan, _ place: inout KeyPlace) {
        let size = Listpack.Encoding(text).size
        if staysPacked(place, adding: size, count: 0, longest: text.byteCount), let entry = place.entry {
            replace(at: packPosition(entry, index), with: text, &place)
        } else {
            let list = makeLarge(key, &place)
            lists[list].replace(index, with: text, &arena)
        }
    }

    /// Where element `index` of a list that is one listpack is, or its end mark.
    private func packPosition(_ entry: Entry, _ index: Int) -> Int {
        let pack = arena.bytes(entry)
        return Listpack.position(pack, of: index, count: Listpack.count(pack))
    }

    /// Whether a list is, or may be, one listpack in its entry when so much has been added.
    private func staysPacked(_ place: KeyPlace, adding size: Int, count: Int, longest: Int) -> Bool {
        if listLimits.isPlain(longest) { return false }
        guard let entry = place.entry else {
            return listLimits.isPacked(bytes: Listpack.emptySize &+ size, count: count)
        }
        if arena.header(entry).form == .object { return false }
        let pack = arena.bytes(entry)
        return listLimits.isPacked(bytes: pack.byteCount &+ size, count: Listpack.count(pack) &+ count)
    }

    /// Makes a list a large one, if it is not, or an empty large one where there is none. Returns its number.
    private mutating func makeLarge(_ key: RawSpan, _ place: inout KeyPlace) -> UInt32 {
        guard let entry = place.entry else {
            let index = lists.add(QuickList(listLimits))
            addObject(key, &place, .list, .quicklist, index: index)
            return index
        }
        if arena.header(entry).form == .object { return arena.objectIndex(entry) }
        let pack = arena.bytes(entry).array
        let index = lists.add(QuickList(pack.bytes, listLimits, &arena))
        convertToObject(&place, .quicklist, index: index)
        return index
    }

    // MARK: Taking

    /// Hands the element at one end to `body`.
    @inline(__always)
    func withElement(_ entry: Entry, at end: ListEnd, _ body: (RawSpan) -> Void) {
        if arena.header(entry).form == .object {
            let list = arena.objectIndex(entry)
            let place = lists[list].place(end, arena)
            let node = lists[list].node(place.path)
            if node.isPlain { return body(arena.listBytes(node)) }
            return Listpack.withText(arena.listBytes(node), place.position, body)
        }
        let pack = arena.bytes(entry)
        guard let position = end == .head ? Listpack.first : Listpack.last(pack) else { return }
        Listpack.withText(pack, position, body)
    }

    /// Takes `count` elements away that lie `skipping` elements from one end, and reports it. The list keeps others.
    mutating func take(_ count: Int, from end: ListEnd, skipping: Int, _ place: inout KeyPlace) {
        guard let entry = place.entry else { return }
        changed(end == .head ? .lpop : .rpop, entry)
        let total = elementCount(entry)
        let first = end == .head ? skipping : total &- skipping &- count
        cut(first ..< first &+ count, &place)
    }

    /// Takes `count` elements away at one end, and reports it; the key of a list that is empty then goes too.
    @inline(__always)
    mutating func take(_ count: Int, from end: ListEnd, _ place: KeyPlace) {
        guard let entry = place.entry else { return }
        changed(end == .head ? .lpop : .rpop, entry)
        let total = elementCount(entry)
        if count >= total {
            remove(place)
        } else if arena.header(entry).form == .object, count == 1 {
            let list = arena.objectIndex(entry)
            lists[list].pop(lists[list].place(end, arena), &arena)
        } else {
            var place = place
            cut(end == .head ? 0 ..< count : total &- count ..< total, &place)
        }
    }

    /// Takes the elements of `range` away, which are not all.
    private mutating func cut(_ range: Range<Int>, _ place: inout KeyPlace) {
        guard !range.isEmpty, let entry = place.entry else { return }
        if arena.header(entry).form == .object {
            if let rest = lists[arena.objectIndex(entry)].remove(range, &arena) {
                lists.bury(lists.add(rest), &arena)
            }
        } else {
            remove(at: packPosition(entry, range.lowerBound), count: range.count, &place)
        }
    }

    /// Takes everything away but the elements of `range`, and reports it; the key of a list that is empty then goes too.
    mutating func trim(to range: Range<Int>, _ place: inout KeyPlace) {
        guard let entry = place.entry else { return }
        changed(.ltrim, entry)
        if range.isEmpty {
            remove(place)
        } else {
            cut(range.upperBound ..< elementCount(entry), &place)
            cut(0 ..< range.lowerBound, &place)
        }
    }

    /// Takes elements with this text away, at most `limit`, the first ones or the last, and reports it; the key of a list
    /// that is empty then goes too. Returns how many.
    mutating func removeElements(_ text: RawSpan, limit: Int, from end: ListEnd, _ place: inout KeyPlace) -> Int {
        guard let entry = place.entry else { return 0 }
        let removed: Int
        if arena.header(entry).form == .object {
            var scratch = ByteBuffer()
            removed = lists[arena.objectIndex(entry)].removeMatches(text, limit: limit, from: end, &scratch, &arena)
        } else {
            removed = removePacked(text, limit: limit, from: end, &place)
        }
        guard removed > 0, let left = place.entry else { return 0 }
        changed(.lrem, left)
        if elementCount(left) == 0 { remove(place) }
        return removed
    }

    private mutating func removePacked(
        _ text: RawSpan, limit: Int, from end: ListEnd, _ place: inout KeyPlace
    ) -> Int {
        guard let entry = place.entry else { return 0 }
        let matches = Listpack.countMatches(arena.bytes(entry), text)
        if matches == 0 { return 0 }
        let count = Listpack.count(arena.bytes(entry))
        var pack = arena.mutableBytes(entry)
        let skipping = end == .tail ? max(0, matches &- limit) : 0
        let (removed, size) = Listpack.removeMatches(&pack, text, skipping: skipping, limit: limit)
        Listpack.setHeader(total: size, count: count &- removed, in: &pack)
        _ = resizeBlock(&place, to: size)
        return removed
    }
}
