"""Hashes, small and large: fields one by one, as numbers, all of them, chosen at random; encodings and thresholds."""
from grammar import Family
from steps import Scan
from values import requests

family = Family("hash", prologue=[[b"CONFIG", b"SET", b"hash-max-listpack-entries", b"128"],
                                  [b"CONFIG", b"SET", b"hash-max-listpack-value", b"64"]])

# Fields meet each other often; some are numbers only to the eye.
NAMES = [b"", b"a", b"b", b"-0", b"01", b"+1", b" 1", b"1.0", b"\x00", b"\xff\xfe", b"a\r\nb", b"99999999999999999999",
         b"9223372036854775807", b"-9223372036854775808", b"x" * 63, b"x" * 64, b"x" * 65, b"y" * 255, b"y" * 256, b"y" * 3000]
EDGES = [b"v" * n for n in (63, 64, 65, 127, 128, 470, 490, 500, 510, 4095, 4096)] + [b"1" * 19, b"1" * 20, b"-4096", b"4095", b"4096",
         b"-4097", b"127", b"128", b"8388607", b"8388608", b"-8388609", b"2147483648", b"-2147483649"]
PATTERNS = [b"*", b"f*", b"f:1?", b"[0-4]*", b"-*", b"a", b"", b"*\x00*", b"nothing*", b"1"]


def name(g):
    luck = g.random()
    if luck < 0.35:
        return g.text(-5, 25)
    if luck < 0.85:
        return b"f:%d" % g.between(0, 30)
    return g.pick(NAMES) if luck < 0.98 else g.value()


def value(g):
    luck = g.random()
    if luck < 0.3:
        return g.text(-200, 200)
    if luck < 0.6:
        return g.short()
    if luck < 0.95:
        return g.pick(EDGES) if g.chance(0.2) else g.float()
    return g.value()


def pairs(g, low, high):
    return [word for _ in range(g.between(low, high)) for word in (name(g), value(g))]


def key(g):
    return g.key("hashes")


@family.add(20)
def hset(g):
    return [g.word(b"HSET", b"HSET", b"HMSET"), key(g)] + pairs(g, 1, 5)


@family.add(1.5)
def hset_many(g):
    """Beyond the listpack's limits."""
    first = g.between(0, 100)
    pattern = g.pick((b"f:%d", b"%d", b"g:%d"))
    return [b"HSET", key(g)] + [w for n in range(first, first + g.between(20, 300)) for w in (pattern % n, b"%d" % (n * n))]


@family.add(5)
def hsetnx(g):
    return [b"HSETNX", key(g), name(g), value(g)]


@family.add(8)
def hget(g):
    return [g.word(b"HGET", b"HSTRLEN", b"HEXISTS"), key(g), name(g)]


@family.add(5)
def hmget(g):
    return [b"HMGET", key(g)] + g.few(lambda: name(g), 1, 6)


@family.add(10)
def hdel(g):
    return [b"HDEL", key(g)] + g.few(lambda: name(g), 1, 5)


@family.add(2)
def hdel_many(g):
    pattern = g.pick((b"f:%d", b"%d", b"g:%d"))
    return [b"HDEL", key(g)] + [pattern % n for n in range(g.between(0, 30), g.between(31, 400))]


@family.add(4)
def hlen(g):
    return [b"HLEN", key(g)]


@family.add(8)
def whole(g):
    return [g.word(b"HGETALL", b"HKEYS", b"HVALS"), key(g)]


@family.add(10)
def hincrby(g):
    return [b"HINCRBY", key(g), name(g), g.number() if g.chance(0.5) else g.text(-300, 300)]


@family.add(10)
def hincrbyfloat(g):
    return [b"HINCRBYFLOAT", key(g), name(g), g.float()]


@family.add(6)
def hrandfield(g):
    words = [b"HRANDFIELD", key(g)]
    if g.chance(0.8):
        words.append(g.text(-12, 12) if g.chance(0.8) else g.text(-200, 400))
        if g.chance(0.5):
            words.append(g.word(b"WITHVALUES"))
    return words


RANDOM_REFUSED = requests(b"""
    HRANDFIELD; HRANDFIELD e1 abc; HRANDFIELD e1 9223372036854775808; HRANDFIELD e1 -9223372036854775808;
    HRANDFIELD e1 -9223372036854775808 withvalues; HRANDFIELD no:hash 9223372036854775807 withvalues;
    HRANDFIELD no:hash 4611686018427387903 withvalues; HRANDFIELD no:hash -4611686018427387904 withvalues;
    HRANDFIELD no:hash 4611686018427387904 withvalues; HRANDFIELD e1 1 foo; HRANDFIELD e1 1 withvalues foo; HRANDFIELD e1 x foo;
    HRANDFIELD no:hash -9223372036854775807; HRANDFIELD e1 1.0; HRANDFIELD e1 '' withvalues; HRANDFIELD no:hash 0""")


@family.add(1.5, exact=True)
def random_refused(g):
    return g.pick(RANDOM_REFUSED)


@family.add(3)
def hscan(g):
    options = []
    if g.chance(0.5):
        options += [g.word(b"MATCH"), g.pick(PATTERNS)]
    if g.chance(0.5):
        options += [g.word(b"COUNT"), g.pick((b"1", b"2", b"10", b"1000", b"9223372036854775807"))]
    return Scan(options, [b"HSCAN", key(g)])


SCAN_REFUSED = requests(b"""
    HSCAN; HSCAN e1; HSCAN e1 abc; HSCAN no:hash abc; HSCAN no:hash 0 COUNT; HSCAN e1 0 COUNT; HSCAN e1 0 COUNT 0; HSCAN e1 0 COUNT -1;
    HSCAN e1 0 MATCH; HSCAN e1 0 TYPE hash; HSCAN e1 0 foo; HSCAN e1 99999999999999999999999; HSCAN no:hash 17;
    HSCAN e1 0 MATCH * COUNT""")


@family.add(1.5, exact=True)
def scan_refused(g):
    return g.pick(SCAN_REFUSED)


@family.add(6, exact=True)
def encoding(g):
    return [g.word(b"OBJECT"), b"ENCODING", key(g)]


@family.add(3, exact=True)
def digest(g):
    return [b"DEBUG", b"DIGEST-VALUE", key(g), key(g)]


@family.add(4)
def delete(g):
    return [g.word(b"DEL", b"UNLINK"), key(g)]


@family.add(3, rigid=True)
def copy(g):
    return [b"COPY", key(g), key(g), b"REPLACE"]


@family.add(2, rigid=True)
def rename(g):
    return [b"RENAME", key(g), key(g)]


@family.add(2)
def type_(g):
    return [b"TYPE", key(g)]


@family.add(0.5, exact=True)
def limits(g):
    directive, values = g.pick(((b"entries", (b"0", b"1", b"3", b"16", b"128", b"512", b"100000")),
                                (b"value", (b"0", b"1", b"8", b"64", b"64", b"500", b"100000"))))
    return [b"CONFIG", b"SET", b"hash-max-" + g.pick((b"listpack-", b"ziplist-")) + directive, g.pick(values)]
