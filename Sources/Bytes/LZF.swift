/// LZF, Marc Lehmann's compression of short repeats (liblzf): fast both ways, and what Redis's files hold.
///
///     000LLLLL                       L + 1 bytes follow as they are
///     LLLooooo oooooooo              L + 2 bytes (L from 1 to 6) from o + 1 bytes back
///     111ooooo LLLLLLLL oooooooo     L + 9 bytes from o + 1 bytes back
///
/// A repeat is found by a table of where each three bytes were last seen; it holds the latest place only, and what it
/// says is compared before it is believed. So any table gives a valid text, and this one is cleared for every call.
///
/// Costs: O(n) both ways; up to 32 KiB of stack for compressing.
package enum LZF {
    /// No text stands for more than so many times its own bytes: three of them stand for 264.
    package static let largestRatio = longest / 3

    private static let farthest = 1 << 13
    private static let longest = 264
    private static let longestRun = 32

    /// Writes `text` in compressed form to `output`, from `start` on. Returns how many bytes that took; `nil` where there is too
    /// little room for it, which is how a caller says what is worth it.
    ///
    /// Clearing a large table would cost a short text more than compressing it: each has a table of about its own size.
    package static func compress(_ text: RawSpan, into output: inout MutableRawSpan, at start: Int = 0) -> Int? {
        if text.byteCount < 1 << 8 {
            var seen = InlineArray<512, UInt8>(repeating: 0)
            return compress(text, into: &output, at: start, &seen)
        }
        if text.byteCount < 1 << 12 {
            var seen = InlineArray<2048, UInt16>(repeating: 0)
            return compress(text, into: &output, at: start, &seen)
        }
        var seen = InlineArray<8192, UInt32>(repeating: 0)
        return compress(text, into: &output, at: start, &seen)
    }

    /// `seen` holds positions plus one, so that zero is "not seen", and a power of two of them.
    @inline(__always)
    private static func compress<let slots: Int, Place: FixedWidthInteger>(
        _ text: RawSpan, into output: inout MutableRawSpan, at start: Int, _ seen: inout InlineArray<slots, Place>
    ) -> Int? {
        let shift = 32 &- slots.trailingZeroBitCount
        let end = text.byteCount
        var position = 0
        var runStart = 0
        var written = start
        while position &+ 3 <= end {
            let slot = slot(text, position, shift)
            let candidate = Int(seen[slot]) &- 1
            seen[slot] = Place(truncatingIfNeeded: position &+ 1)
            let length = candidate >= 0 && position &- candidate <= farthest ? repeated(text, candidate, position) : 0
            if length < 3 {
                position &+= 1
                continue
            }
            guard copy(text, runStart ..< position, to: &output, &written),
                refer(length, back: position &- candidate, to: &output, &written)
            else { return nil }
            // The repeat's first positions are remembered too, so that what follows finds them.
            let next = position &+ length
            position &+= 1
            while position < next, position &+ 3 <= end {
                seen[Self.slot(text, position, shift)] = Place(truncatingIfNeeded: position &+ 1)
                position &+= 1
            }
            position = next
            runStart = position
        }
        return copy(text, runStart ..< end, to: &output, &written) ? written &- start : nil
    }

    @inline(__always)
    private static func slot(_ text: RawSpan, _ position: Int, _ shift: Int) -> Int {
        let three = UInt32(text.byte(position)) << 16 | UInt32(text.byte(position &+ 1)) << 8
            | UInt32(text.byte(position &+ 2))
        return Int((three &* 2_654_435_761) >> UInt32(truncatingIfNeeded: shift))
    }

    /// How many bytes are the same at both positions, as far as one reference reaches.
    private static func repeated(_ text: RawSpan, _ earlier: Int, _ later: Int) -> Int {
        let limit = min(longest, text.byteCount &- later)
        var length = 0
        while length < limit, text.byte(earlier &+ length) == text.byte(later &+ length) { length &+= 1 }
        return length
    }

    private static func copy(
        _ text: RawSpan, _ range: Range<Int>, to output: inout MutableRawSpan, _ written: inout Int
    ) -> Bool {
        var start = range.lowerBound
        while start < range.upperBound {
            let count = min(longestRun, range.upperBound &- start)
            if written &+ 1 &+ count > output.byteCount { return false }
            output.setByte(written, UInt8(count &- 1))
            output.copy(text.extracting(start ..< start &+ count), to: written &+ 1)
            written &+= 1 &+ count
            start &+= count
        }
        return true
    }

    private static func refer(
        _ length: Int, back distance: Int, to output: inout MutableRawSpan, _ written: inout Int
    ) -> Bool {
        if written &+ (length < 9 ? 2 : 3) > output.byteCount { return false }
        let offset = distance &- 1
        let high = UInt8(truncatingIfNeeded: offset >> 8)
        if length < 9 {
            output.setByte(written, UInt8(length &- 2) << 5 | high)
            written &+= 1
        } else {
            output.setByte(written, 7 << 5 | high)
            output.setByte(written &+ 1, UInt8(length &- 9))
            written &+= 2
        }
        output.setByte(written, UInt8(truncatingIfNeeded: offset))
        written &+= 1
        return true
    }

    /// Writes what `text` stands for to `output` from `start` on, which it must fill exactly; false where it does not, or is no
    /// such text.
    package static func decompress(_ text: RawSpan, into output: inout MutableRawSpan, at start: Int = 0) -> Bool {
        var position = 0
        var written = start
        while position < text.byteCount {
            let control = Int(text.byte(position))
            position &+= 1
            if control < longestRun {
                let count = control &+ 1
                if position &+ count > text.byteCount || written &+ count > output.byteCount { return false }
                output.copy(text.extracting(position ..< position &+ count), to: written)
                position &+= count
                written &+= count
                continue
            }
            var length = control >> 5
            if length == 7 {
                if position >= text.byteCount { return false }
                length &+= Int(text.byte(position))
                position &+= 1
            }
            if position >= text.byteCount { return false }
            let source = written &- (control & 0x1F) << 8 &- Int(text.byte(position)) &- 1
            position &+= 1
            if source < start || written &+ length &+ 2 > output.byteCount { return false }
            // Byte by byte: a repeat may reach into what it is writing.
            for offset in 0 ..< length &+ 2 { output.setByte(written &+ offset, output.byte(source &+ offset)) }
            written &+= length &+ 2
        }
        return written == output.byteCount
    }
}
