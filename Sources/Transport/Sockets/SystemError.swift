import Glibc

/// A system call that failed: which one, and the kernel's reason. It prints as the logs of network servers have it,
/// `bind: Address already in use`.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package let call: String
    /// The kernel's number, `EADDRINUSE` and the like.
    package let code: Int32

    package init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    package var description: String { "\(call): \(SystemError.text(of: code))" }

    /// The C library's words for an error number.
    package static func text(of code: Int32) -> String {
        // Safe: the library fills at most the storage it is given, and ends the text with a zero byte.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { storage in
            unsafe storage.initialize(repeating: 0)
            if unsafe strerror_r(code, storage.baseAddress!, storage.count) != 0 { return "error \(code)" }
            return unsafe String(cString: storage.baseAddress!)
        }
    }
}
