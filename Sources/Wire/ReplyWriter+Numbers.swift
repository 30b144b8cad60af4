import Bytes

/// Numbers. RESP2 knows integers only: everything else is a string there.
extension ReplyWriter {
    package mutating func integer(_ number: Int64) { output.append(line: Lead.integer, decimal: number) }

    package mutating func integer(_ number: Int) { output.append(line: Lead.integer, decimal: Int64(number)) }

    package mutating func bool(_ value: Bool) {
        if version == .resp2 {
            output.append(value ? CommonReply.one : CommonReply.zero)
        } else {
            output.append(value ? "#t\r\n" : "#f\r\n")
        }
    }

    /// Seventeen significant digits, so that every double comes back as it was; or `inf`, `-inf`, `nan`.
    package mutating func double(_ number: Double) {
        output.append(framing(Lead.double), double: number)
    }

    /// Without exponent and trailing zeros.
    package mutating func humanDouble(_ number: Double) {
        output.append(framing(Lead.double), human: number)
    }

    /// A number that is text already: one of more digits than a double has.
    package mutating func double(text: RawSpan) {
        if version == .resp2 { bulk(text) } else { output.append(line: Lead.double, text) }
    }

    /// An integer of any size, in decimal.
    package mutating func bigNumber(_ digits: RawSpan) {
        if version == .resp2 { bulk(digits) } else { output.append(line: Lead.bigNumber, digits) }
    }

    package mutating func bigNumber(_ digits: String) { bigNumber(digits.bytes) }

    private func framing(_ lead: UInt8) -> Framing { version == .resp2 ? .block(Lead.bulk) : .line(lead) }
}
