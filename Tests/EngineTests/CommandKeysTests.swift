import TestSupport
import Testing

/// COMMAND GETKEYSANDFLAGS where the flags depend on the arguments, as Redis 7.0 answers.
struct CommandKeysTests {
    @Test(arguments: [
        ("SET k v", "OW update"), ("SET k v GET", "RW access update"), ("SET k v EX 1 get", "RW access update"),
        ("SET k GET", "OW update"), ("BITFIELD k", "RO access"), ("BITFIELD k GET u8 0", "RO access"),
        ("BITFIELD k overflow wrap get u8 0", "RO access"), ("BITFIELD k GET u8 0 SET u8 0 1", "RW access update"),
        ("BITFIELD k GET u8", "RW access update"), ("GET k", "RO access"),
    ])
    func flagsFollowTheArguments(_ request: String, _ flags: String) {
        let client = MemoryServer().connect()
        let words = ("COMMAND GETKEYSANDFLAGS " + request).split(separator: " ").map(String.init)
        let shown = flags.split(separator: " ")
        let expected = "*1\r\n*2\r\n$1\r\nk\r\n*\(shown.count)\r\n" + shown.map { "+\($0)\r\n" }.joined()
        #expect(client.send(words: words) == expected)
    }
}
