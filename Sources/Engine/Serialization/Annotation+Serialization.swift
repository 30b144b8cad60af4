import Bytes

/// The annotation of a key in a file: a field in front of all that belongs to the key.
///
///     250, "memcached-item", "flags state unique"
///
/// The three are decimal numbers. Redis ignores fields that it does not know, wherever they stand, so it loads such a file and
/// loses nothing but the annotations.
extension ByteBuffer {
    mutating func append(_ annotation: Annotation) {
        append(RecordMark.field)
        append(serialized: Annotation.fieldName.bytes, compressing: false)
        var text = ByteBuffer(capacity: 48)
        text.append(decimal: UInt64(annotation.flags))
        text.append(" ")
        text.append(decimal: UInt64(annotation.state.rawValue))
        text.append(" ")
        text.append(decimal: annotation.unique)
        append(serialized: text.bytes, compressing: false)
    }
}

extension Annotation {
    static let fieldName: StaticString = "memcached-item"
}
