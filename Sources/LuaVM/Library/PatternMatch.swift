import Bytes

/// A Lua pattern being matched against a subject.
///
/// Matching backtracks, and how long that takes a hostile pattern decides. So the choices that are still open are in a list
/// in place of C's recursion: a match can stop when its steps are used up, be put aside, and go on later. The list is
/// never longer than the pattern.
struct PatternMatch {
    enum Verdict { case matched, failed, outOfSteps }

    struct Capture: BitwiseCopyable {
        var start: Int
        var length: Int
    }

    private enum Choice {
        /// Fewer repetitions of the item in front of `pattern`: `count` were taken from `start`.
        case fewer(start: Int, count: Int, pattern: Int)
        /// One repetition more of the item at `item`.
        case more(start: Int, item: Int, pattern: Int)
        case without(start: Int, pattern: Int)
        /// Undo the opening or closing of a capture.
        case unopen
        case unclose(Int)
    }

    static let unfinished = -1
    static let position = -2
    static let maxCaptures = 32
    private static let special: [UInt8] = Array("^$*+?.([%-".utf8)

    /// The subject's position at which the match began, and behind its end.
    private(set) var start: Int
    private(set) var end = 0
    private(set) var captures: [Capture] = []
    private var choices: [Choice] = []
    private var subjectPosition: Int
    private var patternPosition: Int
    /// Where in the pattern it begins: behind a caret that is an anchor.
    private let patternStart: Int
    private let isAnchored: Bool

    init(from start: Int, _ pattern: RawSpan, caretIsAnchor: Bool = true) {
        self.start = start
        isAnchored = caretIsAnchor && pattern.byteCount > 0 && pattern.byte(0) == UInt8(ascii: "^")
        patternStart = isAnchored ? 1 : 0
        subjectPosition = start
        patternPosition = patternStart
    }

    static func hasSpecials(_ pattern: RawSpan) -> Bool {
        for index in 0 ..< pattern.byteCount where special.contains(pattern.byte(index)) { return true }
        return false
    }

    /// Looks for a match at `start` or behind. Takes steps from `steps`.
    mutating func search(_ subject: RawSpan, _ pattern: RawSpan, _ steps: inout Int) throws(LuaError) -> Verdict {
        // However few steps are left, some progress is made.
        var left = max(steps, 4096)
        defer { steps = min(steps, left) }
        while true {
            switch try attempt(subject, pattern, &left) {
            case .matched: return .matched
            case .outOfSteps:
                steps = 0
                left = 0
                return .outOfSteps
            case .failed:
                if isAnchored || start >= subject.byteCount { return .failed }
                start += 1
                begin()
            }
        }
    }

    private mutating func begin() {
        subjectPosition = start
        patternPosition = patternStart
        captures.removeAll(keepingCapacity: true)
        choices.removeAll(keepingCapacity: true)
    }

    private mutating func attempt(
        _ subject: RawSpan, _ pattern: RawSpan, _ steps: inout Int
    ) throws(LuaError) -> Verdict {
        while true {
            steps &-= 1
            if steps <= 0 { return .outOfSteps }
            if patternPosition == pattern.byteCount {
                end = subjectPosition
                return .matched
            }
            if try !advance(subject, pattern, &steps), !backtrack(subject, pattern) { return .failed }
        }
    }

    /// Matches the item of the pattern that is next. False where that fails.
    private mutating func advance(
        _ subject: RawSpan, _ pattern: RawSpan, _ steps: inout Int
    ) throws(LuaError) -> Bool {
        let next = patternPosition + 1 < pattern.byteCount ? pattern.byte(patternPosition + 1) : 0
        switch pattern.byte(patternPosition) {
        case UInt8(ascii: "("):
            let isPosition = next == UInt8(ascii: ")")
            if captures.count >= PatternMatch.maxCaptures { throw .native("too many captures") }
            captures.append(
                Capture(start: subjectPosition, length: isPosition ? PatternMatch.position : PatternMatch.unfinished))
            choices.append(.unopen)
            patternPosition += isPosition ? 2 : 1
            return true
        case UInt8(ascii: ")"):
            guard let open = captures.lastIndex(where: { $0.length == PatternMatch.unfinished }) else {
                throw .native("invalid pattern capture")
            }
            captures[open].length = subjectPosition - captures[open].start
            choices.append(.unclose(open))
            patternPosition += 1
            return true
        case UInt8(ascii: "$") where patternPosition + 1 == pattern.byteCount:
            if subjectPosition != subject.byteCount { return false }
            patternPosition += 1
            return true
        case UInt8(ascii: "%") where next == UInt8(ascii: "b"): return try matchBalance(subject, pattern, &steps)
        case UInt8(ascii: "%") where next == UInt8(ascii: "f"): return try matchFrontier(subject, pattern)
        case UInt8(ascii: "%") where next >= 48 && next <= 57: return try matchBack(subject, next)
        default: return try matchItem(subject, pattern, &steps)
        }
    }

    private mutating func matchItem(
        _ subject: RawSpan, _ pattern: RawSpan, _ steps: inout Int
    ) throws(LuaError) -> Bool {
        let item = patternPosition
        let after = try classEnd(pattern, item)
        let matches = subjectPosition < subject.byteCount
            && matchesOne(subject.byte(subjectPosition), pattern, item, after)
        switch after < pattern.byteCount ? pattern.byte(after) : 0 {
        case UInt8(ascii: "?"):
            patternPosition = after + 1
            if matches {
                choices.append(.without(start: subjectPosition, pattern: after + 1))
                subjectPosition += 1
            }
        case UInt8(ascii: "*"), UInt8(ascii: "+"):
            let isPlus = pattern.byte(after) == UInt8(ascii: "+")
            if isPlus, !matches { return false }
            let first = subjectPosition + (isPlus ? 1 : 0)
            var count = 0
            while first + count < subject.byteCount, matchesOne(subject.byte(first + count), pattern, item, after) {
                count += 1
            }
            steps &-= count / 8
            if count > 0 { choices.append(.fewer(start: first, count: count, pattern: after + 1)) }
            subjectPosition = first + count
            patternPosition = after + 1
        case UInt8(ascii: "-"):
            choices.append(.more(start: subjectPosition, item: item, pattern: after + 1))
            patternPosition = after + 1
        default:
            if !matches { return false }
            subjectPosition += 1
            patternPosition = after
        }
        return true
    }

    /// Goes back to the last choice that has an alternative. False when there is none.
    private mutating func backtrack(_ subject: RawSpan, _ pattern: RawSpan) -> Bool {
        while let choice = choices.popLast() {
            switch choice {
            case .fewer(let start, let count, let pattern):
                if count > 1 { choices.append(.fewer(start: start, count: count - 1, pattern: pattern)) }
                subjectPosition = start + count - 1
                patternPosition = pattern
                return true
            case .more(let start, let item, let next):
                var after = item
                // The item has been read before, so it is well formed.
                do throws(LuaError) { after = try classEnd(pattern, item) } catch { return false }
                if start < subject.byteCount, matchesOne(subject.byte(start), pattern, item, after) {
                    choices.append(.more(start: start + 1, item: item, pattern: next))
                    subjectPosition = start + 1
                    patternPosition = next
                    return true
                }
            case .without(let start, let pattern):
                subjectPosition = start
                patternPosition = pattern
                return true
            case .unopen: captures.removeLast()
            case .unclose(let index): captures[index].length = PatternMatch.unfinished
            }
        }
        return false
    }

    // MARK: Items

    private mutating func matchBalance(
        _ subject: RawSpan, _ pattern: RawSpan, _ steps: inout Int
    ) throws(LuaError) -> Bool {
        if patternPosition + 3 >= pattern.byteCount { throw .native("unbalanced pattern") }
        let (open, close) = (pattern.byte(patternPosition + 2), pattern.byte(patternPosition + 3))
        if subjectPosition >= subject.byteCount || subject.byte(subjectPosition) != open { return false }
        var depth = 1
        var index = subjectPosition + 1
        while index < subject.byteCount {
            let byte = subject.byte(index)
            index += 1
            if byte == close {
                depth -= 1
                if depth == 0 {
                    steps &-= (index - subjectPosition) / 8
                    subjectPosition = index
                    patternPosition += 4
                    return true
                }
            } else if byte == open {
                depth += 1
            }
        }
        steps &-= (index - subjectPosition) / 8
        return false
    }

    private mutating func matchFrontier(_ subject: RawSpan, _ pattern: RawSpan) throws(LuaError) -> Bool {
        let item = patternPosition + 2
        if item >= pattern.byteCount || pattern.byte(item) != UInt8(ascii: "[") {
            throw .native("missing '[' after '%f' in pattern")
        }
        let after = try classEnd(pattern, item)
        let before = subjectPosition == 0 ? 0 : subject.byte(subjectPosition - 1)
        let current = subjectPosition < subject.byteCount ? subject.byte(subjectPosition) : 0
        if matchesSet(before, pattern, item, after - 1) || !matchesSet(current, pattern, item, after - 1) { return false }
        patternPosition = after
        return true
    }

    private mutating func matchBack(_ subject: RawSpan, _ digit: UInt8) throws(LuaError) -> Bool {
        let number = Int(digit) - 49
        if number < 0 || number >= captures.count || captures[number].length == PatternMatch.unfinished {
            throw .native("invalid capture index")
        }
        let capture = captures[number]
        let length = max(capture.length, 0)
        if subject.byteCount - subjectPosition < length { return false }
        let wanted = subject.extracting(capture.start ..< capture.start + length)
        if !subject.extracting(subjectPosition ..< subjectPosition + length).equals(wanted) { return false }
        subjectPosition += length
        patternPosition += 2
        return true
    }

    /// Where the item that begins at `item` ends, its repetition mark aside.
    private func classEnd(_ pattern: RawSpan, _ item: Int) throws(LuaError) -> Int {
        var index = item + 1
        switch pattern.byte(item) {
        case UInt8(ascii: "%"):
            if index == pattern.byteCount { throw .native("malformed pattern (ends with '%')") }
            return index + 1
        case UInt8(ascii: "["):
            if index < pattern.byteCount, pattern.byte(index) == UInt8(ascii: "^") { index += 1 }
            repeat {
                if index == pattern.byteCount { throw .native("malformed pattern (missing ']')") }
                let byte = pattern.byte(index)
                index += 1
                if byte == UInt8(ascii: "%"), index < pattern.byteCount { index += 1 }
            } while index >= pattern.byteCount || pattern.byte(index) != UInt8(ascii: "]")
            return index + 1
        default: return index
        }
    }

    private func matchesOne(_ byte: UInt8, _ pattern: RawSpan, _ item: Int, _ after: Int) -> Bool {
        switch pattern.byte(item) {
        case UInt8(ascii: "."): return true
        case UInt8(ascii: "%"): return PatternMatch.isInClass(byte, pattern.byte(item + 1))
        case UInt8(ascii: "["): return matchesSet(byte, pattern, item, after - 1)
        case let literal: return literal == byte
        }
    }

    /// Whether a byte is in the set from `[` at `first` to `]` at `last`.
    private func matchesSet(_ byte: UInt8, _ pattern: RawSpan, _ first: Int, _ last: Int) -> Bool {
        var index = first + 1
        var isPositive = true
        if pattern.byte(index) == UInt8(ascii: "^") {
            isPositive = false
            index += 1
        }
        while index < last {
            if pattern.byte(index) == UInt8(ascii: "%") {
                index += 1
                if PatternMatch.isInClass(byte, pattern.byte(index)) { return isPositive }
                index += 1
            } else if pattern.byte(index + 1) == UInt8(ascii: "-"), index + 2 < last {
                if pattern.byte(index) <= byte, byte <= pattern.byte(index + 2) { return isPositive }
                index += 3
            } else {
                if pattern.byte(index) == byte { return isPositive }
                index += 1
            }
        }
        return !isPositive
    }

    /// The classes of C's locale: `%a`, and `%A` for what is not in it.
    static func isInClass(_ byte: UInt8, _ letter: UInt8) -> Bool {
        let result: Bool
        switch letter | 32 {
        case UInt8(ascii: "a"): result = byte | 32 >= 97 && byte | 32 <= 122
        case UInt8(ascii: "c"): result = byte < 32 || byte == 127
        case UInt8(ascii: "d"): result = byte >= 48 && byte <= 57
        case UInt8(ascii: "l"): result = byte >= 97 && byte <= 122
        case UInt8(ascii: "p"):
            result = byte > 32 && byte < 127 && !(byte | 32 >= 97 && byte | 32 <= 122) && !(byte >= 48 && byte <= 57)
        case UInt8(ascii: "s"): result = byte == 32 || (byte >= 9 && byte <= 13)
        case UInt8(ascii: "u"): result = byte >= 65 && byte <= 90
        case UInt8(ascii: "w"): result = byte | 32 >= 97 && byte | 32 <= 122 || byte >= 48 && byte <= 57
        case UInt8(ascii: "x"): result = byte >= 48 && byte <= 57 || byte | 32 >= 97 && byte | 32 <= 102
        case UInt8(ascii: "z"): result = byte == 0
        default: return letter == byte
        }
        let isLetter = letter | 32 >= 97 && letter | 32 <= 122
        return isLetter && letter & 32 == 0 ? !result : result
    }
}
