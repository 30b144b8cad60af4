/// A span as a string of bits: bit 0 is the highest of the first byte, as SETBIT counts them.
extension RawSpan {
    /// How many bits are set. O(n), eight bytes a step.
    package var populationCount: Int {
        unsafe withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            let count = bytes.count
            var total = 0
            var offset = 0
            // Safe: every load ends at or before `count`. Without a check per word the loop is vectorised.
            while offset &+ 8 <= count {
                total &+= unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self).nonzeroBitCount
                offset &+= 8
            }
            while offset < count {
                total &+= unsafe base.load(fromByteOffset: offset, as: UInt8.self).nonzeroBitCount
                offset &+= 1
            }
            return total
        }
    }

    /// How many of the bits in `range` are set. O(n).
    package func populationCount(ofBits range: Range<Int>) -> Int {
        if range.isEmpty { return 0 }
        let edges = BitEdges(range)
        let head = (byte(edges.first) & edges.mask(edges.first)).nonzeroBitCount
        if edges.first == edges.last { return head }
        let tail = (byte(edges.last) & edges.mask(edges.last)).nonzeroBitCount
        return head + extracting(edges.first + 1 ..< edges.last).populationCount + tail
    }

    /// The position of the first bit in `range` that is `value`; nil when there is none. O(n).
    package func firstBit(_ value: Bool, in range: Range<Int>) -> Int? {
        if range.isEmpty { return nil }
        let edges = BitEdges(range)
        // What is looked for becomes ones.
        let flip: UInt8 = value ? 0 : 0xFF
        let dull: UInt64 = value ? 0 : .max
        var index = edges.first
        while index <= edges.last {
            let found = (byte(index) ^ flip) & edges.mask(index)
            if found != 0 { return index &* 8 &+ found.leadingZeroBitCount }
            index &+= 1
            // The last byte may be in part outside of the range, so no word contains it.
            while index &+ 8 <= edges.last, word(at: index) == dull { index &+= 8 }
        }
        return nil
    }
}

/// The first and last byte that a range of bits, not empty, has a part in.
private struct BitEdges {
    let range: Range<Int>
    let first: Int
    let last: Int

    init(_ range: Range<Int>) {
        self.range = range
        first = range.lowerBound &>> 3
        last = (range.upperBound &- 1) &>> 3
    }

    /// The bits of byte `index` that the range has.
    @inline(__always)
    func mask(_ index: Int) -> UInt8 {
        var mask: UInt8 = 0xFF
        if index == first { mask &= 0xFF &>> UInt8(truncatingIfNeeded: range.lowerBound & 7) }
        if index == last { mask &= 0xFF &<< UInt8(truncatingIfNeeded: 7 &- (range.upperBound &- 1) & 7) }
        return mask
    }
}
