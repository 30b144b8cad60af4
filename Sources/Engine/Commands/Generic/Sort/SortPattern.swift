import Bytes
import Wire

/// The pattern of BY or GET: a key with a star where the element goes, and perhaps a field of the hash there.
///
///     weight_*          the string at weight_<element>
///     object_*->price   the field price of the hash at object_<element>
///     #                 the element itself
///
/// Without a star it finds nothing, and for BY it means that there is nothing to sort by. A pattern is searched as C searches
/// text: a NUL ends it for the star and the arrow, though the bytes behind it are part of the name.
struct SortPattern {
    /// Which argument it is.
    private let position: Int
    /// Whether it stands for the element itself.
    let isElement: Bool
    private var star: Int?
    /// Where the key ends and, behind an arrow, the field begins.
    private var keyEnd: Int
    private var field: Int?

    init(_ arguments: Arguments, _ position: Int) {
        self.position = position
        let text = arguments[position]
        var end = 0
        while end < text.byteCount, text.byte(end) != 0 { end += 1 }
        isElement = end == 1 && text.byte(0) == UInt8(ascii: "#")
        keyEnd = text.byteCount
        star = (0 ..< end).first { text.byte($0) == UInt8(ascii: "*") }
        guard let star else { return }
        let arrow = (star + 1 ..< max(end, star + 2) - 1).first {
            text.byte($0) == UInt8(ascii: "-") && text.byte($0 + 1) == UInt8(ascii: ">")
        }
        // An arrow at the end points to no field: it is part of the key.
        guard let arrow, arrow + 2 < end else { return }
        keyEnd = arrow
        field = arrow + 2
    }

    /// Whether it is the same for all elements.
    var isConstant: Bool { star == nil }

    /// Hands the value that the pattern finds for an element to `body`, or `nil` where there is none. `key` is room to
    /// work in.
    func withValue(
        for element: RawSpan, _ arguments: Arguments, _ keyspace: inout Keyspace, _ key: inout ByteBuffer,
        _ body: (RawSpan?) -> Void
    ) {
        if isElement { return body(element) }
        guard let star else { return body(nil) }
        let text = arguments[position]
        key.removeAll()
        key.append(text.extracting(0 ..< star))
        key.append(element)
        key.append(text.extracting(star + 1 ..< keyEnd))
        guard let entry = keyspace.read(key.bytes) else { return body(nil) }
        let type = keyspace.arena.header(entry).type
        if let field {
            let name = text.extracting(field ..< text.byteCount)
            guard type == .hash, let found = keyspace.findField(name, entry) else { return body(nil) }
            keyspace.withValue(found, of: entry) { body($0) }
        } else {
            if type == .string { body(keyspace.text(entry)) } else { body(nil) }
        }
    }
}
