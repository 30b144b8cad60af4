import Bytes

/// What a decoder has read and the keyspace is to take over: values checked, unpacked and in the form they will have, on their way
/// from the thread that reads to the one that owns the data.
///
///     records   │ text │ text │ block │ begin │ member │ member │ member │ end │ text │ …
///                  │                 │
///     bytes     │ key │ value │ key │ value │ …
///
/// A value in one block is one record. A larger one is the records between `begin` and `end`, which may be in different
/// batches, so that a batch stays small whatever a value's size. Texts lie in `bytes`, once, and are copied from there to
/// where they stay.
package struct RecordBatch: ~Copyable, Sendable {
    var bytes = ByteBuffer()
    var records: [Record] = []

    package init() {}

    struct Record: Sendable {
        enum Kind: UInt8 {
            /// Those that follow are keys of database `number`.
            case database
            /// A key that holds `number`, a text, or a collection in one block.
            case integer, text, block
            /// A key with a large value, of which `number` elements follow.
            case begin
            /// An element of a set; a field of a hash, of a sorted set.
            case member, field, ranked
            /// An element of a list; a block of `number` elements; an element that is a block.
            case element, packedBlock, plainBlock
            case end
            /// A key whose collection has no elements.
            case empty
            /// The annotation of the key that comes next: flags and state in `number`, the unique in `hash`.
            case annotation
        }

        var kind: Kind
        var type = ValueType.string
        var encoding = Encoding.raw
        var access = LoadedAccess.unknown
        /// The key, the member, the field's name; the text of an element.
        var key = Place()
        /// The text or block of a key, the field's value.
        var value = Place()
        /// Of the key or the field; `nil` where it stays.
        var deadline: Int64?
        /// See the kinds; of `ranked` the bits of the score.
        var number: Int64 = 0
        /// The key's hash.
        var hash: UInt64 = 0

        init(_ kind: Kind) { self.kind = kind }
    }

    /// Where a text is in `bytes`.
    struct Place: Sendable {
        var offset = 0
        var count = 0

        init() {}

        init(_ range: Range<Int>) {
            offset = range.lowerBound
            count = range.count
        }

        var range: Range<Int> { offset ..< offset &+ count }
    }

    /// What a file says of a key's use.
    enum LoadedAccess: Equatable, Sendable {
        case unknown
        case idle(seconds: Int64)
        case frequency(UInt8)
    }

    /// So many bytes or records are enough for one batch.
    private static let fullBytes = 256 << 10
    private static let fullRecords = 4096

    package var isFull: Bool { bytes.count >= RecordBatch.fullBytes || records.count >= RecordBatch.fullRecords }

    package var isEmpty: Bool { records.isEmpty }

    /// Forgets all and keeps the room, up to what a batch may need again.
    package mutating func removeAll() {
        bytes.removeAll(keeping: 2 * RecordBatch.fullBytes)
        records.removeAll(keepingCapacity: records.capacity <= 2 * RecordBatch.fullRecords)
    }

    /// The bytes at a place.
    @inline(__always) @_lifetime(borrow self)
    func text(_ place: Place) -> RawSpan { bytes.bytes.extracting(place.range) }

    // MARK: Adding texts

    mutating func add(_ text: RawSpan) -> Place {
        let start = bytes.count
        bytes.append(text)
        return Place(start ..< bytes.count)
    }

    /// Adds a string of `input` as the text that it stands for.
    @inline(__always)
    mutating func add(_ text: SerializedText, of input: RawSpan) throws(DecodingStop) -> Place {
        switch text {
        case .plain(let range): return add(input.extracting(range))
        case .integer(let integer): return add(NumberText(integer).bytes)
        case .compressed(let range, let length): return try add(compressed: input.extracting(range), length)
        }
    }

    private mutating func add(compressed text: RawSpan, _ length: Int) throws(DecodingStop) -> Place {
        let start = bytes.count
        bytes.append(repeating: 0, count: length)
        var output = bytes.mutableBytes
        if !LZF.decompress(text, into: &output, at: start) { throw .broken("a broken compressed string") }
        return Place(start ..< start &+ length)
    }
}
