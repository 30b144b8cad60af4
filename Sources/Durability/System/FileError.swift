import Glibc

/// A system call on a file that failed: which one, on what, and the kernel's reason.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package let call: String
    package let path: String
    /// The kernel's number, `ENOSPC` and the like.
    package let code: Int32

    package init(_ call: String, _ path: String, code: Int32 = errno) {
        self.call = call
        self.path = path
        self.code = code
    }

    package var description: String { "\(call) \(path): \(reason)" }

    /// The C library's words for the error number.
    package var reason: String {
        // Safe: the library fills at most the storage it is given, and ends the text with a zero byte.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { storage in
            unsafe storage.initialize(repeating: 0)
            if unsafe strerror_r(code, storage.baseAddress!, storage.count) != 0 { return "error \(code)" }
            return unsafe String(cString: storage.baseAddress!)
        }
    }
}
