import Bytes
import Testing

@testable import martlet_load

@Suite struct ReplyScannerTests {
    /// Scans `text` whole, byte by byte, and cut in two at every place; all must agree, and are returned.
    private func scan(_ text: String, _ dialect: ReplyScanner.Dialect = .resp) throws -> ReplyTally {
        let bytes = Array(text.utf8)
        let whole = try scan(pieces: [bytes], dialect)
        var splits = [bytes.map { [$0] }]
        for cut in bytes.indices { splits.append([Array(bytes[..<cut]), Array(bytes[cut...])]) }
        for pieces in splits {
            let tally = try scan(pieces: pieces, dialect)
            #expect(tally.replies == whole.replies)
            #expect(tally.misses == whole.misses)
            #expect(tally.errors == whole.errors)
            #expect(tally.firstError == whole.firstError)
        }
        return whole
    }

    private func scan(pieces: [[UInt8]], _ dialect: ReplyScanner.Dialect) throws -> ReplyTally {
        var tally = ReplyTally()
        var scanner = ReplyScanner(dialect)
        for piece in pieces { try scanner.scan(piece.bytes, into: &tally) }
        return tally
    }

    @Test func everyReplyTypeCountsOnce() throws {
        let tally = try scan(
            "+OK\r\n:-12\r\n$3\r\nabc\r\n$0\r\n\r\n*0\r\n*2\r\n$1\r\na\r\n:1\r\n%1\r\n+k\r\n#t\r\n,1.5\r\n(99\r\n~1\r\n:1\r\n"
                + "=7\r\ntxt:abc\r\n")
        #expect(tally.replies == 11)
        #expect(tally.misses == 0)
        #expect(tally.errors == 0)
    }

    @Test func nullsAreMissesAlsoInsideArrays() throws {
        let tally = try scan("$-1\r\n*-1\r\n_\r\n*3\r\n$-1\r\n$1\r\nx\r\n$-1\r\n")
        #expect(tally.replies == 4)
        #expect(tally.misses == 5)
    }

    @Test func payloadsAreNotReadAsReplies() throws {
        let tally = try scan("$13\r\n-ERR\r\n$-1\r\n\r\n\r\n+OK\r\n")
        #expect(tally.replies == 2)
        #expect(tally.errors == 0)
        #expect(tally.misses == 0)
    }

    @Test func arraysNest() throws {
        let tally = try scan("*2\r\n*2\r\n:1\r\n*0\r\n*1\r\n*1\r\n$2\r\nab\r\n:5\r\n")
        #expect(tally.replies == 2)
    }

    @Test func errorsAreCountedAndTheFirstIsKept() throws {
        let tally = try scan("-ERR first\r\n+OK\r\n-WRONGTYPE second\r\n*1\r\n-ERR nested\r\n")
        #expect(tally.replies == 4)
        #expect(tally.errors == 3)
        #expect(String(decoding: tally.firstError, as: UTF8.self) == "-ERR first")
    }

    @Test func anIncompleteReplyDoesNotCount() throws {
        #expect(try scan("+OK\r\n$3\r\nab").replies == 1)
        #expect(try scan("*2\r\n:1\r\n").replies == 0)
    }

    @Test func bytesOfNoProtocolAreRefused() {
        #expect(throws: MalformedReply.self) { try scan("HTTP/1.1 400\r\n") }
    }

    @Test func memcachedRetrievalsEndWithEND() throws {
        let tally = try scan(
            "VALUE k 0 3\r\nEND\r\nEND\r\nVALUE a 12 2\r\n\r\n\r\nVALUE b 0 0\r\n\r\nEND\r\nEND\r\n",
            .memcached)
        #expect(tally.replies == 3)
        #expect(tally.misses == 1)
        #expect(tally.errors == 0)
    }

    @Test func memcachedErrorsAreCounted() throws {
        let tally = try scan(
            "STORED\r\nSERVER_ERROR object too large\r\nERROR\r\nCLIENT_ERROR bad data chunk\r\n15\r\n",
            .memcached)
        #expect(tally.replies == 5)
        #expect(tally.errors == 3)
        #expect(String(decoding: tally.firstError, as: UTF8.self) == "SERVER_ERROR object too large")
    }
}
