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

    /// Of what a file has; `nil` where that is not three numbers.
    init?(fieldText: RawSpan) {
        let numbers = fieldText.text.split(separator: " ", omittingEmptySubsequences: false)
        guard numbers.count == 3, let flags = UInt32(numbers[0]), let state = UInt32(numbers[1]), let unique = UInt64(numbers[2])
        else { return nil }
        self.init(flags: flags, state: LeaseState(rawValue: state), unique: unique)
    }
}
