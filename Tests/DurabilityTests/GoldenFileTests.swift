import Bytes
import Engine
import TestSupport
import Testing

@testable import Durability

/// Files as they were once written. They must stay readable for ever, so this list only ever grows.
///
/// `populate.py` in the same directory puts the data of `redis-7.0.rdb` into a server; redis-server 7.0.15 saved it, and its
/// DEBUG DIGEST is what must come out here. `martlet-0.1.rdb` holds the same; in the other there are two hashes besides of which
/// fields have deadlines.
@Suite struct GoldenFileTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        let name: String
        let digest: String

        var testDescription: String { name }
    }

    static let files = [
        Golden(name: "redis-7.0.rdb", digest: "95215535f85039d4ddccf2cc95dc36bd3ce97520"),
        Golden(name: "martlet-0.1.rdb", digest: "95215535f85039d4ddccf2cc95dc36bd3ce97520"),
        Golden(name: "martlet-0.1-fields.rdb", digest: "ab944db503979f989bad33e1d980b2be1a0df504"),
    ]

    private static let directory = String(#filePath.dropLast("GoldenFileTests.swift".count)) + "Golden/"

    private func contents(_ golden: Golden) throws -> [UInt8] {
        let file = try DurableFile.reading(Self.directory + golden.name)
        var buffer = ByteBuffer()
        while try file.read(into: &buffer, atMost: 1 << 16) > 0 {}
        return buffer.bytes.array
    }

    private func makeServer() -> MemoryServer {
        var configuration = MemoryServer.withoutSavePoints
        configuration.enableDebugCommand = .yes
        return MemoryServer(configuration: configuration)
    }

    @Test(arguments: files) func whatItHoldsComesBack(_ golden: Golden) throws {
        let server = makeServer()
        server.host.file = try contents(golden)
        for step in [1, 7, 4096, Int.max] {
            server.host.readStep = step
            #expect(server.send("DEBUG", "RELOAD", "NOSAVE") == "+OK\r\n")
            #expect(server.send("DEBUG", "DIGEST") == "+\(golden.digest)\r\n")
        }
        // What is saved then comes back too.
        server.host.file = nil
        #expect(server.send("DEBUG", "RELOAD") == "+OK\r\n")
        #expect(server.send("DEBUG", "DIGEST") == "+\(golden.digest)\r\n")
        server.engine.checkInvariants()
    }

    /// A reader that is given up with batches outstanding ends, and takes nobody with it.
    @Test func aReaderMayBeGivenUp() throws {
        let server = makeServer()
        for _ in 0 ..< 20 {
            let file = try DurableFile.reading(Self.directory + Self.files[0].name)
            let reader = try SnapshotReader(file, server.engine.decodingRules, verifiesChecksum: true, progressed: {})
            let batch = try reader.next(waiting: true)
            let isThere = batch != nil
            #expect(isThere)
            reader.abandon()
        }
    }

    @Test(arguments: files) func theReaderBringsItInBatches(_ golden: Golden) async throws {
        let server = makeServer()
        let file = try DurableFile.reading(Self.directory + golden.name)
        let reader = try SnapshotReader(file, server.engine.decodingRules, verifiesChecksum: true, progressed: {})
        var fault: FileFault?
        var isOver = false
        server.engine.beginLoading(from: reader, LoadingOptions()) {
            fault = $0
            isOver = true
        }
        #expect(server.send("GET", "string:text").hasPrefix("-LOADING"))
        #expect(server.send("INFO", "persistence").contains("loading:1\r\n"))
        while !isOver {
            server.engine.beginBatch()
            _ = server.engine.performSlice()
            await Task.yield()
        }
        #expect(fault == nil)
        #expect(server.send("DEBUG", "DIGEST") == "+\(golden.digest)\r\n")
        #expect(server.host.logged.contains { $0.hasPrefix("Done loading RDB, keys loaded: ") })
    }

    @Test(arguments: files) func aFileThatIsCutOffOrSpoiltIsRefused(_ golden: Golden) throws {
        let server = makeServer()
        let whole = try contents(golden)
        for length in stride(from: 0, to: whole.count, by: 997) {
            server.host.file = Array(whole.prefix(length))
            let reply = server.send("DEBUG", "RELOAD", "NOSAVE")
            #expect(reply == "-ERR Error trying to load the RDB dump, check server logs.\r\n", "\(length)")
        }
        var generator = SeededRandom(seed: 5)
        for _ in 0 ..< 300 {
            var spoilt = whole
            let position = Int(generator.next() % UInt64(whole.count))
            spoilt[position] ^= 1 << UInt8(generator.next() & 7)
            server.host.file = spoilt
            // Without the checksum much goes undetected; nothing may trap or break a structure.
            server.send("DEBUG", "RELOAD", "NOSAVE")
            server.engine.checkInvariants()
        }
    }
}
