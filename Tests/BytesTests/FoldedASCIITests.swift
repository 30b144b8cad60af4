import Bytes
import Testing

@Suite struct FoldedASCIITests {
    /// The plain rule, byte by byte.
    private func folded(_ text: [UInt8]) -> [UInt8] { text.map { (65 ... 90).contains($0) ? $0 + 32 : $0 } }

    private func equal(_ one: [UInt8], _ two: [UInt8]) -> Bool { one.bytes.equalsIgnoringCase(two.bytes) }

    private func decoded(_ text: [UInt8]) -> [UInt8]? {
        var buffer = ByteBuffer()
        if !buffer.append(decodingHexadecimal: text.bytes) { return buffer.isEmpty ? nil : [] }
        return buffer.bytes.array
    }

    @Test func foldsJustTheCapitals() {
        for byte in UInt8.min ... UInt8.max {
            #expect(foldedASCII(byte) == folded([byte])[0])
            // In every place of a word, between bytes whose carries might leak.
            for place in 0 ..< 8 {
                var one = [UInt8](repeating: 0xff, count: 8)
                one[place] = byte
                for other in [byte ^ 0x20, byte ^ 0x80, byte &+ 1] {
                    var two = one
                    two[place] = other
                    #expect(equal(one, two) == (folded(one) == folded(two)))
                }
                #expect(foldedHash(one.bytes) == foldedHash(folded(one).bytes))
            }
        }
    }

    @Test func agreesWithThePlainRule() {
        var random = SeededRandom(seed: 11)
        let alphabet = bytes("aAbBzZ@[`{_|-1\u{e9}")
        for _ in 0 ..< 20_000 {
            let one = random.bytes(of: alphabet, below: 26)
            var two = one
            for i in two.indices where random.next(below: 3) == 0 { two[i] ^= 0x20 }
            let same = folded(one) == folded(two)
            #expect(equal(one, two) == same)
            #expect((foldedHash(one.bytes) == foldedHash(two.bytes)) == same)
        }
    }

    @Test func tellsLengthsApart() {
        let zeros = [UInt8](repeating: 0, count: 20)
        var seen: Set<UInt64> = []
        for count in 0 ... 20 { seen.insert(foldedHash(zeros.bytes.extracting(0 ..< count))) }
        #expect(seen.count == 21)
        #expect(!equal(zeros, [UInt8](repeating: 0, count: 19)))
    }

    @Test func hexadecimalGoesThereAndBack() {
        var random = SeededRandom(seed: 12)
        for count in 0 ..< 50 {
            let original = random.bytes(count: count)
            let text = bytes(hex(original.bytes))
            #expect(text.count == 2 * count)
            #expect(sent { $0.append(hexadecimal: original.bytes) } == hex(original.bytes))
            for spelled in [text, text.map { (97 ... 102).contains($0) ? $0 - 32 : $0 }] {
                #expect(decoded(spelled) == original)
            }
        }
        for byte in UInt8.min ... UInt8.max {
            let character = Character(UnicodeScalar(byte))
            let expected = byte < 128 ? character.hexDigitValue.map { UInt8($0) } : nil
            #expect(hexadecimalValue(byte) == expected)
        }
        for refused in ["a", "abc", "0g", "g0", "0x", " 0"] {
            #expect(decoded(bytes(refused)) == nil)
        }
        #expect(NumberText(hexadecimal: 0).bytes.text == "0000000000000000")
        #expect(NumberText(hexadecimal: 0x0123_4567_89ab_cdef).bytes.text == "0123456789abcdef")
    }
}
