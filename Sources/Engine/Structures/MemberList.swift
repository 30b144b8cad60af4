import Bytes

/// The members of a set that is being put together, all of them different.
///
/// It notes in passing what decides how they will be kept. O(1) amortised for each; a copy of each text.
struct MemberList: ~Copyable {
    private var texts = TextList()
    /// Bytes of the longest member.
    private(set) var longest = 0
    /// Whether all members so far are integers in plain decimal form.
    private(set) var holdsOnlyIntegers = true
    /// Bytes that the members take as elements of a listpack.
    private(set) var packedSize = 0

    var count: Int { texts.count }

    subscript(index: Int) -> RawSpan {
        @_lifetime(borrow self) get { texts[index] }
    }

    mutating func append(_ member: RawSpan) {
        let encoding = Listpack.Encoding(member)
        if encoding.integer == nil { holdsOnlyIntegers = false }
        longest = max(longest, member.byteCount)
        packedSize &+= encoding.size
        texts.append(member)
    }

    /// Forgets the members and keeps the room.
    mutating func removeAll() {
        texts.removeAll()
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
