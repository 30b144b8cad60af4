import Bytes
import Wire

/// Which arguments of a command are secrets, not to be shown to anybody or logged.
enum SecretArguments: Sendable {
    case none
    /// All from a position on.
    case from(Int)
    /// Those behind an option word, from a position on.
    case behind(StaticString, count: Int, from: Int)

    func cover(_ index: Int, of arguments: Arguments) -> Bool {
        switch self {
        case .none: return false
        case .from(let first): return index >= first
        case .behind(let word, let count, let first):
            for distance in 1 ... count where index - distance >= first {
                if arguments.isWord(index - distance, word) { return true }
            }
            return false
        }
    }
}
