import Bytes
import Testing

@Suite struct EscapedTextTests {
    @Test(arguments: [[], [65], [0xFF], [0x80, 48, 0xFF], Array("é".utf8), Array("é".utf8) + [0xC3], Array("\u{F790}x".utf8)])
    func survivesTheWayThroughText(bytes: [UInt8]) {
        #expect(bytes.bytes.escapedText.unescapedBytes == bytes)
    }
}
