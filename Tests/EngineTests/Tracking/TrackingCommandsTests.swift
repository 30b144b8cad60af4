import TestSupport
import Testing

@testable import Engine

/// What the commands of client-side caching refuse, and show.
@Suite struct TrackingCommandsTests {
    let server = MemoryServer()
    let client: MemoryClient

    init() { client = server.connect() }

    func send(_ line: String) -> String {
        let reply = client.send(words: line.split(separator: " ").map(String.init)).replacing("\r\n", with: " ")
        return reply.hasSuffix(" ") ? String(reply.dropLast()) : reply
    }

    /// What a script has read are the keys that it was called with, once it reads anything.
    @Test func aScriptHasReadItsKeys() {
        server.send("SET", "k3", "v")
        #expect(send("CLIENT TRACKING ON NOLOOP") == "+OK")
        let tracked = { server.engine.core.context.tracking.keyCount }
        for script in ["redis.call('set','k3','w')", "redis.call('ping')"] {
            client.send("EVAL", script, "2", "k1", "k2")
        }
        client.send("EVAL_RO", "redis.call('ping')", "2", "k1", "k2")
        #expect(tracked() == 0)
        client.send("EVAL", "redis.call('get','k3')", "2", "k1", "k2")
        #expect(tracked() == 2)
        server.engine.checkInvariants()
    }

    @Test(arguments: [
        ("CLIENT TRACKING MAYBE", "-ERR syntax error"),
        ("CLIENT TRACKING ON FOO", "-ERR syntax error"),
        ("CLIENT TRACKING ON REDIRECT", "-ERR syntax error"),
        ("CLIENT TRACKING ON PREFIX", "-ERR syntax error"),
        ("CLIENT TRACKING MAYBE REDIRECT 999", "-ERR The client ID you want redirect to does not exist"),
        ("CLIENT TRACKING ON REDIRECT abc", "-ERR value is not an integer or out of range"),
        ("CLIENT TRACKING ON REDIRECT 0", "-ERR The client ID you want redirect to does not exist"),
        ("CLIENT TRACKING ON REDIRECT 1 REDIRECT 1", "-ERR A client can only redirect to a single other client"),
        ("CLIENT TRACKING ON PREFIX a", "-ERR PREFIX option requires BCAST mode to be enabled"),
        ("CLIENT TRACKING ON BCAST OPTIN", "-ERR OPTIN and OPTOUT are not compatible with BCAST"),
        ("CLIENT TRACKING ON BCAST OPTOUT", "-ERR OPTIN and OPTOUT are not compatible with BCAST"),
        ("CLIENT TRACKING ON OPTIN OPTOUT", "-ERR You can't specify both OPTIN mode and OPTOUT mode"),
        (
            "CLIENT TRACKING ON BCAST PREFIX foobar PREFIX foo",
            "-ERR Prefix 'foobar' overlaps with another provided prefix 'foo'. Prefixes for a single client must not overlap."
        ),
        (
            "CLIENT TRACKING ON BCAST PREFIX x PREFIX foo PREFIX foobar",
            "-ERR Prefix 'foo' overlaps with another provided prefix 'foobar'. Prefixes for a single client must not overlap."
        ),
        ("CLIENT TRACKING OFF PREFIX a NOLOOP", "+OK"),
        (
            "CLIENT CACHING YES",
            "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled"
        ),
        ("CLIENT GETREDIR", ":-1"),
        ("CLIENT TRACKINGINFO", "*6 $5 flags *1 $3 off $8 redirect :-1 $8 prefixes *0"),
        ("CLIENT TRACKING", "-ERR wrong number of arguments for 'client|tracking' command"),
    ])
    func withoutTracking(_ line: String, _ reply: String) { #expect(send(line) == reply) }

    @Test func modesAreNotSwitchedWhileTracking() {
        #expect(send("CLIENT TRACKING ON") == "+OK")
        let bcast =
            "-ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a "
            + "different mode."
        #expect(send("CLIENT TRACKING ON BCAST") == bcast)
        #expect(send("CLIENT TRACKING ON OPTIN") == "+OK")
        let opt =
            "-ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a "
            + "different mode."
        #expect(send("CLIENT TRACKING ON OPTOUT") == opt)
        #expect(send("CLIENT CACHING NO") == "-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.")
        #expect(send("CLIENT CACHING MAYBE") == "-ERR syntax error")
        #expect(send("CLIENT CACHING YES") == "+OK")
        #expect(
            send("CLIENT TRACKINGINFO")
                == "*6 $5 flags *3 $2 on $5 optin $11 caching-yes $8 redirect :0 $8 prefixes *0")
        #expect(send("CLIENT TRACKING OFF") == "+OK")
        #expect(send("CLIENT TRACKING ON OPTOUT NOLOOP") == "+OK")
        #expect(send("CLIENT CACHING YES") == "-ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.")
        #expect(
            send("CLIENT TRACKINGINFO") == "*6 $5 flags *3 $2 on $6 optout $6 noloop $8 redirect :0 $8 prefixes *0")
    }

    @Test func prefixesAddUpAndDoNotOverlap() {
        #expect(send("CLIENT TRACKING ON BCAST PREFIX foo PREFIX bar") == "+OK")
        #expect(
            send("CLIENT TRACKING ON BCAST PREFIX fo")
                == "-ERR Prefix 'fo' overlaps with an existing prefix 'foo'. Prefixes for a single client must not overlap.")
        #expect(send("CLIENT TRACKING ON BCAST PREFIX c") == "+OK")
        #expect(
            send("CLIENT TRACKINGINFO")
                == "*6 $5 flags *2 $2 on $5 bcast $8 redirect :0 $8 prefixes *3 $3 bar $1 c $3 foo")
        #expect(send("CLIENT TRACKING OFF") == "+OK")
        #expect(send("CLIENT TRACKING ON BCAST") == "+OK")
        #expect(send("CLIENT TRACKINGINFO") == "*6 $5 flags *2 $2 on $5 bcast $8 redirect :0 $8 prefixes *1 $0 ")
    }
}
