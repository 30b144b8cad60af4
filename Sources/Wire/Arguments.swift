import Bytes

/// Where one argument of a request lies, as an offset from the start of the request's bytes.
@usableFromInline package typealias ArgumentRange = ByteRange

/// The arguments of one request, the command's name first: views into the input buffer, no copies.
///
/// Reading an argument is O(1) and bounds-checked; nothing here outlives the input it borrows.
@usableFromInline package struct Arguments: ~Escapable {
    @usableFromInline let bytes: RawSpan
    @usableFromInline let ranges: Span<ArgumentRange>

    @inlinable @_lifetime(copy bytes, copy ranges)
    package init(_ bytes: RawSpan, _ ranges: Span<ArgumentRange>) {
        self.bytes = bytes
        self.ranges = ranges
    }

    @inlinable package var count: Int { ranges.count }

    @inlinable package subscript(index: Int) -> RawSpan {
        @_lifetime(copy self) get {
            let range = ranges[index]
            return bytes.extracting(range.offset ..< range.offset &+ range.count)
        }
    }
}
