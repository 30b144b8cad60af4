import Bytes
import Glibc

/// An open file. Every failure of the system is thrown; a call that a signal interrupts is made again.
package struct DurableFile: ~Copyable {
    package let path: String
    private let descriptor: Int32

    private init(_ path: String, _ descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    // MARK: Opening

    /// Opens a file for appending, made where it is missing.
    package static func appending(to path: String) throws(FileError) -> DurableFile {
        try open(path, O_WRONLY | O_CREAT | O_APPEND)
    }

    /// Makes a new file, or empties the one that is there.
    package static func creating(_ path: String) throws(FileError) -> DurableFile {
        try open(path, O_WRONLY | O_CREAT | O_TRUNC)
    }

    package static func reading(_ path: String) throws(FileError) -> DurableFile {
        try open(path, O_RDONLY)
    }

    private static func open(_ path: String, _ flags: Int32) throws(FileError) -> DurableFile {
        while true {
            let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o644)
            if descriptor >= 0 { return DurableFile(path, descriptor) }
            if errno != EINTR { throw FileError("open", path) }
        }
    }

    // MARK: Contents

    /// Bytes in the file.
    package func size() throws(FileError) -> Int {
        var status = stat()
        if unsafe fstat(descriptor, &status) != 0 { throw FileError("fstat", path) }
        return Int(status.st_size)
    }

    /// Writes all of `bytes`. When the system takes only a part, that part is in the file and the error is thrown.
    package borrowing func write(_ bytes: RawSpan) throws(FileError) {
        var done = 0
        while done < bytes.byteCount {
            let rest = bytes.extracting(done ..< bytes.byteCount)
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress!, $0.count) }
            if count > 0 {
                done += count
            } else if count == 0 {
                throw FileError("write", path, code: ENOSPC)
            } else if errno != EINTR {
                throw FileError("write", path)
            }
        }
    }

    /// Adds at most `count` bytes from where the last read ended to `buffer`. Returns how many; 0 at the end of the file.
    package borrowing func read(into buffer: inout ByteBuffer, atMost count: Int) throws(FileError) -> Int {
        while true {
            let got = unsafe buffer.fill(minimum: count) {
                unsafe Glibc.read(descriptor, $0.baseAddress!, min(count, $0.count))
            }
            if got >= 0 { return got }
            if errno != EINTR { throw FileError("read", path) }
        }
    }

    package borrowing func truncate(to size: Int) throws(FileError) {
        while ftruncate(descriptor, size) != 0 {
            if errno != EINTR { throw FileError("ftruncate", path) }
        }
    }

    /// Returns when what was written is on disk.
    package borrowing func synchronize() throws(FileError) {
        while fdatasync(descriptor) != 0 {
            if errno != EINTR { throw FileError("fdatasync", path) }
        }
    }
}

/// Names of files, and what else is done to them by name.
package enum FileSystem {
    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    package static func makeDirectory(_ path: String) throws(FileError) {
        if unsafe mkdir(path, 0o755) != 0, errno != EEXIST { throw FileError("mkdir", path) }
        if !isDirectory(path) { throw FileError("mkdir", path, code: ENOTDIR) }
    }

    /// Puts a file under another name, in place of what was there: others see the one or the other.
    package static func rename(_ path: String, to target: String) throws(FileError) {
        if unsafe Glibc.rename(path, target) != 0 { throw FileError("rename", path) }
    }

    /// Removes a file; one that is missing is as good as removed.
    package static func remove(_ path: String) throws(FileError) {
        if unsafe unlink(path) != 0, errno != ENOENT { throw FileError("unlink", path) }
    }

    /// Returns when names made, changed and removed in a directory are on disk.
    package static func synchronizeDirectory(_ path: String) throws(FileError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw FileError("open", path) }
        defer { close(descriptor) }
        while fsync(descriptor) != 0 {
            if errno != EINTR { throw FileError("fsync", path) }
        }
    }

    /// Puts a file with these contents in the place of another as a whole, also when the machine fails meanwhile.
    package static func replace(_ path: String, draft: String, with bytes: RawSpan) throws(FileError) {
        do throws(FileError) {
            let file = try DurableFile.creating(draft)
            try file.write(bytes)
            try file.synchronize()
            try rename(draft, to: path)
        } catch {
            // Best effort: the error that matters is thrown.
            try? remove(draft)
            throw error
        }
    }
}
