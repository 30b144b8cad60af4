import Bytes

extension RequestParser {
    enum LineEnd {
        /// The terminator's offset in the input.
        case at(Int)
        /// Not there yet.
        case missing
        /// Longer than any line may be.
        case tooLong
    }

    /// Looks for the end of the line that begins at `line`, from where the last search for it stopped.
    ///
    /// A carriage return counts only once the byte behind it is there as well. A zero byte stops the search
    /// for good. Only the first `maxInline` bytes and one more are looked at, also when more are there:
    /// otherwise it would depend on the network's packets which lines are too long.
    mutating func findLineEnd(_ terminator: UInt8, _ bytes: RawSpan, from line: Int) -> LineEnd {
        let available = bytes.byteCount &- line
        let limit = available > limits.maxInline ? limits.maxInline &+ 1 : available
        var index = scanned
        while index < limit {
            let byte = bytes.byte(line &+ index)
            if byte == terminator {
                if terminator == ASCII.carriageReturn, index &+ 1 == available {
                    scanned = index
                    return .missing
                }
                scanned = 0
                return .at(line &+ index)
            }
            if byte == 0 { break }
            index &+= 1
        }
        scanned = index
        return available > limits.maxInline ? .tooLong : .missing
    }
}

extension Int {
    /// The number a request's header spells, strictly: no sign but a minus, no leading zeros, no spaces.
    init?(requestNumber text: RawSpan) {
        // 19 digits and a sign are the longest number there is.
        guard text.byteCount > 0, text.byteCount <= 20 else { return nil }
        let negative = text.byte(0) == ASCII.minus
        var index = negative ? 1 : 0
        guard index < text.byteCount else { return nil }
        if text.byte(index) == ASCII.zero {
            guard text.byteCount == 1 else { return nil }
            self = 0
            return
        }
        var value = 0
        while index < text.byteCount {
            let digit = text.byte(index) &- ASCII.zero
            guard digit <= 9 else { return nil }
            // Counted downwards, because the lowest number has no positive twin.
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (difference, tooLow) = product.subtractingReportingOverflow(Int(digit))
            if tooBig || tooLow { return nil }
            value = difference
            index &+= 1
        }
        if negative {
            self = value
        } else {
            guard value != .min else { return nil }
            self = -value
        }
    }
}
