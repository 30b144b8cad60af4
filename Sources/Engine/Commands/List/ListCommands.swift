import Bytes
import Wire

/// The commands of the list group.
enum ListCommands {
    static let rows: [Command] =
        [lpush, rpush, lpushx, rpushx, linsert, lpop, rpop, lmpop, llen, lindex, lrange, lpos, lset, lrem, ltrim, lmove, rpoplpush, lmovem]
        + BlockingListCommands.rows

    /// LEFT or RIGHT, as an option.
    static func end(_ arguments: Arguments, _ index: Int) throws(CommandError) -> ListEnd {
        if arguments.isWord(index, "right") { return .tail }
        if arguments.isWord(index, "left") { return .head }
        throw .syntax
    }

    /// The elements that `start` and `stop` name, both included and counted from the end where negative, of a list of `count`.
    static func range(_ start: Int64, _ stop: Int64, of count: Int) -> Range<Int> {
        let count = Int64(count)
        let first = max(0, start < 0 ? start &+ count : start)
        let last = min(count &- 1, stop < 0 ? stop &+ count : stop)
        return first > last ? 0 ..< 0 : Int(first) ..< Int(last) &+ 1
    }

    /// The element that `index` names, counted from the end where negative, of a list of `count`; `nil` where there is none.
    static func position(_ index: Int64, of count: Int) -> Int? {
        let position = index < 0 ? index &+ Int64(count) : index
        return position >= 0 && position < Int64(count) ? Int(position) : nil
    }
}
