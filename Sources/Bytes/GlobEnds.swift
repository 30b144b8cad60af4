/// The plain bytes that a glob pattern begins and ends with: every text that matches begins and ends with them too, and they
/// do not overlap in it. What lies between them is not looked at, so this is necessary and not sufficient.
///
/// | pattern           | prefix      | suffix    |
/// |-------------------|-------------|-----------|
/// | `news.*`          | `news.`     |           |
/// | `user:*:created`  | `user:`     | `:created`|
/// | `a\*[xy]?b`       | `a*`        | `b`       |
/// | `plain`           | `plain`     |           |
package struct GlobEnds: Sendable, Equatable {
    package private(set) var prefix: [UInt8] = []
    package private(set) var suffix: [UInt8] = []

    package init(_ pattern: RawSpan) {
        var isPlain = true
        var p = 0
        while p < pattern.byteCount {
            switch pattern.byte(p) {
            case UInt8(ascii: "*"), UInt8(ascii: "?"):
                isPlain = false
                suffix.removeAll(keepingCapacity: true)
                p &+= 1
            case UInt8(ascii: "["):
                isPlain = false
                suffix.removeAll(keepingCapacity: true)
                p = GlobEnds.behindClass(pattern, p &+ 1)
            case let byte:
                let isEscaped = byte == UInt8(ascii: "\\") && p &+ 1 < pattern.byteCount
                let plain = isEscaped ? pattern.byte(p &+ 1) : byte
                if isPlain { prefix.append(plain) } else { suffix.append(plain) }
                p &+= isEscaped ? 2 : 1
            }
        }
    }

    /// Where the pattern goes on behind a class that begins before `start`.
    private static func behindClass(_ pattern: RawSpan, _ start: Int) -> Int {
        let length = pattern.byteCount
        var i = start
        if i < length, pattern.byte(i) == UInt8(ascii: "^") { i &+= 1 }
        while i < length {
            let left = length &- i
            if pattern.byte(i) == UInt8(ascii: "\\"), left >= 2 {
                i &+= 2
            } else if pattern.byte(i) == UInt8(ascii: "]") {
                return i &+ 1
            } else {
                i &+= left >= 3 && pattern.byte(i &+ 1) == UInt8(ascii: "-") ? 3 : 1
            }
        }
        return i
    }
}
