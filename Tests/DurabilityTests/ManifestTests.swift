import Bytes
import Testing

@testable import Durability

@Suite struct ManifestTests {
    private func read(_ text: String) throws(Manifest.Malformed) -> Manifest {
        let bytes = Array(text.utf8)
        return try Manifest(bytes.bytes)
    }

    private func refusal(_ text: String) -> String? {
        do throws(Manifest.Malformed) {
            _ = try read(text)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func readsWhatRedisWrites() throws {
        let text = """
            file appendonly.aof.2.base.rdb seq 2 type b
            file appendonly.aof.1.incr.aof seq 1 type h
            file appendonly.aof.4.incr.aof seq 4 type i
            file appendonly.aof.5.incr.aof seq 5 type i

            """
        let manifest = try read(text)
        #expect(manifest.base == .init(name: "appendonly.aof.2.base.rdb", sequence: 2))
        #expect(manifest.increments.map(\.sequence) == [4, 5])
        #expect(manifest.history.map(\.name) == ["appendonly.aof.1.incr.aof"])
        #expect(manifest.text == text)
    }

    @Test func namesAreQuotedWhereTheyMustBe() throws {
        var manifest = Manifest()
        manifest.base = .init(name: "my log.1.base.rdb", sequence: 1)
        manifest.increments = [.init(name: "\"\n\u{1}é.1.incr.aof", sequence: 1)]
        #expect(manifest.text.hasPrefix("file \"my log.1.base.rdb\" seq 1 type b\nfile \"\\\"\\n\\x01\\xc3\\xa9.1"))
        #expect(try read(manifest.text) == manifest)
    }

    @Test func commentsAndUnknownPairsAreSkipped() throws {
        let manifest = try read("# a remark\nfile a seq 1 type i note x\n")
        #expect(manifest.increments == [.init(name: "a", sequence: 1)])
    }

    @Test(arguments: [
        ("", "Found an empty AOF manifest"),
        ("\n", "Invalid AOF manifest file format"),
        ("file a seq 1\n", "Invalid AOF manifest file format"),
        ("file a seq 1 type i more\n", "Invalid AOF manifest file format"),
        ("file a seq 0 type i\n", "Invalid AOF manifest file format"),
        ("file a seq x type i\n", "Invalid AOF manifest file format"),
        ("file \"a seq 1 type i\n", "Invalid AOF manifest file format"),
        ("file ../a seq 1 type i\n", "File can't be a path, just a filename"),
        ("file a seq 1 type b\nfile b seq 2 type b\n", "Found duplicate base file information"),
        ("file a seq 2 type i\nfile b seq 2 type i\n", "Found a non-monotonic sequence number"),
        ("file a seq 1 type x\n", "Unknown AOF file type"),
        ("file a seq 1 type i", "The AOF manifest file contains too long line"),
        ("file \(String(repeating: "a", count: 1100)) seq 1 type i\n", "The AOF manifest file contains too long line"),
    ])
    func whatIsNoManifestIsRefused(text: String, reason: String) { #expect(refusal(text) == reason) }

    @Test func rewritingKeepsWhatCameAfterTheNewBase() {
        var manifest = Manifest()
        manifest.increments.append(manifest.nextIncrement("log"))
        manifest.increments.append(manifest.nextIncrement("log"))
        let base = manifest.nextBase("log", isSnapshot: true)
        #expect(base == .init(name: "log.1.base.rdb", sequence: 1))
        let rewritten = manifest.rewritten(base: base, keepingFrom: 2)
        #expect(rewritten.increments.map(\.name) == ["log.2.incr.aof"])
        #expect(rewritten.history.map(\.name) == ["log.1.incr.aof"])
        #expect(rewritten.nextBase("log", isSnapshot: false).name == "log.2.base.aof")
        #expect(rewritten.nextIncrement("log").name == "log.3.incr.aof")
        #expect(rewritten.rewritten(base: rewritten.nextBase("log", isSnapshot: true), keepingFrom: 3).history.count == 3)
    }
}
