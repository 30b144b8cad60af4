import Bytes
import Wire

/// What must hold of a key for a command to go on: NX and XX, and the comparisons with its value that make SET a
/// compare-and-set and DELEX a compare-and-delete (IFEQ and IFNE with the value, IFDEQ and IFDNE with its digest).
///
/// Redis 8.4 and Valkey spell these alike, and DELIFEQ is the same comparison under a name of its own; so there is one
/// mechanism. Like `ExpirationOption` it reads words first and looks at operands when the key has been found.
struct Condition {
    enum Kind {
        case none
        /// NX and XX.
        case absent, present
        /// IFEQ and IFNE.
        case equal, unequal
        /// IFDEQ and IFDNE.
        case equalDigest, unequalDigest
    }

    /// Which words a command takes.
    struct Grammar: OptionSet {
        let rawValue: UInt8

        static let existence = Grammar(rawValue: 1 << 0)
        static let value = Grammar(rawValue: 1 << 1)
        /// The same word twice is an error; otherwise the last one counts.
        static let once = Grammar(rawValue: 1 << 2)
    }

    /// A digest is the XXH3 hash of 64 bits in hexadecimal.
    static let digestLength = 16

    private(set) var kind = Kind.none
    /// Which argument the value or its digest is compared with.
    private var operand = 0

    init() {}

    /// A comparison whose words the command knows already.
    init(_ kind: Kind, operand: Int) {
        self.kind = kind
        self.operand = operand
    }

    private var hasOperand: Bool {
        switch kind {
        case .none, .absent, .present: false
        case .equal, .unequal, .equalDigest, .unequalDigest: true
        }
    }

    /// Reads the option at `index` and moves on behind it; false, and nothing changed, where another option stands there.
    mutating func take(_ arguments: Arguments, _ index: inout Int, _ grammar: Grammar) throws(CommandError) -> Bool {
        guard let found = Condition.kind(of: arguments[index], grammar) else { return false }
        if kind != .none, kind != found || grammar.contains(.once) { throw .syntax }
        kind = found
        if hasOperand {
            operand = index &+ 1
            if operand == arguments.count { throw .syntax }
        }
        index &+= hasOperand ? 2 : 1
        return true
    }

    private static func kind(of word: RawSpan, _ grammar: Grammar) -> Kind? {
        if grammar.contains(.existence) {
            if word.equalsIgnoringCase("nx") { return .absent }
            if word.equalsIgnoringCase("xx") { return .present }
        }
        return grammar.contains(.value) ? comparison(word) : nil
    }

    /// The comparison that a word names.
    static func comparison(_ word: RawSpan) -> Kind? {
        if word.equalsIgnoringCase("ifeq") { return .equal }
        if word.equalsIgnoringCase("ifne") { return .unequal }
        if word.equalsIgnoringCase("ifdeq") { return .equalDigest }
        if word.equalsIgnoringCase("ifdne") { return .unequalDigest }
        return nil
    }

    /// Whether the condition holds of a key. One that is not there equals nothing; one that holds no string cannot be
    /// compared. O(n) in the value's length for comparisons.
    func holds(_ entry: Entry?, _ arguments: Arguments, _ keyspace: inout Keyspace) throws(CommandError) -> Bool {
        switch kind {
        case .none: return true
        case .absent: return entry == nil
        case .present: return entry != nil
        case .equal, .unequal, .equalDigest, .unequalDigest: break
        }
        guard let entry else { return kind == .unequal || kind == .unequalDigest }
        if !keyspace.arena.header(entry).isString { throw .wrongType }
        let operand = arguments[operand]
        switch kind {
        case .equal: return keyspace.text(entry).equals(operand)
        case .unequal: return !keyspace.text(entry).equals(operand)
        default:
            if operand.byteCount != Condition.digestLength { throw .digestLength }
            let digest = NumberText(hexadecimal: xxh3(keyspace.text(entry)))
            return digest.bytes.equalsIgnoringCase(operand) == (kind == .equalDigest)
        }
    }
}
