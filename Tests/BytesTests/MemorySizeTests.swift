import Bytes
import Testing

@Suite struct MemorySizeTests {
    private func size(_ text: String) -> UInt64? {
        let text = bytes(text)
        return UInt64(memorySize: text.bytes)
    }

    /// As redis-server 7.0.15 takes them for maxmemory.
    @Test func readsSizes() {
        let accepted: [(String, UInt64)] = [
            ("0", 0), ("1024", 1024), ("007", 7), ("1b", 1), ("1k", 1000), ("1kb", 1024), ("1K", 1000), ("1kB", 1024),
            ("2m", 2_000_000), ("2mb", 2 << 20), ("3g", 3_000_000_000), ("3GB", 3 << 30), ("100mb", 100 << 20),
            ("", 0), ("b", 0), ("gb", 0), ("18446744073709551615", .max), ("18446744073709551616", .max),
            ("99999999999999999999999", .max), ("99999999999999999999999k", 0 &- 1000), ("1b\0zz", 1), ("\0", 0),
            (String(repeating: "0", count: 126) + "7", 7),
        ]
        for (text, value) in accepted { #expect(size(text) == value, "\(text)") }
        for refused in [
            "-1", "+1", "1.5gb", "1 gb", " 1", "1 ", "1tb", "1kk", "1%", "0x10", "one", "-",
            String(repeating: "0", count: 128),
        ] { #expect(size(refused) == nil, "\(refused)") }
    }

    @Test func readsPercentages() {
        func percentage(_ text: String) -> Int64? {
            let text = bytes(text)
            return Int64(percentage: text.bytes)
        }
        #expect(percentage("5%") == 5)
        #expect(percentage("0%") == 0)
        #expect(percentage("100%") == 100)
        #expect(percentage("101%") == 101)
        for refused in ["", "%", "5", "-1%", "05%", " 5%", "5 %", "5%%", "5.5%"] { #expect(percentage(refused) == nil) }
    }

    @Test func writesSizesForPeople() {
        let expected: [(UInt64, String)] = [
            (0, "0B"), (512, "512B"), (1023, "1023B"), (1024, "1.00K"), (1536, "1.50K"), (1_048_575, "1024.00K"),
            (1 << 20, "1.00M"), (1_101_004, "1.05M"), (1 << 30, "1.00G"), (1 << 40, "1.00T"), (1 << 50, "1.00P"),
            ((1 << 60) - 1, "1024.00P"), (1 << 60, "1152921504606846976B"), (.max, "18446744073709551615B"),
        ]
        for (value, text) in expected { #expect(NumberText(humanSize: value).bytes.text == text) }
    }
}
