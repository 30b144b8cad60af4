import Bytes
import Testing

@Suite struct DecimalIntegerTests {
    private func signed(_ text: String) -> Int64? {
        let text = bytes(text)
        return Int64(decimal: text.bytes)
    }

    private func unsigned(_ text: String) -> UInt64? {
        let text = bytes(text)
        return UInt64(decimal: text.bytes)
    }

    @Test func acceptsOnlyCanonicalText() {
        #expect(signed("0") == 0)
        #expect(signed("7") == 7)
        #expect(signed("-1") == -1)
        #expect(signed("1234567890") == 1_234_567_890)
        for refused in [
            "", "-", "+", "+1", " 1", "1 ", "01", "00", "-0", "-01", "--1", "1-", "0x1", "1.0", "1e3", "one", "１",
            "1\0", "\0", "12345678a", "1234567/", "1234567:", "12345678:", "0123456789012345678",
        ] { #expect(signed(refused) == nil, "\(refused)") }
    }

    @Test func knowsTheBordersOf64Bits() {
        #expect(signed("9223372036854775807") == .max)
        #expect(signed("9223372036854775808") == nil)
        #expect(signed("-9223372036854775808") == .min)
        #expect(signed("-9223372036854775809") == nil)
        #expect(signed("18446744073709551615") == nil)
        #expect(signed("99999999999999999999") == nil)
        #expect(signed("-18446744073709551615") == nil)
        #expect(signed("100000000000000000000") == nil)
        #expect(unsigned("18446744073709551615") == .max)
        #expect(unsigned("18446744073709551616") == nil)
        #expect(unsigned("18446744073709551620") == nil)
        #expect(unsigned("19999999999999999999") == nil)
        #expect(unsigned("99999999999999999999") == nil)
        #expect(unsigned("100000000000000000000") == nil)
        #expect(unsigned("1844674407370955161:") == nil)
        #expect(unsigned("-1") == nil)
        #expect(unsigned("-0") == nil)
        #expect(unsigned("00") == nil)
    }

    @Test func readsBackWhatItWrites() {
        var random = SeededRandom(seed: 1)
        for _ in 0 ..< 20_000 {
            let word = random.anyWidth()
            let value = Int64(bitPattern: random.next(below: 2) == 0 ? word : 0 &- word)
            let text = NumberText(value)
            #expect(text.bytes.text == String(value))
            #expect(text.count == decimalLength(value))
            #expect(Int64(decimal: text.bytes) == value)
            #expect(NumberText(word).bytes.text == String(word))
            #expect(UInt64(decimal: NumberText(word).bytes) == word)
        }
    }

    @Test func countsAndWritesAtEveryPowerOfTen() {
        var power: UInt64 = 1
        for digits in 1 ... 20 {
            for value in [power - 1, power, power + 1] {
                #expect(decimalDigits(value) == String(value).utf8.count)
                #expect(written { $0.append(decimal: value) } == String(value))
            }
            #expect(decimalDigits(power) == digits)
            if digits < 20 { power *= 10 }
        }
        for value in [Int64.min, .min + 1, -100, -99, -10, -9, -1, 0, 1, .max - 1, .max] {
            #expect(written { $0.append(decimal: value) } == String(value))
            #expect(sent { $0.append(decimal: value) } == String(value))
            #expect(decimalLength(value) == String(value).utf8.count)
        }
        #expect(written { $0.append(decimal: UInt64.max) } == "18446744073709551615")
        #expect(sent { $0.append(decimal: UInt64.max) } == "18446744073709551615")
        #expect(sent { $0.append(decimal: 42) } == "42")
    }

    /// Numbers of every width, so many that they meet the ends of several chunks in different places.
    @Test func writesAcrossChunks() {
        var random = SeededRandom(seed: 18)
        var output = OutputBuffer()
        var expected = ""
        while expected.utf8.count < 4 * OutputBuffer.chunkSize {
            let value = Int64(bitPattern: random.anyWidth())
            let double = random.nextUnit() * 1000
            output.append(decimal: value)
            output.append(double: double)
            output.append(human: LongDouble(value))
            expected += "\(value)\(NumberText(double: double).bytes.text)\(value)"
            #expect(output.count == expected.utf8.count)
        }
        #expect(text(output.copyBytes()) == expected)
    }

    /// Against a plain rule: the standard library reads it, and prints it back the same.
    @Test func agreesWithThePlainRule() {
        var random = SeededRandom(seed: 2)
        let alphabet = bytes("0123456789012345678901234567890123456789-+ a")
        for _ in 0 ..< 50_000 {
            let candidate = random.bytes(of: alphabet, below: 23)
            let string = text(candidate)
            let expectedSigned = Int64(string).flatMap { String($0) == string ? $0 : nil }
            let expectedUnsigned = UInt64(string).flatMap { String($0) == string ? $0 : nil }
            #expect(Int64(decimal: candidate.bytes) == expectedSigned, "\(string)")
            #expect(UInt64(decimal: candidate.bytes) == expectedUnsigned, "\(string)")
        }
    }

    @Test func scansUnsignedAsC() {
        func scan(_ text: String) -> (UInt64, Int, Bool, Bool) {
            let text = bytes(text)
            let scan = scanUnsigned(text.bytes)
            return (scan.value, scan.end, scan.isOutOfRange, scan.reachedEnd)
        }
        #expect(scan("12") == (12, 2, false, true))
        #expect(scan("") == (0, 0, false, true))
        #expect(scan(" +0012x") == (12, 6, false, false))
        #expect(scan("-1") == (.max, 2, false, true))
        #expect(scan("18446744073709551616") == (.max, 20, true, true))
        #expect(scan("x") == (0, 0, false, false))
        #expect(scan("12\u{0}34") == (12, 2, false, true))
    }
}
