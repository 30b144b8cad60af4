import Bytes
import Glibc
import Testing

@Suite struct LongDoubleTests {
    private func sum(_ a: String, _ b: String) -> String? {
        let (first, second) = (bytes(a), bytes(b))
        guard let left = LongDouble(text: first.bytes), let right = LongDouble(text: second.bytes) else { return nil }
        let result = left + right
        return written { $0.append(human: result) }
    }

    /// As redis-server 7.0.15 answers INCRBYFLOAT.
    @Test func addsLikeRedis() {
        let expected = [
            ("10.5", "0.1", "10.6"), ("3.0", "1", "4"), ("0", "-0", "0"), ("0.25", "0.5", "0.75"),
            ("5.0e3", "200", "5200"), ("17179869184", "1.5", "17179869185.5"), ("0x1p-1", "1", "1.5"),
            ("0", "1e-17", "0.00000000000000001"), ("0", "4.9e-18", "0"), ("-1e-20", "0", "0"),
            ("1e20", "1", "100000000000000000000"), ("inf", "1", "inf"), ("-inf", "1", "-inf"), ("-3", "1", "-2"),
        ]
        for (a, b, result) in expected { #expect(sum(a, b) == result, "\(a) + \(b)") }
    }

    @Test func refusesWhatRedisRefuses() {
        for refused in ["", " 1", "1 ", "nan", "-nan", "1e5000", "1e-5000", "1x", "1\0", ".", "\n1"] {
            #expect(sum(refused, "0") == nil, "\(refused)")
        }
        let longest = String(repeating: "0", count: 5118) + "1"
        #expect(sum(longest, "1") == "2")
        #expect(sum("0" + longest, "1") == nil)
    }

    @Test func convertsAndTells() {
        #expect(LongDouble(Int64.max).isFinite)
        #expect(LongDouble(2.5).double == 2.5)
        #expect((LongDouble(.infinity) + LongDouble(-.infinity)).isNaN)
        #expect(LongDouble(-.infinity).isInfinite)
        #expect(NumberText(human: LongDouble(Int64.min))?.bytes.text == "-9223372036854775808")
        #expect(NumberText(human: LongDouble(-0.5))?.bytes.text == "-0.5")
        #expect(NumberText(human: LongDouble(1e300)) == nil)
    }

    #if arch(x86_64)
    @Test func hasMoreDigitsThanADouble() {
        #expect(sum("0.1", "0.2") == "0.3")
        #expect(NumberText(human: LongDouble(13.36138933897018433))?.bytes.text == "13.36138933897018433")
    }

    @Test func reachesTheEndsOfTheFormat() {
        #expect(sum("1e4932", "1e4932") == "inf")
        #expect(sum("1e-4940", "0") == "0")
        let large = sum("1e4000", "1")
        #expect(large?.utf8.count == 4000)
        #expect(large?.hasPrefix("999999999999999999996546387309962378493249258350695763130150") == true)
    }

    /// What the C library prints, cut as Redis cuts it.
    private func printed(_ value: Float80) -> String {
        var buffer = [CChar](repeating: 0, count: 6000)
        let length = unsafe withVaList([value]) { unsafe vsnprintf(&buffer, buffer.count, "%.17Lf", $0) }
        var result = text(buffer[0 ..< Int(length)].map { UInt8(bitPattern: $0) })
        while result.hasSuffix("0") { result.removeLast() }
        if result.hasSuffix(".") { result.removeLast() }
        return result == "-0" ? "0" : result
    }

    @Test func agreesWithPrintf() {
        var random = SeededRandom(seed: 6)
        for i in 0 ..< 5_000 {
            let exponent = i % 50 == 0 ? UInt(random.next(below: 0x7fff)) : UInt(16383 - 70 + random.next(below: 160))
            let value = Float80(
                sign: random.next(below: 2) == 0 ? .plus : .minus, exponentBitPattern: exponent,
                significandBitPattern: random.next() >> 1)
            // The text with 21 digits names each 80-bit float, so this also tests reading.
            let source = "\(value)"
            let spelled = bytes(source)
            guard let number = LongDouble(text: spelled.bytes) else {
                Issue.record("\(source) is refused")
                continue
            }
            let text = written { $0.append(human: number) }
            #expect(text == printed(value), "\(source)")
            #expect(text.utf8.count <= number.maxLength)
            #expect(sent { $0.append(human: number) } == text)
        }
    }
    #endif

    @Test func comparesAndSubtracts() {
        let (one, two) = (LongDouble(1 as Int64), LongDouble(2.0))
        #expect(one < two && one <= two && two > one && one == LongDouble(1.0))
        #expect((one - two).double == -1 && (-two).double == -2)
        #expect((one - two).isNegative && !one.isNegative)
        let most = LongDouble.greatestFiniteMagnitude
        #expect(most.isFinite && (most + most).isInfinite && (-most - most).isInfinite && -most < most)
        // Beyond 2^53 the difference of two integers is still theirs.
        #expect(written { $0.append(human: LongDouble(Int64.max) - LongDouble(Int64.max - 1)) } == "1")
    }
}
