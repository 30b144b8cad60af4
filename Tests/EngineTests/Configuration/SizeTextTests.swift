import Testing

@testable import Engine

@Suite struct SizeTextTests {
    @Test func sizesAtTheEdge() {
        #expect(SizeText.read("9223372036854775807b") == .bytes(.max))
        #expect(SizeText.read("9223372036854775808") == .tooLarge)
        #expect(SizeText.read("8589934591gb") == .bytes(8_589_934_591 << 30))
        #expect(SizeText.read("8589934592gb") == .tooLarge)
        #expect(SizeText.read("99999999999999999999x") == .malformed)
        #expect(SizeText.read("１mb") == .malformed)
    }

    @Test func sizeTextsReadBack() {
        for bytes in [0, 1, 1023, 1024, 1025, 1 << 20, 3 << 20, (1 << 20) + 1024, 5 << 30, Int.max] {
            #expect(SizeText.read(SizeText.write(bytes)) == .bytes(bytes))
        }
        #expect(SizeText.write(3 << 20) == "3mb" && SizeText.write(1 << 30) == "1gb")
        #expect(SizeText.write(1536) == "1536")
    }
}
