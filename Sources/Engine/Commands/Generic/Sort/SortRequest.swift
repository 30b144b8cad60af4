import Bytes
import Wire

/// The options of SORT and SORT_RO. Where one is given more than once, the last counts, but for GET, of which all do.
struct SortRequest {
    /// What elements are sorted by, where that is not they themselves.
    private(set) var by: SortPattern?
    /// BY with a name that is the same for all elements: they stay in the order in which they are kept.
    private(set) var keepsOrder = false
    /// What is replied for each element; nothing means the element.
    private(set) var gets: [SortPattern] = []
    /// By bytes and not by number.
    private(set) var isAlphabetic = false
    private(set) var descends = false
    /// Which argument is the key to store the result at.
    private(set) var destination: Int?
    private var offset = 0
    /// Negative: all.
    private var length = -1

    /// `takesStore` is false for SORT_RO, which has no such option.
    init(_ arguments: Arguments, takesStore: Bool) throws(CommandError) {
        var index = 2
        while index < arguments.count {
            let left = arguments.count - index - 1
            if arguments.isWord(index, "asc") {
                descends = false
            } else if arguments.isWord(index, "desc") {
                descends = true
            } else if arguments.isWord(index, "alpha") {
                isAlphabetic = true
            } else if arguments.isWord(index, "limit"), left >= 2 {
                offset = Int(try arguments.integer(index + 1))
                length = Int(try arguments.integer(index + 2))
                index += 2
            } else if takesStore, arguments.isWord(index, "store"), left >= 1 {
                destination = index + 1
                index += 1
            } else if arguments.isWord(index, "by"), left >= 1 {
                by = SortPattern(arguments, index + 1)
                // Once said, it holds: a pattern behind it does not undo it.
                if by?.isConstant == true { keepsOrder = true }
                index += 1
            } else if arguments.isWord(index, "get"), left >= 1 {
                gets.append(SortPattern(arguments, index + 1))
                index += 1
            } else {
                throw .syntax
            }
            index += 1
        }
    }

    /// What has no order to keep is sorted by its bytes all the same, so that what is stored does not depend on chance.
    mutating func sortAfterAll() {
        if !keepsOrder { return }
        keepsOrder = false
        isAlphabetic = true
        by = nil
    }

    /// Which of `count` elements are wanted, in their final order.
    func window(of count: Int) -> Range<Int> {
        let start = min(max(offset, 0), count)
        let left = count - start
        return start ..< start + (length < 0 ? left : min(length, left))
    }
}
