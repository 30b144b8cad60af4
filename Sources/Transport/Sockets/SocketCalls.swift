import Bytes
import CSystem
import Glibc

/// The calls made on a connected socket, in Swift's terms. Nothing else in this module reads or writes a socket.
enum SocketCalls {
    /// What one receive or send came to.
    enum Outcome {
        case bytes(Int)
        /// Nothing to read, or no room to write, until the kernel says so.
        case wouldBlock
        case failed(Int32)

        @inline(__always)
        init(_ result: Int) {
            if result >= 0 {
                self = .bytes(result)
            } else {
                let code = errno
                self = code == EAGAIN || code == EWOULDBLOCK ? .wouldBlock : .failed(code)
            }
        }
    }

    /// One receive; again only if a signal came between.
    @inline(__always)
    static func receive(_ descriptor: Int32, into memory: UnsafeMutableRawBufferPointer) -> Outcome {
        while true {
            let result = unsafe recv(descriptor, memory.baseAddress, memory.count, 0)
            if result >= 0 || errno != EINTR { return Outcome(result) }
        }
    }

    /// One send of the pieces given: `send` for one, a gathering `sendmsg` for more. A peer that has gone is an
    /// error, never a SIGPIPE.
    @inline(__always)
    static func send(_ descriptor: Int32, _ pieces: UnsafeMutableBufferPointer<iovec>) -> Outcome {
        while true {
            let result: Int
            if pieces.count == 1 {
                let piece = unsafe pieces[0]
                result = unsafe Glibc.send(descriptor, piece.iov_base, piece.iov_len, Int32(MSG_NOSIGNAL))
            } else {
                var message = unsafe msghdr()
                unsafe message.msg_iov = pieces.baseAddress
                unsafe message.msg_iovlen = pieces.count
                result = unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
            }
            if result >= 0 || errno != EINTR { return Outcome(result) }
        }
    }

    /// Sends a line to a client that is not wanted, as far as it goes without waiting, and hangs up.
    static func refuse(_ descriptor: Int32, _ text: StaticString) {
        // Safe: a static string is `utf8CodeUnitCount` bytes at `utf8Start`, for ever.
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        _ = unsafe Glibc.send(descriptor, text.utf8Start, text.utf8CodeUnitCount, flags)
        close(descriptor, afterReplies: true)
    }

    /// Closes a socket. With `afterReplies`, input that was never read is thrown away first: the kernel resets a
    /// connection that is closed with unread bytes, and a reset can overtake the last reply.
    static func close(_ descriptor: Int32, afterReplies: Bool) {
        if afterReplies {
            _ = shutdown(descriptor, Int32(SHUT_WR))
            unsafe withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 16) { scratch in
                for _ in 0 ..< 64 {
                    let flags = Int32(MSG_DONTWAIT)
                    if unsafe recv(descriptor, scratch.baseAddress, scratch.count, flags) <= 0 { break }
                }
            }
        }
        // Not repeated on EINTR: Linux has released the number by then, and another thread may own it already.
        _ = Glibc.close(descriptor)
    }
}
