import TestSupport
import Testing

/// Behaviours of the connection and the protocol, which must be the same in memory and over a socket.
@Suite struct BothFramesTests {
    @Test(arguments: Frame.allCases) func setThenGet(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            #expect(try client.call("PING") == .simple("PONG"))
            #expect(try client.call("SET", "k", "v") == .simple("OK"))
            #expect(try client.call("GET", "k") == .bulk("v"))
            #expect(try client.call("GET", "none") == .null)
        }
    }

    @Test(arguments: Frame.allCases) func clientsShareTheKeyspaceButNotTheDatabase(_ frame: Frame) throws {
        try frame.serve { server in
            let (one, other) = (try server.client(), try server.client())
            try one.call("SET", "k", "v")
            #expect(try other.call("GET", "k") == .bulk("v"))
            try other.call("SELECT", "1")
            #expect(try other.call("GET", "k") == .null)
            #expect(try one.call("GET", "k") == .bulk("v"))
        }
    }

    @Test(arguments: Frame.allCases) func pipelineIsAnsweredInOrder(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            var requests: [UInt8] = []
            for number in 0 ..< 500 { requests += LiveClient.request("SET", "k\(number % 7)", "\(number)") }
            for number in 0 ..< 500 { requests += LiveClient.request("ECHO", "\(number)") }
            try client.write(requests)
            for _ in 0 ..< 500 { #expect(try client.read() == .simple("OK")) }
            for number in 0 ..< 500 { #expect(try client.read() == .bulk("\(number)")) }
            #expect(try client.call("GET", "k0") == .bulk("497"))
        }
    }

    @Test(arguments: Frame.allCases) func byteByByteIsTheSame(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            for byte in LiveClient.request("SET", "k", "dripped") { try client.write([byte]) }
            #expect(try client.read() == .simple("OK"))
            for byte in Array("GET k\r\n".utf8) { try client.write([byte]) }
            #expect(try client.read() == .bulk("dripped"))
        }
    }

    @Test(arguments: Frame.allCases) func inlineRequestsAreUnderstood(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            try client.write("SET k \"two words\"\r\n\r\nGET k\n")
            #expect(try client.read() == .simple("OK"))
            #expect(try client.read() == .bulk("two words"))
        }
    }

    @Test(arguments: Frame.allCases) func protocolErrorEndsTheConnection(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            try client.write("PING\r\n*1\r\n:4\r\nPING\r\n")
            let said = String(decoding: try client.readToEnd(), as: UTF8.self)
            #expect(said == "+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n")
        }
    }

    @Test(arguments: Frame.allCases) func largestArgumentIsConfigured(_ frame: Frame) throws {
        try frame.serve(["--proto-max-bulk-len", "1mb"]) { server in
            let client = try server.client()
            let largest = String(repeating: "x", count: 1 << 20)
            #expect(try client.call("SET", "k", largest) == .simple("OK"))
            #expect(try client.call("STRLEN", "k") == .integer(1 << 20))
            try client.write("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1048577\r\n")
            let said = String(decoding: try client.readToEnd(), as: UTF8.self)
            #expect(said == "-ERR Protocol error: invalid bulk length\r\n")
        }
    }

    @Test(arguments: Frame.allCases) func quitEndsTheConnection(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            try client.write("QUIT\r\nPING\r\n")
            #expect(String(decoding: try client.readToEnd(), as: UTF8.self) == "+OK\r\n")
        }
    }

    @Test(arguments: Frame.allCases) func errorsInRedisWords(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            #expect(
                try client.call("NOSUCH", "a", "b")
                    == .error("ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' "))
            #expect(try client.call("GET") == .error("ERR wrong number of arguments for 'get' command"))
            try client.call("SET", "k", "text")
            #expect(try client.call("INCR", "k") == .error("ERR value is not an integer or out of range"))
        }
    }

    @Test(arguments: Frame.allCases) func helloChoosesTheProtocol(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            let hello = try client.call("HELLO", "3", "SETNAME", "someone")
            guard case .map(let pairs) = hello else {
                Issue.record("no map: \(hello)")
                return
            }
            #expect(pairs.contains { $0.key == .bulk("proto") && $0.value == .integer(3) })
            #expect(try client.call("CLIENT", "GETNAME") == .bulk("someone"))
            #expect(try client.call("GET", "none") == .null)
            #expect(try client.call("HELLO", "4") == .error("NOPROTO unsupported protocol version"))
            #expect(try client.call("HELLO", "2").elements?.count == 14)
        }
    }

    @Test(arguments: Frame.allCases) func passwordIsAskedFor(_ frame: Frame) throws {
        try frame.serve(["--requirepass", "secret"]) { server in
            let client = try server.client()
            #expect(try client.call("GET", "k") == .error("NOAUTH Authentication required."))
            #expect(
                try client.call("AUTH", "wrong")
                    == .error("WRONGPASS invalid username-password pair or user is disabled."))
            #expect(try client.call("AUTH", "secret") == .simple("OK"))
            #expect(try client.call("GET", "k") == .null)

            let other = try server.client()
            #expect(
                try other.call("HELLO", "3", "AUTH", "default", "wrong")
                    == .error("WRONGPASS invalid username-password pair or user is disabled."))
            guard case .error(let text) = try other.call("HELLO", "3") else {
                Issue.record("HELLO without a password")
                return
            }
            #expect(text.hasPrefix("NOAUTH"))
            #expect(try other.call("HELLO", "3", "AUTH", "default", "secret").elements != nil)
            #expect(try other.call("SET", "k", "v") == .simple("OK"))
        }
    }

    @Test(arguments: Frame.allCases) func repliesCanBeSwitchedOff(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            try client.write("CLIENT REPLY OFF\r\nSET k 1\r\nINCR k\r\nCLIENT REPLY ON\r\nCLIENT REPLY SKIP\r\nINCR k\r\n")
            #expect(try client.read() == .simple("OK"))
            #expect(try client.call("GET", "k") == .bulk("3"))
        }
    }

    @Test(arguments: Frame.allCases) func resetForgetsTheSession(_ frame: Frame) throws {
        try frame.serve { server in
            let client = try server.client()
            try client.call("HELLO", "3", "SETNAME", "someone")
            try client.call("SELECT", "3")
            #expect(try client.call("RESET") == .simple("RESET"))
            #expect(try client.call("CLIENT", "GETNAME") == .null)
            try client.call("SET", "k", "v")
            #expect(try server.client().call("GET", "k") == .bulk("v"))
        }
    }
}
