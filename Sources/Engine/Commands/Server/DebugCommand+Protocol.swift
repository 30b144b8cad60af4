import Bytes
import Wire

/// DEBUG PROTOCOL: one reply of each type there is, for tests of clients.
extension DebugCommand {
    static let replyBuffer = DebugSubcommand(
        "replybuffer", 4 ... 4, "REPLYBUFFER RESIZING <0|1>",
        "Accepted for tests made for Redis: replies wait in chunks here, which are",
        "given back when they are sent, and there is nothing that resizes."
    ) { arguments, _, reply, _ throws(CommandError) in
        guard arguments.isWord(2, "resizing") else { throw .syntax }
        _ = try arguments.integer(3)
        reply.ok()
    }

    static let protocolTypes = DebugSubcommand(
        "protocol", 3 ... 3, "PROTOCOL <type>",
        "Answer with a test value of that type: string, integer, double, bignum,",
        "null, array, set, map, attrib, push, verbatim, true or false."
    ) { arguments, _, reply, _ throws(CommandError) in
        let knowsAll = reply.version == .resp3
        switch arguments[2].text.lowercasedASCII {
        case "string": reply.bulk("Hello World")
        case "integer": reply.integer(12345)
        case "double": reply.double(3.141)
        case "bignum": reply.bigNumber("1234567999999999999999999999999999999")
        case "null": reply.null()
        case "array":
            reply.array(3)
            for element in 0 ..< 3 { reply.integer(element) }
        case "set":
            reply.set(3)
            for element in 0 ..< 3 { reply.integer(element) }
        case "map":
            reply.map(3)
            for key in 0 ..< 3 {
                reply.integer(key)
                reply.bool(key == 1)
            }
        case "attrib":
            if knowsAll {
                reply.attribute(1)
                reply.bulk("key-popularity")
                reply.array(2)
                reply.bulk("key:123")
                reply.integer(90)
            }
            reply.bulk("Some real reply following the attribute")
        case "push":
            if !knowsAll { throw .text("ERR RESP2 is not supported by this command") }
            reply.push(2)
            reply.bulk("server-cpu-usage")
            reply.integer(42)
            reply.bulk("Some real reply following the push reply")
        case "true": reply.bool(true)
        case "false": reply.bool(false)
        case "verbatim": reply.verbatim("txt", "This is a verbatim\nstring")
        default:
            throw .text(
                "ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|"
                    + "array|set|map|attrib|push|verbatim|true|false")
        }
    }
}
