"""Client-side caching: what clients are told about keys that they have read, or whose names begin with what they asked for.

Left out is what differs by decision: SWAPDB, after which Redis tells nobody; a client in NOLOOP mode that comes upon a key
past its deadline, of which Redis does not tell it; and tracking that ends with its last client, whose keys Redis keeps.
"""
from conversation import Conversation
from grammar import Family

family = Family("tracking", foreign=False)

# Who is who in a conversation.
READER, WRITER, TARGET, HOLDER = range(4)
KEYS = [b"a", b"b", b"ab", b"abc", b"user:1", b"user:2", b"obj:1", b"", b"\x00\xff\r\n", b"long" * 80]
PREFIXES = [b"a", b"user:", b"obj:", b"user:1", b"", b"zzz", b"long"]


def key(g):
    return g.pick(KEYS)


def reading(g):
    k = key(g)
    return g.pick((
        [b"GET", k], [b"GET", k], [b"GET", k], [b"MGET", k, key(g), key(g)], [b"EXISTS", k, key(g)], [b"STRLEN", k],
        [b"TYPE", k], [b"GETRANGE", k, b"0", b"2"], [b"BITCOUNT", k], [b"PFCOUNT", k], [b"TOUCH", k], [b"EXPIRETIME", k],
        [b"GET", k, b"too", b"many"], [b"GETBIT", k, b"1"], [b"OBJECT", b"ENCODING", k], [b"LCS", k, key(g)]))


def writing(g):
    k = key(g)
    return g.pick((
        [b"SET", k, g.text(0, 99)], [b"SET", k, b"1"], [b"INCR", k], [b"APPEND", k, b"1"], [b"MSET", k, b"1", key(g), b"2"],
        [b"MSETNX", k, b"1", key(g), b"2"], [b"DEL", k, key(g)], [b"RENAME", k, key(g)], [b"COPY", k, key(g), b"REPLACE"],
        [b"EXPIREAT", k, b"5000000000"], [b"PERSIST", k], [b"SETBIT", k, b"3", b"1"], [b"GETDEL", k], [b"GETSET", k, b"9"],
        [b"SETRANGE", k, b"1", b"x"], [b"PFADD", k, b"x"], [b"MOVE", k, b"1"], [b"SET", k, b"1", b"NX"],
        [b"GETEX", k, b"EXAT", b"5000000000"], [b"INCRBYFLOAT", k, b"0.5"], [b"EXPIREAT", k, b"1"], [b"UNLINK", k],
        [b"BITOP", b"OR", k, key(g), key(g)], [b"SELECT", b"0"], [b"PING"]))


def mode(g, redirects):
    """CLIENT TRACKING with options that go together, mostly."""
    options = g.options(lambda: [g.word(b"NOLOOP")], lambda: [b"REDIRECT", b"{id:%d}" % TARGET] if redirects else [],
                        lambda: [g.word(b"OPTIN", b"OPTOUT")])
    if g.chance(0.4):
        options = [o for o in options if o.upper() not in (b"OPTIN", b"OPTOUT")] + [g.word(b"BCAST")]
        # Redis 7.0 overlooks an overlap beyond the first prefix, and sends an error and an OK.
        for prefix in g.few(lambda: g.pick(PREFIXES), 0, 2):
            options += [g.word(b"PREFIX"), prefix]
    return [b"CLIENT", b"TRACKING", g.word(b"ON")] + options


def expiring(g, g_reads):
    """A deadline passes before the key is read again."""
    k = key(g)
    return [(WRITER, [b"SET", k, b"1", b"PX", b"40"]), (READER, [b"GET", k]), 0.045, (g_reads, [b"GET", k])]


def lines_of(g, redirects):
    lines = [(HOLDER, [b"CLIENT", b"TRACKING", b"ON"]), (READER, mode(g, redirects))]
    for _ in range(g.between(5, 40)):
        luck = g.random()
        if luck < 0.42:
            lines.append((READER, reading(g)))
        elif luck < 0.72:
            lines.append((WRITER, writing(g)))
        elif luck < 0.83:
            lines.append((READER, writing(g)))
        elif luck < 0.89:
            lines.append((READER, [b"CLIENT", b"CACHING", g.word(b"YES", b"NO")]))
        elif luck < 0.92:
            lines += [(READER, [b"CLIENT", b"TRACKING", b"OFF"]), (READER, mode(g, redirects))]
        elif luck < 0.94:
            lines.append((READER, [b"CLIENT", b"TRACKINGINFO"]))
        elif luck < 0.955:
            lines.append((WRITER, mode(g, redirects)))
        elif luck < 0.97:
            lines.append((g.pick((READER, WRITER)), [g.word(b"FLUSHALL", b"FLUSHDB")]))
        elif luck < 0.98:
            lines += [(READER, [b"MULTI"]), (READER, reading(g)), (READER, writing(g)), (READER, reading(g)),
                      (READER, [b"EXEC"])]
        elif luck < 0.99:
            lines += expiring(g, WRITER)
        else:
            lines.append((READER, [b"HELLO", b"3"]))
    return lines


def steady(lines):
    """Keys past their deadlines go when they are come upon, and not in the background."""
    return ([(WRITER, [b"DEBUG", b"SET-ACTIVE-EXPIRE", b"0"])] + lines
            + [(WRITER, [b"DEBUG", b"SET-ACTIVE-EXPIRE", b"1"])])


def without_hello(lines):
    """The answer to HELLO has the server's version."""
    return [line for line in lines if not isinstance(line, tuple) or line[1] is None or line[1][0] != b"HELLO"]


@family.add(4, exact=True)
def resp3(g):
    """A reader that is told itself, or has another client told."""
    return Conversation((3, 3, 3, 3), steady(without_hello(lines_of(g, g.chance(0.3)))), (READER, WRITER, TARGET), "tracking")


@family.add(1, exact=True)
def broken(g):
    """The client that is told in the reader's place goes away."""
    lines = lines_of(g, True)
    at = g.between(2, len(lines))
    later = [line for line in lines[at:] if not isinstance(line, tuple) or b"{id:%d}" % TARGET not in (line[1] or ())]
    lines = lines[:at] + [(TARGET, None)] + later
    return Conversation((3, 3, 3, 3), steady(without_hello(lines)), (READER, WRITER), "broken redirection")


@family.add(2, exact=True)
def resp2(g):
    """RESP2: the client that is told is one that subscribed."""
    lines = [(TARGET, [b"SUBSCRIBE", b"__redis__:invalidate"])] + without_hello(lines_of(g, True))
    return Conversation((2, 2, 2, 3), steady(lines), (READER, WRITER, TARGET), "tracking by RESP2")


@family.add(1, exact=True)
def plain(g):
    """What the same keys are for everybody else."""
    return writing(g) if g.chance(0.5) else reading(g)
