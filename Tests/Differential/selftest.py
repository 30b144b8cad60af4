"""Tests of the tester. A comparison that finds nothing proves something only if it would have found a fault."""
import io

import proxy
import wire
from compare import same
from duel import Duel
from families import FAMILIES
from runner import Options, Runner
from servers import Server
from steps import Command, Session

REPLIES = [b"+OK\r\n", b"-ERR x\r\n", b":1\r\n", b"$-1\r\n", b"$0\r\n\r\n", b"$5\r\na\r\nbc\r\n", b"*-1\r\n", b"*0\r\n",
           b"*2\r\n:1\r\n$1\r\nx\r\n", b"*2\r\n*1\r\n$-1\r\n*0\r\n", b"_\r\n", b"#t\r\n", b",3.14\r\n", b"(123\r\n",
           b"=7\r\ntxt:a\r\n\r\n", b"~1\r\n:1\r\n", b"%1\r\n+a\r\n:1\r\n",
           b"|1\r\n+a\r\n*1\r\n:1\r\n$1\r\nx\r\n", b">1\r\n+a\r\n+OK\r\n"]
NO_REPLIES = [b"OK\r\n", b"?\r\n", b"$x\r\n", b"*1x\r\n:1\r\n", b"$1\r\nabc", b"\x00\r\n", b"*1\r\n!\r\n"]

# (words, the reference's answer, the candidate's, whether they count as the same)
COMPARISONS = [
    (b"GET k", b"$1\r\na\r\n", b"$1\r\na\r\n", True),
    (b"GET k", b"$1\r\na\r\n", b"+a\r\n", False),
    (b"GET k", b"$-1\r\n", b"_\r\n", False),
    (b"TTL k", b":1000\r\n", b":999\r\n", True),
    (b"TTL k", b":1000\r\n", b":100\r\n", False),
    (b"TTL k", b":-1\r\n", b":-2\r\n", False),
    (b"TTL k", b":0\r\n", b":-2\r\n", False),
    (b"TTL k", b":5\r\n", b"-ERR\r\n", False),
    (b"PTTL k", b":1000000\r\n", b":990000\r\n", True),
    (b"EXPIRETIME k", b":1700000000\r\n", b":1700000001\r\n", True),
    (b"EXPIRETIME k", b":4000000000\r\n", b":4000000001\r\n", False),
    (b"PEXPIRETIME k", b":4000000000000\r\n", b":4000000000001\r\n", False),
    (b"PEXPIRETIME k", b":-1\r\n", b":-2\r\n", False),
    (b"KEYS *", b"*2\r\n$1\r\na\r\n$1\r\nb\r\n", b"*2\r\n$1\r\nb\r\n$1\r\na\r\n", True),
    (b"KEYS *", b"*2\r\n$1\r\na\r\n$1\r\nb\r\n", b"*2\r\n$1\r\na\r\n$1\r\na\r\n", False),
    (b"KEYS *", b"*0\r\n", b"~0\r\n", False),
    (b"MGET a b", b"*2\r\n$1\r\na\r\n$1\r\nb\r\n", b"*2\r\n$1\r\nb\r\n$1\r\na\r\n", False),
    (b"RANDOMKEY", b"$1\r\na\r\n", b"$1\r\nb\r\n", True),
    (b"RANDOMKEY", b"$1\r\na\r\n", b"$-1\r\n", False),
    (b"TIME", b"-ERR a\r\n", b"-ERR b\r\n", False),
    (b"CLIENT ID", b":1\r\n", b":7\r\n", True),
    (b"client id", b":1\r\n", b"$1\r\n7\r\n", False),
    (b"CONFIG GET x", b"*4\r\n+a\r\n+1\r\n+b\r\n+2\r\n", b"*4\r\n+b\r\n+2\r\n+a\r\n+1\r\n", True),
    (b"CONFIG GET x", b"*4\r\n+a\r\n+1\r\n+b\r\n+2\r\n", b"*4\r\n+b\r\n+1\r\n+a\r\n+2\r\n", False),
    (b"CLIENT HELP", b"*1\r\n+a\r\n", b"*2\r\n+new\r\n+a\r\n", True),
    (b"CLIENT HELP", b"*2\r\n+b\r\n+a\r\n", b"*1\r\n+a\r\n", False),
    (b"OBJECT HELP", b"*1\r\n+a\r\n", b"*2\r\n+a\r\n+new\r\n", False),
    (b"HELLO", b"%2\r\n+id\r\n:1\r\n+proto\r\n:3\r\n", b"%2\r\n+id\r\n:2\r\n+proto\r\n:3\r\n", True),
    (b"HELLO", b"%2\r\n+id\r\n:1\r\n+proto\r\n:3\r\n", b"%2\r\n+id\r\n:2\r\n+proto\r\n:2\r\n", False),
    (b"INFO x", b"$20\r\ndb0:keys=1,avg_ttl=5\r\n", b"$20\r\ndb0:keys=1,avg_ttl=6\r\n", True),
    (b"INFO x", b"$20\r\ndb0:keys=1,avg_ttl=5\r\n", b"$20\r\ndb0:keys=2,avg_ttl=5\r\n", False),
]


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def __call__(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED: %s" % what, flush=True)


def check_wire(check):
    for reply in REPLIES:
        check(wire.reply_end(reply, 0) == len(reply), "the end of %r" % reply)
        check(wire.reply_end(b"+x\r\n" + reply + b"+y\r\n", 4) == 4 + len(reply), "%r between others" % reply)
        check(all(wire.reply_end(reply[:n], 0) == -1 for n in range(len(reply))), "a beginning of %r is not whole" % reply)
        check(isinstance(wire.tree(reply), tuple), "a tree of %r" % reply)
    for bytes_ in NO_REPLIES:
        try:
            wire.reply_end(bytes_, 0)
            check(False, "%r is taken for a reply" % bytes_)
        except wire.WireError:
            check(True, "")
    check(wire.split(b"".join(REPLIES) + b"$3\r\nab") == (REPLIES, b"$3\r\nab"), "splitting a stream")
    check(wire.encode([b"GET", b""]) == b"*2\r\n$3\r\nGET\r\n$0\r\n\r\n", "encoding a request")


def check_comparisons(check):
    for words, expected, actual, equal in COMPARISONS:
        expected, actual = _sized(expected), _sized(actual)
        check(same(Command(words.split()), expected, actual) == equal, "%r: %r and %r" % (words, expected, actual))
    session = Session([b""], "HELLO")
    reply = b"*4\r\n$2\r\nid\r\n:%d\r\n$5\r\nproto\r\n:%d\r\n+PONG\r\n"
    check(same(session, reply % (1, 2), reply % (9, 2)), "a session's connection number is its own")
    check(not same(session, reply % (1, 2), reply % (1, 3)), "a session's protocol is not")


def _sized(reply):
    """INFO's texts above are written without counting their bytes."""
    if not reply.startswith(b"$20"):
        return reply
    text = reply[5:-2]
    return b"$%d\r\n%b\r\n" % (len(text), text)


# (fault, families, whether a replay shows it again, the most steps a reproduction may have)
FAULTS = [
    (proxy.FlipByte, "string", True, 2),
    (proxy.LoseWrite, "string", True, 3),
    (proxy.HangUp, "string", True, 1),
    (proxy.Die, "string", True, 1),
    (proxy.AnswerTwice, "string", True, 1),
    (proxy.Silence, "string", True, 1),
    (proxy.FlipOnce, "bitmap", False, 0),
]


def options(seed, count):
    chosen = Options()
    chosen.seed, chosen.count, chosen.shrink = seed, count, True
    return chosen


def check_faults(check, binary, ports):
    oracle, backend = Server(binary, "redis", ports), Server(binary, "behind", ports)
    try:
        oracle.start()
        backend.start()
        free = ports[-len(FAULTS) - 1:]     # the far end: a server that is started again takes the first free one
        for number, (kind, family, repeats, most) in enumerate(FAULTS):
            liar = proxy.Proxy(backend, kind(backend) if kind is proxy.Die else kind(), free[number])
            print("\n--- a server with the fault %s: %s" % (kind.__name__, kind.__doc__.split(".")[0]), flush=True)
            runner = Runner(Duel(oracle, liar, patience=0.5), [FAMILIES[family]], options(number, 20_000))
            check(not runner.run() and runner.failed == 1, "%s is not noticed" % kind.__name__)
            signature, steps = (runner.minimal or [(None, None)])[0]
            if repeats:
                check(steps is not None and 1 <= len(steps) <= most, "%s is shrunk to %s steps, not to %d" % (
                    kind.__name__, steps and len(steps), most))
            else:
                check(signature is not None and steps is None, "%s cannot be repeated, and that is not said" % kind.__name__)
            liar.stop()
        honest = proxy.Proxy(backend, proxy.Fault(), free[len(FAULTS)])
        quiet = Runner(Duel(oracle, honest), [FAMILIES["string"], FAMILIES["bitmap"]], options("honest", 6_000), out=io.StringIO())
        check(quiet.run() and quiet.failed == 0, "the proxy itself makes a difference")
        honest.stop()
    finally:
        oracle.stop()
        backend.stop()


def run(binary, ports):
    check = Checks()
    check_wire(check)
    check_comparisons(check)
    check_faults(check, binary, list(ports))
    print("\nself-test")
    print("%d passed, %d failed" % (check.passed, check.failed))
    return 1 if check.failed else 0
