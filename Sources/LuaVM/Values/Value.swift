/// One Lua value in eight bytes: a number, or a tag and a handle.
///
///     0 … 0xFFF8_FFFF_FFFF_FFFF   a double; every NaN that arithmetic makes is 0x7FF8… or 0xFFF8…
///     0xFFF9  nil
///     0xFFFA  boolean: 0, 1;  2 is the null that cjson decodes to, a light userdatum
///     0xFFFB  string          \
///     0xFFFC  table            |  the low 32 bits are an index into the heap's store of that kind
///     0xFFFD  function         |
///     0xFFFE  coroutine       /
///
/// A handle instead of a reference: copying a value is copying a word, nothing is counted, and reference cycles are no
/// concern, since the heap knows all objects (see `Heap`). Strings are interned, so that two equal values other
/// than numbers have equal bits.
package struct Value: BitwiseCopyable, Sendable {
    @usableFromInline let bits: UInt64

    @inline(__always) init(bits: UInt64) { self.bits = bits }

    enum Tag {
        static let `nil`: UInt64 = 0xFFF9
        static let boolean: UInt64 = 0xFFFA
        static let string: UInt64 = 0xFFFB
        static let table: UInt64 = 0xFFFC
        static let function: UInt64 = 0xFFFD
        static let thread: UInt64 = 0xFFFE
    }

    package static let `nil` = Value(bits: Tag.nil << 48)
    package static let `false` = Value(bits: Tag.boolean << 48)
    package static let `true` = Value(bits: Tag.boolean << 48 | 1)
    package static let null = Value(bits: Tag.boolean << 48 | 2)

    /// A number that arithmetic made: its NaNs are never taken for tags.
    @inline(__always) package init(_ number: Double) { bits = number.bitPattern }

    /// A number whose bits came from anywhere.
    package init(anyBits number: Double) { bits = number.isNaN ? Double.nan.bitPattern : number.bitPattern }

    @inline(__always) package init(_ flag: Bool) { bits = Tag.boolean << 48 | (flag ? 1 : 0) }

    @inline(__always) init(string index: Int) { bits = Tag.string << 48 | UInt64(UInt32(truncatingIfNeeded: index)) }
    @inline(__always) init(table index: Int) { bits = Tag.table << 48 | UInt64(UInt32(truncatingIfNeeded: index)) }
    @inline(__always) init(function index: Int) { bits = Tag.function << 48 | UInt64(UInt32(truncatingIfNeeded: index)) }
    @inline(__always) init(thread index: Int) { bits = Tag.thread << 48 | UInt64(UInt32(truncatingIfNeeded: index)) }

    @inline(__always) var tag: UInt64 { bits &>> 48 }
    @inline(__always) package var isNumber: Bool { bits < Tag.nil << 48 }
    @inline(__always) package var isNil: Bool { bits == Tag.nil << 48 }
    @inline(__always) package var isString: Bool { tag == Tag.string }
    @inline(__always) package var isTable: Bool { tag == Tag.table }
    @inline(__always) package var isFunction: Bool { tag == Tag.function }
    @inline(__always) package var isThread: Bool { tag == Tag.thread }
    @inline(__always) package var isBoolean: Bool { bits &>> 1 == Tag.boolean << 47 }
    @inline(__always) package var isNull: Bool { bits == Value.null.bits }
    /// Everything but nil and false counts as true.
    @inline(__always) package var isTruthy: Bool { bits != Tag.nil << 48 && bits != Tag.boolean << 48 }
    @inline(__always) package var isTrue: Bool { bits == Value.true.bits }

    /// Good for a number only.
    @inline(__always) package var number: Double { Double(bitPattern: bits) }
    /// The number this is; text is not converted.
    @inline(__always) package var asNumber: Double? { isNumber ? number : nil }
    /// The handle of what is not a number.
    @inline(__always) var index: Int { Int(UInt32(truncatingIfNeeded: bits)) }

    /// Equality without metamethods.
    @inline(__always)
    package func rawEquals(_ other: Value) -> Bool {
        if isNumber, other.isNumber { return number == other.number }
        return bits == other.bits
    }

    package var type: ValueType {
        if isNumber { return .number }
        switch tag {
        case Tag.nil: return .nil
        case Tag.boolean: return isNull ? .userdata : .boolean
        case Tag.string: return .string
        case Tag.table: return .table
        case Tag.function: return .function
        default: return .thread
        }
    }
}

/// The types that a script can tell apart, under the names that `type` gives them.
package enum ValueType: String {
    case `nil`, boolean, userdata, number, string, table, function, thread
}
