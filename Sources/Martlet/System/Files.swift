import Bytes
import Engine
import Glibc

/// Reading and writing small files whole, with the system's reason when it fails.
enum Files {
    /// The system's words for the last error.
    static func reason(_ number: Int32 = errno) -> String {
        guard let text = unsafe strerror(number) else { return "errno \(number)" }
        return unsafe String(cString: text)
    }

    /// A file's bytes as text.
    static func read(_ path: String) throws(HostError) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw HostError("\(path): \(reason())") }
        defer { close(descriptor) }
        var buffer = ByteBuffer(capacity: 4096)
        while true {
            let count = unsafe buffer.fill(minimum: 4096) { unsafe Glibc.read(descriptor, $0.baseAddress!, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw HostError("\(path): \(reason())") }
            if count == 0 { return buffer.bytes.text }
        }
    }

    /// A descriptor that appends to a file, made where it is missing; negative when that fails.
    static func openForAppending(_ path: String) -> Int32 {
        unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    }

    /// Writes all of `text`; false when the system refuses.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress!, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Puts `text` in a file's place as a whole: readers see the old file or the new one, also after a crash.
    static func replace(_ path: String, with text: String) throws(HostError) {
        let draft = path + ".tmp-\(getpid())"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw HostError("\(draft): \(reason())") }
        let complete = write(text, to: descriptor) && fsync(descriptor) == 0
        let failure = errno
        close(descriptor)
        if complete, unsafe rename(draft, path) == 0 { return }
        let renameFailure = errno
        unsafe unlink(draft)
        throw HostError("\(path): \(reason(complete ? renameFailure : failure))")
    }

    static func remove(_ path: String) { unsafe _ = unlink(path) }
}

extension Files {
    /// False when the system refuses.
    static func changeDirectory(_ path: String) -> Bool { unsafe chdir(path) == 0 }

    static func currentDirectory() -> String {
        var buffer = ByteBuffer(capacity: 4096)
        _ = unsafe buffer.fill(minimum: 4096) { space in
            guard let path = unsafe getcwd(space.baseAddress!.assumingMemoryBound(to: CChar.self), space.count) else {
                return 0
            }
            return unsafe strlen(path)
        }
        return buffer.bytes.text
    }

    static func readStandardInput() -> String {
        var buffer = ByteBuffer(capacity: 4096)
        while true {
            let count = unsafe buffer.fill(minimum: 4096) { unsafe Glibc.read(0, $0.baseAddress!, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return buffer.bytes.text }
        }
    }

    /// The files that match a shell pattern, in order.
    static func matching(_ pattern: String) -> [String] {
        var list = unsafe glob_t()
        // Safe: the library's list is copied before it is freed.
        defer { unsafe globfree(&list) }
        guard unsafe glob(pattern, 0, nil, &list) == 0 else { return [] }
        return unsafe (0 ..< Int(list.gl_pathc)).compactMap { index in
            unsafe list.gl_pathv[index].map { unsafe String(cString: $0) }
        }
    }
}
