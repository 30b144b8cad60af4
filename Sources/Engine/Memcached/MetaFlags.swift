import Bytes
import Wire

/// The flags of a meta command, checked before anything is done. Those that say what to return, or that change the item, are
/// looked at once more in their order by the command itself.
struct MetaFlags: ~Escapable {
    /// Set by `b`: the key was given in base64.
    var hasBinaryKey = false
    /// `N`: make the item when it is not there.
    var vivifies = false
    var vivifiedLife = ItemLife.forEver
    /// `T`.
    var life = ItemLife.forEver
    var hasLife = false
    /// `R`: milliseconds of life below which the item is to be renewed, counted as a moment since 1970.
    var recacheLife = ItemLife.forEver
    /// `v`.
    var returnsValue = false
    /// `u`: leave no trace of the read.
    var leavesNoTouch = false
    /// Set by the flags that ask about, or change, the life of an item as it was before the read: the read is noted after
    /// all else then, and where the reply fails it is not noted.
    var delaysTouch = false
    /// `q`.
    var isQuiet = false
    /// `F`.
    var clientFlags: UInt32 = 0
    /// `C`; 0 where it was not given, or was 0.
    var unique: UInt64 = 0
    var hasUnique = false
    /// `M`; 0 where it was not given.
    var mode: UInt8 = 0
    /// `D` and `J`.
    var delta: UInt64 = 1
    var initial: UInt64 = 0
    /// `I`.
    var invalidates = false

    /// Most tokens of a line.
    private static let mostTokens = 19
    private static let longestOpaque = 32

    @_lifetime(immortal)
    init() {}

    /// What is wrong with the flags from token `first` on; `nil` when nothing is. Of several errors the last is told, as long
    /// as a flag's meaning is known.
    mutating func read(_ request: MemcachedRequest, from first: Int, now: Int64) -> StaticString? {
        var error: StaticString = "CLIENT_ERROR bad command line format"
        var isWrong = false
        var seen: (UInt64, UInt64) = (0, 0)
        for index in first ..< request.count {
            let token = request[index]
            let flag = token.byte(0)
            let bit: UInt64 = 1 << UInt64(flag & 63)
            let isSeen = flag < 64 ? seen.0 & bit != 0 : seen.1 & bit != 0
            if flag >= 127 || isSeen { return "CLIENT_ERROR duplicate flag" }
            if flag < 64 { seen.0 |= bit } else { seen.1 |= bit }
            let text = token.extracting(1 ..< token.byteCount)
            var problem: StaticString?
            switch flag {
            case UInt8(ascii: "b"):
                if Base64.decode(request[1]) == nil { problem = "CLIENT_ERROR error decoding key" }
                hasBinaryKey = true
            case UInt8(ascii: "N"):
                delaysTouch = true
                vivifies = true
                problem = MetaFlags.readLife(text, &vivifiedLife, now)
            case UInt8(ascii: "T"):
                delaysTouch = true
                hasLife = true
                problem = MetaFlags.readLife(text, &life, now)
            case UInt8(ascii: "R"):
                delaysTouch = true
                problem = MetaFlags.readLife(text, &recacheLife, now)
            case UInt8(ascii: "l"), UInt8(ascii: "h"): delaysTouch = true
            case UInt8(ascii: "v"): returnsValue = true
            case UInt8(ascii: "u"): leavesNoTouch = true
            case UInt8(ascii: "q"): isQuiet = true
            case UInt8(ascii: "F"):
                if let number = MemcachedNumber.unsigned32(text) { clientFlags = number } else { isWrong = true }
            case UInt8(ascii: "C"):
                if let number = MemcachedNumber.unsigned64(text) {
                    unique = number
                    hasUnique = true
                } else {
                    problem = "CLIENT_ERROR bad token in command line format"
                }
            case UInt8(ascii: "M"):
                if token.byteCount == 2 { mode = token.byte(1) } else { problem = "CLIENT_ERROR incorrect length for M token" }
            case UInt8(ascii: "J"):
                if let number = MemcachedNumber.unsigned64(text) {
                    initial = number
                } else {
                    problem = "CLIENT_ERROR invalid numeric initial value"
                }
            case UInt8(ascii: "D"):
                if let number = MemcachedNumber.unsigned64(text) {
                    delta = number
                } else {
                    problem = "CLIENT_ERROR invalid numeric delta value"
                }
            case UInt8(ascii: "I"): invalidates = true
            case UInt8(ascii: "O"), UInt8(ascii: "P"), UInt8(ascii: "L"), UInt8(ascii: "k"), UInt8(ascii: "s"),
                UInt8(ascii: "t"), UInt8(ascii: "c"), UInt8(ascii: "f"):
                break
            default: return "CLIENT_ERROR invalid flag"
            }
            if let problem {
                error = problem
                isWrong = true
            }
        }
        return isWrong ? error : nil
    }

    private static func readLife(_ text: RawSpan, _ life: inout ItemLife, _ now: Int64) -> StaticString? {
        guard let seconds = MemcachedNumber.signed32(text) else { return "CLIENT_ERROR bad token in command line format" }
        life = ItemLife(seconds, now: now)
        return nil
    }

    /// Whether the line has too many tokens for a meta command.
    static func areTooMany(_ request: MemcachedRequest) -> Bool { request.count > mostTokens }

    /// Whether an opaque token among the flags is too long to be returned.
    static func hasLongOpaque(_ request: MemcachedRequest, from first: Int) -> Bool {
        for index in first ..< request.count
        where request[index].byte(0) == UInt8(ascii: "O") && request[index].byteCount > longestOpaque { return true }
        return false
    }
}

/// Pieces of the line that answers a meta command.
extension OutputBuffer {
    /// ` <letter>`.
    @inline(__always)
    mutating func append(metaFlag letter: Unicode.Scalar) {
        append(UInt8(ascii: " "))
        append(UInt8(ascii: letter))
    }

    /// ` <letter><number>`.
    mutating func append(metaFlag letter: Unicode.Scalar, _ number: UInt64) {
        append(metaFlag: letter)
        append(decimal: number)
    }

    /// ` O<opaque>`, as it came.
    mutating func append(opaque token: RawSpan) {
        append(UInt8(ascii: " "))
        append(token)
    }

    /// ` k<key>`, or in base64 ` k<key> b`.
    mutating func append(metaKey key: RawSpan, inBase64: Bool) {
        append(metaFlag: "k")
        if inBase64 {
            append(Base64.encode(key).bytes)
            append(" b")
        } else {
            append(key)
        }
    }

    /// The opaque token and the key, where they were asked for, in the order of the flags.
    mutating func append(metaEcho request: MemcachedRequest, _ key: RawSpan, inBase64: Bool, from first: Int) {
        for index in first ..< request.count {
            switch request[index].byte(0) {
            case UInt8(ascii: "O"): append(opaque: request[index])
            case UInt8(ascii: "k"): append(metaKey: key, inBase64: inBase64)
            default: break
            }
        }
    }
}

extension Keyspace {
    /// Whether a key of this annotation is shown in base64: it was given that way, or would break the line otherwise.
    func showsBinary(_ key: RawSpan, _ annotation: Annotation?) -> Bool {
        if annotation?.state.contains(.binaryKey) == true { return true }
        for index in 0 ..< key.byteCount where [0, 10, 32].contains(key.byte(index)) { return true }
        return false
    }

    /// Seconds an item has left, as meta commands tell it: begun ones count.
    func secondsLeft(_ entry: Entry) -> Int64? {
        arena.deadline(entry).map { max(0, ($0 &- now &+ 999) / 1000) }
    }
}
