"""Requests below the level of commands: inline ones, and those that break the protocol, on connections of their own.

A server answers a broken request once and closes. Cutting the bytes at random places must never change an answer, so
some sessions are sent in pieces.
"""
from steps import Session

PING = b"*1\r\n$4\r\nPING\r\n"
INLINE = [b"PING", b"ping", b"  PING  ", b"PING hello", b'PING "hello world"', b"PING 'single'", b'PING "a\\nb\\x41\\t\\"q\\""',
          b"PING 'it\\'s'", b"PING 'no\\nescape'", b'PING ""', b"PING ''", b"ECHO \xff\x01", b"SET k0 inline", b"GET k0", b"",
          b"   ", b"\t", b'"PING"', b"NOSUCH a b", b"GET", b"EXISTS k0 k1", b"PING a b c", b"SELECT 1", b"$4", b"PING\tx",
          b'PING "\\x4"', b'PING "\\xzz"', b"GET k0 ", b"ping\x0b", b"+OK", b":1", b"-ERR", b"PING \"a\"", b"DBSIZE extra"]
UNBALANCED = [b'PING "open', b"PING 'open", b'PING "a"b', b"PING 'a'b", b'PING "a\\"', b"PING '", b'SET k0 "', b'"']
# A browser that was pointed at the port: closed without a word. Answers to earlier requests may or may not have left by
# then, so these come first.
CROSS_PROTOCOL = [b"POST / HTTP/1.1", b"Host: localhost", b"post", b"HOST: x"]

BROKEN = [b"*abc\r\n", b"*\r\n", b"*1.5\r\n", b"* 1\r\n", b"*+1\r\n", b"*01\r\n", b"*2147483648\r\n", b"*9223372036854775807\r\n",
          b"*99999999999999999999\r\n", b"*-\r\n", b"*1\r\nPING\r\n", b"*1\r\n:4\r\n", b"*1\r\n*1\r\n", b"*1\r\n+PING\r\n",
          b"*1\r\n\r\n", b"*1\r\n$abc\r\n", b"*1\r\n$\r\n", b"*1\r\n$-1\r\n", b"*1\r\n$-2\r\n", b"*1\r\n$+4\r\nPING\r\n",
          b"*1\r\n$04\r\nPING\r\n", b"*1\r\n$ 4\r\nPING\r\n", b"*1\r\n$4 \r\nPING\r\n", b"*1\r\n$536870913\r\n",
          b"*1\r\n$9223372036854775808\r\n", b"*2\r\n$4\r\nECHO\r\n-1\r\n", b"*2\r\n$4\r\nECHO\r\n$\xff\r\n", b"*1\r\n\x00\r\n",
          b"*\x00\r\n", b"*1\r\n\xff4\r\n"]
# Not broken: counts of nothing are skipped, and what is incomplete at the end of stream is dropped.
EMPTY = [b"*0\r\n", b"*-1\r\n", b"*-5\r\n", b"\r\n", b"\n", b"\r\n\r\n"]
INCOMPLETE = [b"*", b"*1", b"*1\r", b"*1\r\n", b"*1\r\n$", b"*1\r\n$4", b"*1\r\n$4\r\n", b"*1\r\n$4\r\nPI", b"*1\r\n$4\r\nPING",
              b"*1\r\n$4\r\nPING\r", b"*2\r\n$4\r\nPING\r\n", b"PING", b"PI", b"$", b"*-1", b"*1\r\n$536870912\r\nx"]
INLINE_LIMIT = 64 * 1024


def in_pieces(g, data):
    """Cut at random places; the kernel may glue the pieces together again, or not."""
    cuts = sorted(g.between(0, len(data)) for _ in range(g.between(0, 3)))
    edges = [0] + cuts + [len(data)]
    return [data[a:b] for a, b in zip(edges, edges[1:]) if a < b]


def inline_session(g):
    lines = []
    for _ in range(g.between(1, 6)):
        line = g.pick(INLINE)
        lines.append(PING if g.chance(0.1) else line + g.pick((b"\r\n", b"\r\n", b"\n")))
    if g.chance(0.15):
        lines.append(g.pick(UNBALANCED) + b"\r\n")
    if g.chance(0.08):
        lines.insert(0, g.pick(CROSS_PROTOCOL) + b"\r\n")
    return Session(in_pieces(g, b"".join(lines) + PING), "inline")


def too_long(g):
    """Lines that never end: refused once more than 64 KB have come without one."""
    start = g.pick((b"PING ", b"*1\r\n$", b"*"))
    return start + b"1" * (INLINE_LIMIT + 1000)


def broken_session(g):
    data = b"".join(g.pick(EMPTY) if g.chance(0.3) else PING for _ in range(g.between(0, 3)))
    luck = g.random()
    if luck < 0.7:
        return Session(in_pieces(g, data + g.pick(BROKEN) + PING), "broken request")
    if luck < 0.95:
        return Session(in_pieces(g, data + g.pick(INCOMPLETE)), "incomplete request")
    return Session([data + too_long(g)], "endless line")
