import Bytes
import Durability
import Engine
import Glibc
import Testing

/// The file of a snapshot: whole or not there.
@Suite struct SnapshotFileTests {
    private func make(_ directory: String, checksum: Bool = true) -> SnapshotFile {
        SnapshotFile(
            directory: directory, name: "dump.rdb", draft: "temp-1.rdb", hasChecksum: checksum, syncsGradually: true,
            progressed: {})
    }

    private func append(_ text: String, to file: SnapshotFile) {
        var chunk = ByteBuffer(text)
        file.append(&chunk)
        let isTaken = chunk.isEmpty
        #expect(isTaken)
    }

    private func contents(_ path: String) throws -> [UInt8] {
        let file = try DurableFile.reading(path)
        var buffer = ByteBuffer()
        while try file.read(into: &buffer, atMost: 1 << 16) > 0 {}
        return buffer.bytes.array
    }

    @Test func wholeFileInThePlaceOfTheOld() throws {
        let directory = SnapshotDirectory()
        for text in ["first", "second, and longer"] {
            let file = make(directory.path)
            append(text, to: file)
            #expect(file.state == .ready)
            file.finish()
            file.wait()
            #expect(file.state == .done)
            var checksum = ByteBuffer()
            checksum.append(word: crc64(Array(text.utf8).bytes))
            let sum = checksum.bytes.array
            #expect(try contents(directory.path + "/dump.rdb") == Array(text.utf8) + sum)
            #expect(!FileSystem.exists(directory.path + "/temp-1.rdb"))
        }
    }

    @Test func noChecksumIsZero() throws {
        let directory = SnapshotDirectory()
        let file = make(directory.path, checksum: false)
        append("x", to: file)
        file.finish()
        file.wait()
        #expect(try contents(directory.path + "/dump.rdb") == [120, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func givenUp() throws {
        let directory = SnapshotDirectory()
        let file = make(directory.path)
        append("x", to: file)
        file.abandon()
        file.wait()
        #expect(!FileSystem.exists(directory.path + "/dump.rdb") && !FileSystem.exists(directory.path + "/temp-1.rdb"))
    }

    @Test func missingDirectory() throws {
        let directory = SnapshotDirectory()
        let file = make(directory.path + "/gone")
        file.wait()
        guard case .failed(let reason) = file.state else {
            Issue.record("it did not fail")
            return
        }
        #expect(reason.hasPrefix("Failed opening the temp RDB file temp-1.rdb (in server root dir "))
        append("x", to: file)
        file.finish()
        file.wait()
        #expect(file.state == .failed(reason))
    }

    /// A directory stands where the file should be: all is written, and cannot be put in place.
    @Test func renameFails() throws {
        let directory = SnapshotDirectory()
        try FileSystem.makeDirectory(directory.path + "/dump.rdb")
        let file = make(directory.path)
        append("x", to: file)
        file.finish()
        file.wait()
        guard case .failed(let reason) = file.state else {
            Issue.record("it did not fail")
            return
        }
        #expect(reason.hasPrefix("Error moving temp DB file temp-1.rdb on the final destination dump.rdb"))
        #expect(!FileSystem.exists(directory.path + "/temp-1.rdb"))
    }
}

/// A directory of a test's own, which goes with it.
private final class SnapshotDirectory {
    let path: String

    init() {
        var template = Array("/tmp/martlet-snapshot.XXXXXX".utf8CString)
        // Safe: the template is a writable C string.
        path = unsafe template.withUnsafeMutableBufferPointer { unsafe String(cString: mkdtemp($0.baseAddress!)) }
    }

    deinit {
        for name in ["dump.rdb", "temp-1.rdb"] { unsafe _ = remove(path + "/" + name) }
        unsafe _ = rmdir(path)
    }
}
