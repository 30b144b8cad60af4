/// Matching by Redis's glob patterns, exactly as `stringmatchlen` (`util.c`) does it, in the patterns of KEYS,
/// SCAN, PSUBSCRIBE, CONFIG GET, ACLs and the rest.
///
/// | pattern      | matches |
/// |--------------|---------|
/// | `*`          | any bytes, also none |
/// | `?`          | any one byte |
/// | `[abc]`      | one of these; `a-z` and `z-a` are ranges, `\` escapes, `^` in front turns it round |
/// | `\x`         | `x` itself |
/// | other        | itself, by request without ASCII case |
///
/// What else is so in Redis, and is kept:
/// - a class that is not closed ends with the pattern; an empty one matches nothing, `[^]` anything;
/// - `]` closes a class wherever it stands, except as a range's end, which may be any byte;
/// - a `\` that ends the pattern is a backslash; one that ends an unclosed class is a member;
/// - an escaped member is compared with its case even where case is ignored;
/// - the bounds of a range are compared as signed bytes (x86-64's `char`), put in order before case is dropped;
/// - the empty text matches the empty pattern and no other, not even `*`;
/// - more than a thousand stars that are followed by something match nothing.
///
/// Time is O(pattern * text) at worst: when something behind a star fails, only that star is extended, for if the
/// rest cannot be found behind the leftmost place where the part before this star fits, it cannot be found behind
/// a later one.
package func globMatch(pattern: RawSpan, text: RawSpan, ignoringCase: Bool = false) -> Bool {
    let length = pattern.byteCount
    let count = text.byteCount
    if count == 0 { return length == 0 }
    var p = 0
    var t = 0
    // Where to go on when something fails: behind the last star, with one byte of text more taken by it.
    var retryPattern = -1
    var retryText = 0
    var stars = 0
    // There is always text left at the top of the loop.
    while true {
        var matched = false
        if p < length {
            let wanted = pattern.byte(p)
            let byte = text.byte(t)
            switch wanted {
            case UInt8(ascii: "*"):
                p = skipStars(pattern, from: p)
                if p == length { return true }
                stars &+= 1
                if stars > 1000 { return false }
                retryPattern = p
                retryText = t
                continue
            case UInt8(ascii: "?"):
                matched = true
                p &+= 1
            case UInt8(ascii: "["):
                (matched, p) = matchClass(pattern, p &+ 1, byte, ignoringCase)
            case UInt8(ascii: "\\") where p &+ 1 < length:
                matched = same(pattern.byte(p &+ 1), byte, ignoringCase)
                p &+= 2
            default:
                matched = same(wanted, byte, ignoringCase)
                p &+= 1
            }
        }
        if matched {
            t &+= 1
            if t < count { continue }
            // Whatever the pattern still wants, there is no text for it, and less if the star takes more.
            return skipStars(pattern, from: p) == length
        }
        if retryPattern < 0 { return false }
        retryText &+= 1
        if retryText == count { return false }
        p = retryPattern
        t = retryText
    }
}

@inline(__always)
private func skipStars(_ pattern: RawSpan, from start: Int) -> Int {
    var p = start
    while p < pattern.byteCount && pattern.byte(p) == UInt8(ascii: "*") { p &+= 1 }
    return p
}

/// Whether the class whose `[` stands before `start` has `byte`, and where the pattern goes on behind it.
private func matchClass(_ pattern: RawSpan, _ start: Int, _ byte: UInt8, _ ignoringCase: Bool) -> (Bool, Int) {
    let length = pattern.byteCount
    var i = start
    let negated = i < length && pattern.byte(i) == UInt8(ascii: "^")
    if negated { i &+= 1 }
    var found = false
    while i < length {
        let member = pattern.byte(i)
        let left = length &- i
        if member == UInt8(ascii: "\\") && left >= 2 {
            if pattern.byte(i &+ 1) == byte { found = true }
            i &+= 2
        } else if member == UInt8(ascii: "]") {
            i &+= 1
            break
        } else if left >= 3 && pattern.byte(i &+ 1) == UInt8(ascii: "-") {
            if inRange(member, pattern.byte(i &+ 2), byte, ignoringCase) { found = true }
            i &+= 3
        } else {
            if same(member, byte, ignoringCase) { found = true }
            i &+= 1
        }
    }
    return (found != negated, i)
}

@inline(__always)
private func same(_ a: UInt8, _ b: UInt8, _ ignoringCase: Bool) -> Bool {
    a == b || (ignoringCase && foldedASCII(a) == foldedASCII(b))
}

private func inRange(_ first: UInt8, _ last: UInt8, _ byte: UInt8, _ ignoringCase: Bool) -> Bool {
    var (low, high) = (Int(Int8(bitPattern: first)), Int(Int8(bitPattern: last)))
    if low > high { swap(&low, &high) }
    var value = Int(Int8(bitPattern: byte))
    if ignoringCase {
        low = loweredLikeC(low)
        high = loweredLikeC(high)
        value = loweredLikeC(value)
    }
    return value >= low && value <= high
}

/// `tolower` of a signed char as glibc's table has it: a negative one comes out as the byte it is, but for -1.
private func loweredLikeC(_ value: Int) -> Int {
    if value < -1 { return value + 256 }
    return value >= 65 && value <= 90 ? value + 32 : value
}
