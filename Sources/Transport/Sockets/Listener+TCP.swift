import CSystem
import Glibc

/// What became of listening on several addresses.
package struct Listening: Sendable {
    package var listeners: [Listener] = []
    /// Addresses that this machine does not have and that were marked as optional, or whose protocol it lacks, and why.
    package var skipped: [ListenError] = []
}

/// An address that could not be listened on.
package struct ListenError: Error, Sendable, CustomStringConvertible {
    /// As it was given, with the port: `*:6379`.
    package let address: String
    package let cause: SystemError

    package var description: String { "\(address): \(cause)" }
}

extension Listener {
    /// Listens on each of `addresses`: numeric IPv4 or IPv6, a host's name, `*` for all of IPv4, `::*` (or `::`) for all
    /// of IPv6. A leading `-` says that the machine need not have the address. All or nothing otherwise.
    package static func tcp(
        _ addresses: [String], port: Int, backlog: Int, keepAlive: Int = 0, service: Int = 0
    ) throws(ListenError) -> Listening {
        var result = Listening()
        for text in addresses {
            let isOptional = text.hasPrefix("-")
            let host = isOptional ? String(text.dropFirst()) : text
            do {
                let listener = try tcp(host: host, port: port, backlog: backlog, service: service)
                try listener.setKeepAlive(keepAlive)
                result.listeners.append(listener)
            } catch {
                let failure = ListenError(address: "\(host):\(port)", cause: error)
                if !(isOptional && error.code == EADDRNOTAVAIL), !lacksProtocol(error.code) { throw failure }
                result.skipped.append(failure)
            }
        }
        return result
    }

    /// Whether an error says that the machine does not speak the address's protocol at all, as one without IPv6.
    private static func lacksProtocol(_ code: Int32) -> Bool {
        [ENOPROTOOPT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPFNOSUPPORT, EAFNOSUPPORT].contains(code)
    }

    private static func tcp(host: String, port: Int, backlog: Int, service: Int) throws(SystemError) -> Listener {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = host.utf8.contains(UInt8(ascii: ":")) ? AF_INET6 : AF_INET
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let name = host == "*" || host == "::*" ? nil : host
        // Safe: the list is the library's until freeaddrinfo, and nothing of it is kept.
        let code = unsafe getaddrinfo(name, String(port), &hints, &list)
        if code != 0 { throw SystemError("getaddrinfo", code: code == EAI_SYSTEM ? errno : EADDRNOTAVAIL) }
        defer { unsafe freeaddrinfo(list) }
        var failure = SystemError("getaddrinfo", code: EADDRNOTAVAIL)
        var entry = unsafe list
        while let candidate = unsafe entry?.pointee {
            do {
                return try unsafe listen(on: candidate, backlog: backlog, service: service)
            } catch {
                failure = error
            }
            unsafe entry = candidate.ai_next
        }
        throw failure
    }

    private static func listen(
        on candidate: addrinfo, backlog: Int, service: Int
    ) throws(SystemError) -> Listener {
        let descriptor = try unsafe open(candidate.ai_family)
        do throws(SystemError) {
            if unsafe candidate.ai_family == AF_INET6 {
                // IPv4 has a socket of its own; without this the two could not share a port.
                try set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
            }
            // A restart must not wait for the old connections' TIME_WAIT to pass.
            try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            try set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            // Safe: address and length are the resolver's.
            if unsafe bind(descriptor, candidate.ai_addr, candidate.ai_addrlen) != 0 { throw SystemError("bind") }
            if Glibc.listen(descriptor, Int32(clamping: backlog)) != 0 { throw SystemError("listen") }
            guard let address = SocketAddress(localOf: descriptor) else { throw SystemError("getsockname") }
            return Listener(descriptor: descriptor, address: address, path: "", service: service, file: nil)
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
    }

    static func open(_ family: Int32) throws(SystemError) -> Int32 {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(family, Int32(type), 0)
        if descriptor < 0 { throw SystemError("socket") }
        return descriptor
    }
}
