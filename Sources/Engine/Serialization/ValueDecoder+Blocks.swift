import Bytes

/// Collections that are written as one block: those of today are kept as they come, older ones are put into today's form.
extension ValueDecoder {
    /// Reads a set, a hash or a sorted set in one block.
    mutating func readCollection(_ input: inout InputCursor, _ batch: inout RecordBatch) throws(DecodingStop) {
        if type == .hashListpackWithDeadlines { _ = try input.word() }
        let place = try batch.add(try input.text(), of: input.bytes)
        switch type {
        case .setIntset: try takeIntset(place, &batch)
        case .setListpack: try takeSet(place, &batch)
        case .hashListpack: try takeHash(place, &batch)
        case .hashListpackWithDeadlines, .hashListpackWithDeadlinesDraft: try takeVolatileHash(place, &batch)
        case .sortedSetListpack: try takeSortedSet(place, &batch)
        case .hashZiplist, .hashZipmap: try takeHash(try repack(place, &batch), &batch)
        case .sortedSetZiplist: try takeSortedSet(try repack(place, &batch), &batch)
        default: preconditionFailure("\(type) is no block")
        }
    }

    // MARK: Types

    private mutating func takeIntset(_ place: RecordBatch.Place, _ batch: inout RecordBatch) throws(DecodingStop) {
        let (count, width) = try checkedIntset(batch.text(place))
        if count == 0 { return emitEmpty(&batch) }
        if rules.sets.allowsIntset(count: count) { return emitBlock(place, .set, .intset, &batch) }
        try beginElements(.member, .set, .hashtable, count, &batch)
        for index in 0 ..< count {
            let text = NumberText(Intset.value(batch.text(place), index, width: width))
            addMember(batch.add(text.bytes), &batch)
        }
        try finishElements(longest: 20, holdsOnlyIntegers: true, &batch)
    }

    private func checkedIntset(_ set: RawSpan) throws(DecodingStop) -> (count: Int, width: Int) {
        if set.byteCount == Intset.headerSize, Intset.count(set) == 0 { return (0, 2) }
        if !Intset.isValid(set) { throw .broken(integrityFault) }
        return (Intset.count(set), Intset.width(set))
    }

    private mutating func takeSet(_ place: RecordBatch.Place, _ batch: inout RecordBatch) throws(DecodingStop) {
        guard let count = try checkedCount(place, columns: 1, batch) else { return emitEmpty(&batch) }
        // Its members may all be integers, so that another form fits them better.
        try beginElements(.member, .set, .hashtable, count, &batch)
        var (longest, holdsOnlyIntegers) = (0, true)
        forEachPlace(of: place, &batch) { member, batch in
            longest = max(longest, member.count)
            if holdsOnlyIntegers { holdsOnlyIntegers = Listpack.integer(batch.text(member)) != nil }
            addMember(member, &batch)
        }
        try finishElements(longest: longest, holdsOnlyIntegers: holdsOnlyIntegers, &batch)
    }

    private func addMember(_ place: RecordBatch.Place, _ batch: inout RecordBatch) {
        var record = RecordBatch.Record(.member)
        record.key = place
        batch.records.append(record)
    }

    /// Makes a block of the elements that were added, if they fit one, or has them be a large value.
    private mutating func finishElements(
        longest: Int, holdsOnlyIntegers: Bool, _ batch: inout RecordBatch
    ) throws(DecodingStop) {
        guard case .elements(var run) = phase else { return }
        run.longest = longest
        run.holdsOnlyIntegers = holdsOnlyIntegers
        run.left = 0
        phase = .done
        try finish(run, &batch)
    }

    private mutating func takeHash(_ place: RecordBatch.Place, _ batch: inout RecordBatch) throws(DecodingStop) {
        guard let count = try checkedCount(place, columns: 2, batch) else { return emitEmpty(&batch) }
        // As Redis does, which takes the texts of a zipmap only for long ones.
        let isShort = type != .hashZipmap || longestElement(batch.text(place)) <= rules.hashes.longest
        if isShort, count / 2 <= rules.hashes.entries {
            if rules.isThorough || isHistoric { try checkForDuplicates(place, columns: 2, batch) }
            return emitBlock(place, .hash, .listpack, &batch)
        }
        emitFields(place, count: count / 2, columns: 2, &batch)
    }

    private mutating func takeVolatileHash(_ place: RecordBatch.Place, _ batch: inout RecordBatch) throws(DecodingStop) {
        guard let count = try checkedCount(place, columns: 3, batch) else { return emitEmpty(&batch) }
        try checkDeadlines(batch.text(place))
        if count / 3 <= rules.hashes.entries {
            if rules.isThorough { try checkForDuplicates(place, columns: 3, batch) }
            return emitBlock(place, .hash, .listpackEx, &batch)
        }
        emitFields(place, count: count / 3, columns: 3, &batch)
    }

    /// Every third element must be a deadline, in ascending order, and those of the fields that stay, 0, at the end.
    private func checkDeadlines(_ pack: RawSpan) throws(DecodingStop) {
        var (position, index) = (Listpack.first, 0)
        var previous: Int64 = 1
        while !Listpack.isEnd(pack, position) {
            if index % 3 == 2 {
                guard case .integer(let value) = Listpack.value(pack, position), value >= 0,
                    value <= ValueDecoder.latestDeadline, value == 0 || previous != 0 && value >= previous
                else { throw .broken("deadlines of fields that are none, or out of order") }
                previous = value
            }
            position = Listpack.next(pack, position)
            index &+= 1
        }
    }

    /// Adds the fields of a listpack one by one.
    private func emitFields(_ place: RecordBatch.Place, count: Int, columns: Int, _ batch: inout RecordBatch) {
        emitBegin(.hash, .hashtable, count: count, &batch)
        var record = RecordBatch.Record(.field)
        var column = 0
        forEachPlace(of: place, &batch) { element, batch in
            switch column {
            case 0: record.key = element
            case 1: record.value = element
            default:
                let deadline = Int64(decimal: batch.text(element)) ?? 0
                record.deadline = deadline == 0 ? nil : deadline
            }
            column = (column + 1) % columns
            if column == 0 { batch.records.append(record) }
        }
        batch.records.append(RecordBatch.Record(.end))
    }

    private mutating func takeSortedSet(_ place: RecordBatch.Place, _ batch: inout RecordBatch) throws(DecodingStop) {
        guard let count = try checkedCount(place, columns: 2, batch) else { return emitEmpty(&batch) }
        try checkOrder(batch.text(place))
        if count / 2 <= rules.sortedSets.listpackEntries {
            if rules.isThorough || isHistoric { try checkForDuplicates(place, columns: 2, batch) }
            return emitBlock(place, .sortedSet, .listpack, &batch)
        }
        emitBegin(.sortedSet, .skiplist, count: count / 2, &batch)
        var record = RecordBatch.Record(.ranked)
        var isScore = false
        forEachPlace(of: place, &batch) { element, batch in
            if isScore {
                // `checkOrder` has read them all.
                let score = Double(text: batch.text(element)) ?? 0
                record.number = Int64(bitPattern: score.bitPattern)
                batch.records.append(record)
            } else {
                record.key = element
            }
            isScore.toggle()
        }
        batch.records.append(RecordBatch.Record(.end))
    }

    /// Every second element must be a score, and the pairs must ascend.
    private func checkOrder(_ pack: RawSpan) throws(DecodingStop) {
        var position = Listpack.first
        var previous: (score: Double, position: Int)?
        while !Listpack.isEnd(pack, position) {
            let at = Listpack.next(pack, position)
            let score: Double? =
                switch Listpack.value(pack, at) {
                case .integer(let value): Double(value)
                case .text(let range): Double(text: pack.extracting(range))
                }
            guard let score, !score.isNaN else { throw .broken("a score that is no number") }
            if let previous, previous.score >= score {
                let ascends =
                    previous.score == score
                    && Listpack.withText(pack, previous.position) { first in
                        Listpack.withText(pack, position) { first.compare($0) < 0 }
                    }
                if !ascends { throw .broken("a sorted set out of order") }
            }
            previous = (score, position)
            position = Listpack.next(pack, at)
        }
    }

    // MARK: Blocks

    /// Whether the block is of a form that is no more written.
    private var isHistoric: Bool { type == .hashZipmap || type == .hashZiplist || type == .sortedSetZiplist }

    /// What Redis's log says of a block that is not what it should be.
    var integrityFault: String {
        let block =
            switch type {
            case .hashZipmap: "Zipmap"
            case .listZiplist: "List ziplist"
            case .listOfZiplists: "Ziplist"
            case .setIntset: "Intset"
            case .sortedSetZiplist: "Zset ziplist"
            case .hashZiplist: "Hash ziplist"
            case .sortedSetListpack: "Zset listpack"
            case .setListpack: "Set listpack"
            case .hashListpack, .hashListpackWithDeadlines, .hashListpackWithDeadlinesDraft: "Hash listpack"
            default: "Listpack"
            }
        return block + " integrity check failed."
    }

    private func longestElement(_ pack: RawSpan) -> Int {
        var (position, longest) = (Listpack.first, 0)
        while !Listpack.isEnd(pack, position) {
            longest = max(longest, Listpack.withText(pack, position) { $0.byteCount })
            position = Listpack.next(pack, position)
        }
        return longest
    }

    /// The number of elements of a listpack, which must be rows of `columns`; `nil` if there are none.
    private func checkedCount(
        _ place: RecordBatch.Place, columns: Int, _ batch: borrowing RecordBatch
    ) throws(DecodingStop) -> Int? {
        guard let count = Listpack.checkedCount(batch.text(place)), count % columns == 0 else { throw .broken(integrityFault) }
        return count == 0 ? nil : count
    }

    /// Whether the first column of a listpack has an element twice; see `hasDuplicates`.
    private func checkForDuplicates(
        _ place: RecordBatch.Place, columns: Int, _ batch: borrowing RecordBatch
    ) throws(DecodingStop) {
        let pack = batch.text(place)
        var hashes: [UInt64] = []
        var (position, column) = (Listpack.first, 0)
        while !Listpack.isEnd(pack, position) {
            if column == 0 { hashes.append(Listpack.withText(pack, position) { siphash13($0, rules.hashKey) }) }
            column = (column + 1) % columns
            position = Listpack.next(pack, position)
        }
        if hashes.hasDuplicates { throw .broken(integrityFault) }
    }

    /// Hands the place of every element's text to `body`: in the listpack, or behind everything else where it is an integer.
    func forEachPlace(
        of place: RecordBatch.Place, _ batch: inout RecordBatch, _ body: (RecordBatch.Place, inout RecordBatch) -> Void
    ) {
        var position = Listpack.first
        while let (value, next) = ValueDecoder.element(batch.text(place), position) {
            position = next
            switch value {
            case .integer(let integer):
                let text = batch.add(NumberText(integer).bytes)
                body(text, &batch)
            case .text(let range):
                let start = place.offset &+ range.lowerBound
                body(RecordBatch.Place(start ..< start &+ range.count), &batch)
            }
        }
    }

    /// The element of a listpack at `position`, and where the next one is; `nil` at the end.
    private static func element(_ pack: RawSpan, _ position: Int) -> (Listpack.Value, Int)? {
        Listpack.isEnd(pack, position) ? nil : (Listpack.value(pack, position), Listpack.next(pack, position))
    }

    /// Puts the elements of a ziplist or zipmap into a listpack, which is added behind it.
    func repack(_ place: RecordBatch.Place, _ batch: inout RecordBatch) throws(DecodingStop) -> RecordBatch.Place {
        var builder = ListpackBuilder()
        try add(elementsOf: batch.text(place), to: &builder)
        return RecordBatch.Place(builder.finish(into: &batch.bytes))
    }

    private func add(elementsOf block: RawSpan, to builder: inout ListpackBuilder) throws(DecodingStop) {
        if type == .hashZipmap {
            guard let fields = Zipmap.fields(block) else { throw .broken(integrityFault) }
            for (name, value) in fields {
                builder.append(block.extracting(name))
                builder.append(block.extracting(value))
            }
        } else {
            guard let elements = Ziplist.elements(block) else { throw .broken(integrityFault) }
            for element in elements {
                switch element {
                case .integer(let integer): builder.append(integer)
                case .text(let range): builder.append(block.extracting(range))
                }
            }
        }
    }
}
