import Bytes
import Dispatch
import Glibc
import Testing

@testable import Durability

@Suite struct LogWriterTests {
    /// A directory for one test, gone with it.
    private final class Folder {
        let path: String

        init() {
            var template = Array("/tmp/martlet-log.XXXXXX".utf8CString)
            // Safe: the template is a writable C string.
            path = unsafe template.withUnsafeMutableBufferPointer { unsafe String(cString: mkdtemp($0.baseAddress!)) }
        }

        deinit {
            for name in ["a", "b"] { try? FileSystem.remove("\(path)/\(name)") }
            unsafe _ = rmdir(path)
        }

        func contents(_ name: String) throws -> String {
            let file = try DurableFile.reading("\(path)/\(name)")
            var buffer = ByteBuffer()
            while try file.read(into: &buffer, atMost: 1000) > 0 {}
            return buffer.bytes.text
        }
    }

    @Test(arguments: [LogWriter.Policy.always, .everySecond, .never])
    func everythingArrivesInOrder(policy: LogWriter.Policy) throws {
        let folder = Folder()
        let writer = try LogWriter(.appending(to: folder.path + "/a"), policy: policy) {}
        var expected = ""
        for i in 0 ..< 2000 {
            var buffer = ByteBuffer("line \(i)\n")
            expected += "line \(i)\n"
            let position = writer.append(&buffer)
            #expect(Int(position) == expected.utf8.count)
            let isEmpty = buffer.isEmpty
            #expect(isEmpty)
        }
        try writer.flush()
        #expect(try folder.contents("a") == expected)
        let status = writer.status
        #expect(status.written == status.handed && status.synced == status.handed && status.pending == 0)
        #expect(status.fileSize == expected.utf8.count)
    }

    @Test func alwaysSyncsWithoutBeingAsked() throws {
        let folder = Folder()
        let synced = DispatchSemaphore(value: 0)
        let writer = try LogWriter(.appending(to: folder.path + "/a"), policy: .always) { synced.signal() }
        var buffer = ByteBuffer("x")
        let position = writer.append(&buffer)
        while writer.status.synced < position {
            #expect(synced.wait(timeout: .now() + 30) == .success)
        }
        // Many writes share a sync.
        #expect(writer.status.syncs <= 2)
    }

    @Test func bytesBeforeTheTurnGoToTheOldFile() throws {
        let folder = Folder()
        let writer = try LogWriter(.appending(to: folder.path + "/a"), policy: .never) {}
        var buffer = ByteBuffer("old")
        writer.append(&buffer)
        try writer.turn(to: .appending(to: folder.path + "/b"))
        buffer = ByteBuffer("new")
        writer.append(&buffer)
        try writer.flush()
        #expect(try folder.contents("a") == "old")
        #expect(try folder.contents("b") == "new")
    }

    @Test func aFullDiskLosesNothing() throws {
        // The device that is always full takes no byte and gives the error of a full disk.
        let writer = try LogWriter(.appending(to: "/dev/full"), policy: .everySecond) {}
        var buffer = ByteBuffer("first")
        writer.append(&buffer)
        #expect(throws: FileError.self) { try writer.flush() }
        #expect(writer.status.writeFailure?.code == ENOSPC)
        #expect(writer.status.pending == 5 && writer.status.written == 0)
        let folder = Folder()
        // Another file takes what the full one did not.
        buffer = ByteBuffer(" second")
        writer.append(&buffer)
        try writer.turn(to: .appending(to: folder.path + "/b"))
        try writer.flush()
        #expect(try folder.contents("b") == "first second")
        #expect(writer.status.writeFailure == nil)
    }
}
