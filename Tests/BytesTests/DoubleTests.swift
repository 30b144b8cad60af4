import Bytes
import Glibc
import Testing

@Suite struct DoubleTests {
    private func parsed(_ text: String) -> Double? {
        let text = bytes(text)
        return Double(text: text.bytes)
    }

    private func bound(_ text: String) -> Double? {
        let text = bytes(text)
        return Double(bound: text.bytes)
    }

    /// What the C library prints, the oracle for all writing here.
    private func printed(_ format: String, _ arguments: any CVarArg...) -> String {
        var buffer = [CChar](repeating: 0, count: 6000)
        let length = unsafe withVaList(arguments) { unsafe vsnprintf(&buffer, buffer.count, format, $0) }
        return text(buffer[0 ..< Int(length)].map { UInt8(bitPattern: $0) })
    }

    /// Accepted and refused as redis-server 7.0.15's ZADD does.
    @Test func readsScores() {
        let accepted: [(String, Double)] = [
            ("1", 1), ("-1", -1), ("+5", 5), (".5", 0.5), ("5.", 5), ("1e5", 1e5), ("1E-5", 1e-5), ("0x1p3", 8),
            ("inf", .infinity), ("+inf", .infinity), ("-INF", -.infinity), ("infinity", .infinity),
            ("-Infinity", -.infinity), ("0.1", 0.1), ("3.14159265358979", 3.14159265358979),
            ("1e308", 1e308), ("5e-324", 0x1p-1074), ("1e-320", 0x1.fap-1064),
            ("9007199254740993", 9_007_199_254_740_992), ("900719925474099.3", 900_719_925_474_099.3),
            ("0.9007199254740993", 0.9007199254740993),
            ("00012", 12), ("0", 0), ("0e-999", 0), ("123456789012345678", 123_456_789_012_345_680),
            ("0.00000000000000001", 1e-17), ("1234567890123456789", 1_234_567_890_123_456_768),
        ]
        for (text, value) in accepted { #expect(parsed(text) == value, "\(text)") }
        #expect(parsed("-0")?.sign == .minus)
        for refused in [
            "", " ", "-", "+", ".", "-.", "e5", " 1", "\t1", "1 ", "1\0", "\0", "nan", "-nan", "NAN(1)", "1e400",
            "-1e400", "1e-400", "1,5", "1.2.3", "--1", "0x", "infi", "1e", "１",
        ] { #expect(parsed(refused) == nil, "\(refused)") }
        #expect(parsed(String(repeating: "0", count: 3000) + "1.5") == 1.5)
    }

    /// Accepted and refused as redis-server 7.0.15's ZRANGEBYSCORE does.
    @Test func readsBounds() {
        #expect(bound("") == 0)
        #expect(bound(" 1") == 1)
        #expect(bound("1e400") == .infinity)
        #expect(bound("-1e400") == -.infinity)
        #expect(bound("1e-400") == 0)
        #expect(bound("1\0x") == 1)
        #expect(bound("-inf") == -.infinity)
        #expect(bound("2.5") == 2.5)
        for refused in ["1 ", "nan", "x", "1x", "(1", " "] { #expect(bound(refused) == nil, "\(refused)") }
    }

    @Test func agreesWithStrtod() {
        var random = SeededRandom(seed: 3)
        let alphabet = bytes("0123456789012345678901234567890123456789..-e")
        for _ in 0 ..< 50_000 {
            let candidate = random.bytes(of: alphabet, below: 24)
            let scan = scanDouble(candidate.bytes)
            let lost = scan.isOutOfRange && (scan.value.isInfinite || scan.value.isZero)
            let expected = scan.end == candidate.count && scan.end > 0 && !lost ? scan.value : nil
            let value = Double(text: candidate.bytes)
            #expect(value?.bitPattern == expected?.bitPattern, "\(text(candidate))")
        }
    }

    /// As redis-server 7.0.15 answers ZSCORE for them.
    @Test func writesReplies() {
        let expected: [(Double, String)] = [
            (0, "0"), (1, "1"), (-1, "-1"), (0.1, "0.10000000000000001"), (1e16, "10000000000000000"),
            (1e17, "1e+17"), (12_345_678_901_234_568, "12345678901234568"), (1e-5, "1.0000000000000001e-05"),
            (123_456_789_012_345_680, "1.2345678901234568e+17"), (0.0001, "0.0001"), (1e308, "1e+308"),
            (0x1p-1074, "4.9406564584124654e-324"), (1.5e300, "1.5000000000000001e+300"), (9e18, "9e+18"),
            (4_611_686_018_427_387_904, "4.6116860184273879e+18"), (0x1.fap-1064, "9.9998886718268301e-321"),
            (.infinity, "inf"), (-.infinity, "-inf"), (-0.0, "-0"), (3.5, "3.5"), (1e100, "1e+100"),
            (0.001, "0.001"), (99_999_999_999_999_984, "99999999999999984"), (0.00001234, "1.234e-05"),
        ]
        for (value, text) in expected {
            #expect(NumberText(double: value).bytes.text == text)
            #expect(written { $0.append(double: value) } == text)
            #expect(sent { $0.append(double: value) } == text)
        }
        #expect(NumberText(double: .nan).bytes.text == "nan")
        #expect(NumberText(double: -.nan).bytes.text == "-nan")
    }

    @Test func writesScores() {
        let expected: [(Double, String)] = [
            (0, "0"), (-0.0, "-0"), (1e17, "100000000000000000"), (4_611_686_018_427_387_904, "4611686018427387904"),
            (-4_611_686_018_427_387_904, "-4611686018427387904"), (9e18, "9e+18"), (0.1, "0.10000000000000001"),
            (4_611_686_018_427_388_928, "4.6116860184273889e+18"), (.infinity, "inf"), (-.infinity, "-inf"),
        ]
        for (value, text) in expected {
            #expect(NumberText(score: value).bytes.text == text)
            #expect(written { $0.append(score: value) } == text)
            #expect(sent { $0.append(score: value) } == text)
        }
    }

    @Test func agreesWithPrintf() {
        var random = SeededRandom(seed: 4)
        func check(_ value: Double) {
            #expect(NumberText(double: value).bytes.text == printed("%.17g", value), "\(value)")
        }
        for _ in 0 ..< 20_000 { check(random.anyDouble()) }
        // Everyday magnitudes, where exactness takes the short way.
        for _ in 0 ..< 50_000 {
            let scale = Double(sign: .plus, exponent: random.next(below: 160) - 30, significand: 1)
            check((random.nextUnit() - 0.5) * scale)
        }
        for _ in 0 ..< 20_000 { check(Double(random.next(below: 1_000_000_000)) / 1000) }
        // Borders: powers of ten and of two, and their neighbours.
        for exponent in -330 ... 308 {
            let power = Double("1e\(exponent)")!
            for value in [power.nextDown, power, power.nextUp, -power] { check(value) }
        }
        for exponent in -1074 ... 1023 {
            let power = Double(sign: .plus, exponent: exponent, significand: 1)
            for value in [power.nextDown, power, power.nextUp] { check(value) }
        }
    }

    @Test func roundsTiesToEven() {
        // Halves of the last digit are exact only where the binary fraction ends there.
        for value in [0.5, 1.5, 2.5, 0.125, 0.375, 0.625, 2.675, 1e15 + 0.5, 9_007_199_254_740_993.0 / 8] {
            for fraction in 0 ... 5 {
                let text = written { $0.append(fixed: value, fraction: fraction) }
                #expect(text == printed("%.*f", CInt(fraction), value))
            }
        }
        #expect(NumberText(double: 0x1p-53).bytes.text == printed("%.17g", 0x1p-53))
        #expect(NumberText(double: 0x1.0000000000001p60).bytes.text == printed("%.17g", 0x1.0000000000001p60))
    }

    @Test func writesFixedAsPrintf() {
        var random = SeededRandom(seed: 5)
        for _ in 0 ..< 20_000 {
            let wide = random.next(below: 4) == 0
            let value = wide ? random.anyDouble() : (random.nextUnit() - 0.5) * Double(random.anyWidth())
            if !value.isFinite { continue }
            let fraction = random.next(below: 18)
            let expected = printed("%.*f", CInt(fraction), value)
            #expect(written { $0.append(fixed: value, fraction: fraction) } == expected)
            #expect(expected.utf8.count <= maxFixedLength(value, fraction: fraction))
        }
        #expect(sent { $0.append(fixed: 99.9, fraction: 6, trimmed: true) } == "99.9")
        #expect(written { $0.append(fixed: 50, fraction: 6, trimmed: true) } == "50")
        #expect(written { $0.append(fixed: 100, fraction: 0, trimmed: true) } == "100")
        #expect(written { $0.append(fixed: 0, fraction: 3) } == "0.000")
        #expect(written { $0.append(fixed: -.infinity, fraction: 2) } == "-inf")
        #expect(written { $0.append(fixed: .nan, fraction: 2) } == "nan")
    }

    /// As redis-server 7.0.15 answers GEODIST.
    @Test func writesDistances() {
        #expect(NumberText(scaled: 166274.15156960033, fraction: 4).bytes.text == "166274.1516")
        #expect(NumberText(scaled: 0, fraction: 4).bytes.text == "0.0000")
        #expect(NumberText(scaled: 0.00001, fraction: 4).bytes.text == "0.0000")
        #expect(NumberText(scaled: -0.775, fraction: 4).bytes.text == "-0.7750")
        #expect(NumberText(scaled: 0.25, fraction: 1).bytes.text == "0.2")
        #expect(NumberText(scaled: 123.5, fraction: 17).bytes.text == "-92.23372036854775808")
        #expect(NumberText(scaled: .nan, fraction: 4).bytes.text == "-922337203685477.5808")
    }
}
