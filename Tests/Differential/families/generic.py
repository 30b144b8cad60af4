"""What all keys have in common: names, databases, deadlines, encodings."""
from grammar import Family
from steps import Pause, Scan
from values import requests

family = Family("generic")

# Mostly 0, or keys would seldom meet.
DATABASES = [b"0", b"0", b"0", b"0", b"1", b"1", b"2", b"15"]
BAD_DATABASES = [b"16", b"-1", b"abc", b"", b"1.5", b"9223372036854775807", b"99999999999999999999", b" 1", b"01"]
PATTERNS = [b"*", b"k*", b"k?", b"n[0-3]", b"[a-c]*", b"[^k]*", b"*1", b"?", b"", b"[", b"k[1-", b"k[3-1]", b"\\*", b"k\\1",
            b"**", b"*k*", b"h*", b"lcs:*", b"{tag}*", b"missing", b"k[13]", b"[kb][0-9]", b"*\x00*", b"*[\\]]*", b"k[^1]", b"\\"]
PAUSE = Pause(0.012)


def database(g):
    return g.pick(DATABASES) if g.chance(0.93) else g.pick(BAD_DATABASES)


@family.add(6)
def del_(g):
    return [g.word(b"DEL", b"UNLINK")] + g.few(g.any_key, 1, 4)


@family.add(6)
def exists(g):
    return [g.word(b"EXISTS", b"TOUCH")] + g.few(g.any_key, 1, 4)


@family.add(8)
def set_(g):
    return [b"SET", g.key(), g.value()]


@family.add(4)
def get(g):
    return [b"GET", g.any_key()]


@family.add(6)
def type_(g):
    return [b"TYPE", g.any_key()]


@family.add(8, rigid=True)
def rename(g):
    return [g.word(b"RENAME", b"RENAMENX")] + g.key_pair()


@family.add(8, rigid=True)
def copy(g):
    return [b"COPY"] + g.key_pair() + g.options(lambda: [g.word(b"REPLACE")], lambda: [g.word(b"DB"), database(g)])


@family.add(5, rigid=True)
def move(g):
    return [b"MOVE", g.any_key(), database(g)]


@family.add(2)
def swapdb(g):
    return [b"SWAPDB", database(g), database(g)]


@family.add(3)
def select(g):
    return [b"SELECT", database(g)]


@family.add(3)
def keys(g):
    return [b"KEYS", g.pick(PATTERNS)]


@family.add(1)
def scan(g):
    options = []
    if g.chance(0.5):
        options += [g.word(b"MATCH"), g.pick(PATTERNS)]
    if g.chance(0.5):
        options += [g.word(b"COUNT"), g.pick((b"1", b"2", b"10", b"1000"))]
    if g.chance(0.3):
        options += [g.word(b"TYPE"), g.word(b"string", b"set", b"hash", b"list", b"zset", b"stream", b"nosuchtype")]
    return Scan(options)


SCAN_REFUSED = requests(b"""
    SCAN; SCAN abc; SCAN 0x; SCAN 99999999999999999999999; SCAN 0 COUNT; SCAN 0 COUNT 0;
    SCAN 0 COUNT -1; SCAN 0 COUNT abc; SCAN 0 MATCH; SCAN 0 TYPE; SCAN 0 foo bar; SCAN 0 MATCH * COUNT""") + [[b"SCAN", b" 0"]]


@family.add(2, exact=True)
def scan_refused(g):
    return g.pick(SCAN_REFUSED)


@family.add(1)
def randomkey(g):
    return [b"RANDOMKEY"]


def conditions(g):
    return g.options(lambda: [g.word(b"NX", b"XX", b"GT", b"LT")], most=2)


@family.add(8, rigid=True)
def expire(g):
    return [g.word(b"EXPIRE"), g.any_key(), g.relative_seconds()] + conditions(g)


@family.add(8, rigid=True)
def pexpire(g):
    return [g.word(b"PEXPIRE"), g.any_key(), g.relative_milliseconds()] + conditions(g)


@family.add(9, rigid=True)
def expireat(g):
    return [g.word(b"EXPIREAT"), g.any_key(), g.absolute_seconds()] + conditions(g)


@family.add(9, rigid=True)
def pexpireat(g):
    return [g.word(b"PEXPIREAT"), g.any_key(), g.absolute_milliseconds()] + conditions(g)


@family.add(8)
def ttl(g):
    return [g.word(b"TTL", b"PTTL"), g.any_key()]


@family.add(10)
def expiretime(g):
    return [g.word(b"EXPIRETIME", b"PEXPIRETIME"), g.any_key()]


@family.add(5)
def persist(g):
    return [b"PERSIST", g.any_key()]


@family.add(0.04, exact=True)
def expired(g):
    """A deadline really passes, then some command is the first to notice."""
    key, other = g.own_key("shared"), g.own_key("shared")
    notice = g.pick((
        [b"GET", key], [b"EXISTS", key, key], [b"TYPE", key], [b"TTL", key], [b"PERSIST", key], [b"APPEND", key, b"x"],
        [b"INCR", key], [b"STRLEN", key], [b"RENAME", key, other], [b"RENAMENX", key, other], [b"COPY", key, other],
        [b"SETNX", key, b"new"], [b"SET", key, b"v", b"XX"], [b"SET", key, b"v", b"NX", b"GET"], [b"GETDEL", key],
        [b"EXPIREAT", key, b"4000000000"], [b"DEL", key], [b"UNLINK", key], [b"TOUCH", key], [b"MOVE", key, b"9"],
        [b"GETSET", key, b"v"], [b"SETBIT", key, b"3", b"1"], [b"MSETNX", key, b"v"], [b"GETEX", key, b"PERSIST"],
        [b"OBJECT", b"ENCODING", key], [b"SET", key, b"v", b"KEEPTTL"], [b"KEYS", key], [b"SETRANGE", key, b"2", b"x"],
        [b"BITFIELD", key, b"INCRBY", b"u8", b"0", b"1"], [b"PFCOUNT", key], [b"PFADD", key, b"a"],
        [b"BITOP", b"NOT", other, key]))
    start = g.pick(([[b"SET", key, b"1", b"PX", b"4"]], [[b"SET", key, b"1"], [b"PEXPIRE", key, b"4"]],
                    [[b"PSETEX", key, b"4", b"1"]], [[b"SET", key, b"1"], [b"GETEX", key, b"PX", b"4"]]))
    return start + [PAUSE, notice, [b"EXISTS", key]]


@family.add(6)
def object_(g):
    word = g.word(b"ENCODING", b"ENCODING", b"REFCOUNT", b"IDLETIME", b"FREQ")
    return [g.word(b"OBJECT"), word if g.chance(0.96) else g.wrong_word(), g.any_key()]


@family.add(0.3)
def object_help(g):
    return [b"OBJECT", g.word(b"HELP")]


@family.add(3)
def dbsize(g):
    return [b"DBSIZE"]


@family.add(0.5)
def flush(g):
    args = [g.word(b"FLUSHDB", b"FLUSHDB", b"FLUSHDB", b"FLUSHALL")]
    if g.chance(0.4):
        args.append(g.word(b"ASYNC", b"SYNC") if g.chance(0.7) else g.wrong_word())
    return args
