"""Sets of integers, of texts and of both, small and large; what they have in common; random members."""
from grammar import Family
from steps import Draw, Scan
from values import requests

family = Family("set", prologue=[[b"CONFIG", b"SET", b"set-max-intset-entries", b"512"]])

# Members meet each other often; some are numbers only to the eye.
TEXTS = [b"a", b"b", b"c", b"foo", b"bar", b"", b"-0", b"01", b"+1", b" 1", b"1.0", b"\x00", b"\xff\xfe", b"a\r\nb",
         b"99999999999999999999", b"x" * 63, b"x" * 64, b"x" * 65, b"y" * 254, b"y" * 255, b"y" * 3000]
BORDERS = [b"%d" % n for n in (127, 128, 32767, 32768, -32768, -32769, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**63 - 1, -2**63)]
PATTERNS = [b"*", b"m*", b"m:1?", b"[0-4]*", b"-*", b"a", b"", b"*\x00*", b"nothing*", b"1"]


def member(g):
    luck = g.random()
    if luck < 0.55:
        return g.text(-5, 25)
    if luck < 0.65:
        return g.pick(BORDERS)
    if luck < 0.85:
        return b"m:%d" % g.between(0, 30)
    return g.pick(TEXTS) if luck < 0.97 else g.value()


def run(g, most):
    """Many members in a row, of one kind."""
    first = g.between(-20, 300)
    pattern = g.pick((b"%d", b"%d", b"m:%d"))
    return [pattern % n for n in range(first, first + g.between(1, most))]


def keys(g, low=1, high=4):
    return g.few(lambda: g.key("sets"), low, high)


@family.add(16)
def sadd(g):
    return [b"SADD", g.key("sets")] + g.few(lambda: member(g), 1, 5)


@family.add(8)
def sadd_integers(g):
    return [b"SADD", g.key("sets")] + g.few(lambda: g.text(-9, 30) if g.chance(0.9) else g.pick(BORDERS), 1, 5)


@family.add(1.5)
def sadd_many(g):
    return [b"SADD", g.key("sets")] + run(g, g.pick((40, 200, 600)))


@family.add(10)
def srem(g):
    return [b"SREM", g.key("sets")] + g.few(lambda: member(g), 1, 5)


@family.add(2)
def srem_many(g):
    return [b"SREM", g.key("sets")] + run(g, g.pick((40, 200, 600)))


@family.add(2)
def srem_texts(g):
    """Integers are often all that is left."""
    return [b"SREM", g.key("sets")] + TEXTS + [b"m:%d" % n for n in range(31)]


@family.add(8)
def smove(g):
    return [b"SMOVE", g.key("sets"), g.key("sets"), member(g)]


@family.add(6)
def sismember(g):
    return [b"SISMEMBER", g.key("sets"), member(g)]


@family.add(6)
def smismember(g):
    return [b"SMISMEMBER", g.key("sets")] + g.few(lambda: member(g), 1, 6)


@family.add(6)
def scard(g):
    return [b"SCARD", g.key("sets")]


@family.add(6)
def smembers(g):
    return [b"SMEMBERS", g.key("sets")]


@family.add(10)
def combine(g):
    return [g.word(b"SINTER", b"SUNION", b"SDIFF")] + keys(g, 1, 5)


@family.add(10)
def combine_and_store(g):
    return [g.word(b"SINTERSTORE", b"SUNIONSTORE", b"SDIFFSTORE"), g.key("sets")] + keys(g, 1, 5)


@family.add(3)
def subtract_many(g):
    """So many sets that taking away is less work than looking up; then the encoding of the result."""
    target = g.key("sets")
    return [[b"SDIFFSTORE", target] + keys(g, 3, 12), [b"OBJECT", b"ENCODING", target]]


@family.add(6)
def sintercard(g):
    sets = keys(g, 1, 4)
    count = b"%d" % len(sets) if g.chance(0.93) else g.number()
    return [b"SINTERCARD", count] + sets + g.options(lambda: [g.word(b"LIMIT"), g.text(0, 6) if g.chance(0.8) else g.number()],
                                                     most=2)


@family.add(3, exact=True)
def spop_all(g):
    return [b"SPOP", g.key("sets"), g.pick((b"1000000", b"9223372036854775807"))]


SPOP_REFUSED = requests(b"""
    SPOP; SPOP no:set; SPOP no:set 3; SPOP s1 0; SPOP s2 -1; SPOP s2 abc; SPOP s3 9223372036854775808; SPOP no:set -1;
    SPOP s1 1 2; SPOP s1 ''; SPOP s1 1.5; SPOP s1 +1""")


@family.add(2, exact=True)
def spop_refused(g):
    return g.pick(SPOP_REFUSED)


@family.add(4, exact=True)
def spop(g):
    key = b"draw:%d" % g.between(0, 3)
    kind = g.between(0, 3)
    size = g.pick((1, 2, 5, 20, 127, 128, 129, 300, 600))
    if kind == 0:
        setup = [[b"SADD", key] + [b"%d" % n for n in range(size)]]
    elif kind == 1:
        setup = [[b"SADD", key] + [b"m:%d" % n for n in range(size)]]
    else:
        # Integers only, but a hashtable since it once held a text.
        setup = [[b"SADD", key, b"text"] + [b"%d" % n for n in range(size)], [b"SREM", key, b"text"]]
    count = g.pick((None, 0, 1, 2, size // 2, size * 5 // 6 - 1, size * 5 // 6, size * 5 // 6 + 1, size - 1, size, size + 1))
    return Draw(key, [[b"DEL", key]] + setup, [g.word(b"SPOP"), key] + ([] if count is None else [b"%d" % max(0, count)]))


@family.add(5)
def srandmember(g):
    luck = g.random()
    if luck < 0.2:
        return [b"SRANDMEMBER", g.key("sets")]
    return [b"SRANDMEMBER", g.key("sets"), g.text(-20, 40) if luck < 0.9 else g.pick((b"1000", b"-1000", b"0"))]


SRANDMEMBER_REFUSED = requests(b"""
    SRANDMEMBER s1 abc; SRANDMEMBER s1 9223372036854775808; SRANDMEMBER no:set -9223372036854775808; SRANDMEMBER s1 1 2;
    SRANDMEMBER s1 -9223372036854775808; SRANDMEMBER s2 1.5""")


@family.add(1, exact=True)
def srandmember_refused(g):
    return g.pick(SRANDMEMBER_REFUSED)


@family.add(2)
def sscan(g):
    options = []
    if g.chance(0.5):
        options += [g.word(b"MATCH"), g.pick(PATTERNS)]
    if g.chance(0.5):
        options += [g.word(b"COUNT"), g.pick((b"1", b"2", b"10", b"1000"))]
    return Scan(options, [b"SSCAN", g.key("sets")])


SSCAN_REFUSED = requests(b"""
    SSCAN s1; SSCAN s1 abc; SSCAN s1 99999999999999999999999; SSCAN s1 0 COUNT; SSCAN s2 0 COUNT 0; SSCAN s2 0 COUNT -1;
    SSCAN s3 0 COUNT abc; SSCAN s3 0 MATCH; SSCAN s1 0 TYPE set; SSCAN no:set 0 COUNT; SSCAN no:set abc; SSCAN no:set 0 foo;
    SSCAN no:set 17""")


@family.add(1, exact=True)
def sscan_refused(g):
    return g.pick(SSCAN_REFUSED)


@family.add(6, rigid=True)
def encoding(g):
    return [b"OBJECT", g.word(b"ENCODING"), g.key("sets")]


@family.add(0.6, exact=True)
def threshold(g):
    return [b"CONFIG", b"SET", b"set-max-intset-entries", g.pick((b"0", b"1", b"8", b"100", b"512"))]


@family.add(2, rigid=True)
def digest_value(g):
    return [b"DEBUG", b"DIGEST-VALUE", g.key("sets")]


@family.add(3, rigid=True)
def copy(g):
    return [b"COPY", g.key("sets"), g.key("sets")] + g.options(lambda: [g.word(b"REPLACE")])


@family.add(2)
def rename(g):
    return [b"RENAME", g.key("sets"), g.key("sets")]


@family.add(3)
def forget(g):
    return [g.word(b"DEL", b"UNLINK"), g.key("sets")]


@family.add(2)
def deadline(g):
    key = g.key("sets")
    return [[b"EXPIREAT", key, g.text(4_000_000_000, 9_000_000_000)], [b"EXPIRETIME", key]]


@family.add(1)
def other(g):
    return [b"SET", g.key("sets"), g.value()]
