import Bytes

/// Members on their way from one set to another, or to a reply: their texts one behind the other, apart from the keyspace
/// they came from, so that this may change while they are read.
///
/// It notes in passing what decides how a set of them is kept. O(1) amortised for each; a copy of each text.
struct MemberList: ~Copyable {
    private var texts = ByteBuffer()
    private var ends: [Int] = []
    /// Bytes of the longest member.
    private(set) var longest = 0
    /// Whether all members so far are integers in plain decimal form.
    private(set) var holdsOnlyIntegers = true
    /// Bytes that the members take as elements of a listpack.
    private(set) var packedSize = 0

    var count: Int { ends.count }

    subscript(index: Int) -> RawSpan {
        @_lifetime(borrow self) get { texts.bytes.extracting((index == 0 ? 0 : ends[index &- 1]) ..< ends[index]) }
    }

    mutating func append(_ member: RawSpan) {
        let encoding = Listpack.Encoding(member)
        if encoding.integer == nil { holdsOnlyIntegers = false }
        longest = max(longest, member.byteCount)
        packedSize &+= encoding.size
        texts.append(member)
        ends.append(texts.count)
    }

    /// Forgets the members and keeps the room.
    mutating func removeAll() {
        texts.removeAll()
        ends.removeAll(keepingCapacity: true)
        longest = 0
        holdsOnlyIntegers = true
        packedSize = 0
    }

    /// The members as numbers in ascending order; all of them must be integers.
    func integers() -> [Int64] {
        var result: [Int64] = []
        result.reserveCapacity(count)
        for index in 0 ..< count {
            guard let value = Int64(decimal: self[index]) else { preconditionFailure("a member is no integer") }
            result.append(value)
        }
        result.sort()
        return result
    }
}
