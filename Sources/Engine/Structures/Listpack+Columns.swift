import Bytes

/// Listpacks as tables, the columns of a row side by side.
extension Listpack {
    /// A copy of a listpack of rows of three, without the third column. O(n).
    static func withoutThirdColumn(_ pack: RawSpan) -> ByteBuffer {
        var result = ByteBuffer(capacity: pack.byteCount)
        result.append(repeating: 0, count: headerSize)
        var position = first
        var count = 0
        while !isEnd(pack, position) {
            let third = next(pack, next(pack, position))
            result.append(pack.extracting(position ..< third))
            position = next(pack, third)
            count &+= 2
        }
        result.append(0xFF)
        let total = result.count
        var whole = result.mutableBytes
        setHeader(total: total, count: count, in: &whole)
        return result
    }
}
