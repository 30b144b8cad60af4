import Bytes
import Wire

extension Command {
    /// The positions of the keys in a request for this command, with what is done to each; `nil` where the arguments
    /// contradict the key specifications. `offset` is the position of the command's name among the arguments.
    func keyPositions(_ arguments: Arguments, offset: Int = 0) -> [(position: Int, flags: String)]? {
        if let findsKeys { return findsKeys(arguments, offset) }
        var result: [(position: Int, flags: String)] = []
        let count = arguments.count - offset
        for spec in keys {
            guard let first = spec.firstPosition(arguments, offset, count) else { continue }
            guard let positions = spec.positions(from: first, arguments, offset, count) else { return nil }
            let flags = spec.varying?(arguments, offset) ?? spec.flags
            result += positions.map { ($0, flags) }
        }
        return result
    }

    /// First key, last key and step as commands declared them before key specifications existed; zeros when none are
    /// where an index says.
    var legacyRange: (first: Int, last: Int, step: Int) {
        var result = (first: 0, last: 0, step: 0)
        for spec in keys {
            guard case .index(let first) = spec.search, case .range(let last, let step, _) = spec.find else { continue }
            let end = last >= 0 ? first + last : last
            if result.first == 0 {
                result = (first, end, step)
            } else if result.last == first - 1, step == result.step {
                result.last = end
            }
        }
        return result
    }
}

extension KeySpec {
    /// Where the search for keys begins, relative to the command's name; `nil` when this specification finds nothing.
    fileprivate func firstPosition(_ arguments: Arguments, _ offset: Int, _ count: Int) -> Int? {
        switch search {
        case .index(let index): return index < count ? index : nil
        case .unknown: return nil
        case .keyword(let word, let from):
            let lower = Array(word.lowercasedASCII.utf8)
            let backwards = from < 0
            var index = backwards ? count + from : from
            while index > 0, index < count {
                if arguments[offset + index].equalsIgnoringCase(lower.bytes) { return index + 1 < count ? index + 1 : nil }
                index += backwards ? -1 : 1
            }
            return nil
        }
    }

    fileprivate func positions(
        from first: Int, _ arguments: Arguments, _ offset: Int, _ count: Int
    ) -> [Int]? {
        switch find {
        case .unknown: return []
        case .range(let last, let step, let limit):
            var end = last >= 0 ? first + last : count + last
            if last == -1, limit > 1 { end = first + (count - first) / limit - 1 }
            if end >= count || end < first { return nil }
            return Array(stride(from: first, through: end, by: step))
        case .count(let at, let firstKey, let step):
            guard first + at < count, let number = Int64(decimal: arguments[offset + first + at]), number >= 0 else {
                return nil
            }
            let start = first + firstKey
            let (span, overflow) = (Int(number) - 1).multipliedReportingOverflow(by: step)
            if overflow || number > count { return nil }
            let end = start + span
            if number == 0 || end >= count { return nil }
            return Array(stride(from: start, through: end, by: step))
        }
    }
}
