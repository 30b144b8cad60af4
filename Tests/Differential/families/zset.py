"""Sorted sets, packed and large: scores, ranks, ranges of every kind, what they have in common, random members."""
from grammar import Family
from steps import Scan
from values import requests

family = Family("zset", prologue=[[b"CONFIG", b"SET", b"zset-max-listpack-entries", b"128", b"zset-max-listpack-value", b"64"]])

TEXTS = [b"a", b"b", b"c", b"foo", b"bar", b"", b"-0", b"01", b"+1", b" 1", b"1.0", b"\x00", b"\xff\xfe", b"a\r\nb",
         b"99999999999999999999", b"x" * 63, b"x" * 64, b"x" * 65, b"y" * 254, b"y" * 255, b"y" * 3000]
SCORES = [b"0", b"-0", b"-0.0", b"1", b"-1", b"2", b"3", b"0.1", b"0.2", b"-2.5", b"3.0", b"1e3", b"inf", b"-inf", b"+inf",
          b"infinity", b"1e308", b"-1e308", b"1.7976931348623157e308", b"5e-324", b"1e-310", b"3.141592653589793",
          b"1e17", b"123456789012345678", b"9007199254740993", b"4611686018427387904", b"4611686018427388928",
          b"-4611686018427387904", b"9223372036854775807", b"-9223372036854775808", b"18446744073709551616", b"1e21",
          b"0x10", b"127", b"128", b"4095", b"4096", b"-4096", b"-4097", b"32767", b"32768", b"8388607", b"8388608",
          b"2147483647", b"2147483648", b"-2147483649"]
PATTERNS = [b"*", b"m*", b"m:1?", b"[0-4]*", b"-*", b"a", b"", b"*\x00*", b"nothing*", b"1"]


def member(g):
    luck = g.random()
    if luck < 0.5:
        return b"m:%d" % g.between(0, 25)
    if luck < 0.8:
        return g.text(-5, 20)
    return g.pick(TEXTS) if luck < 0.97 else g.value()


def score(g):
    luck = g.random()
    if luck < 0.6:
        return g.text(-6, 12)
    if luck < 0.75:
        return b"%.*f" % (g.between(1, 17), (g.random() - 0.5) * 10 ** g.between(0, 9))
    return g.pick(SCORES) if luck < 0.97 else g.float()


def key(g):
    return g.key("zsets")


def pairs(g, low=1, high=4):
    words = []
    for _ in range(g.between(low, high)):
        words += [score(g), member(g)]
    return words


def bound(g):
    luck = g.random()
    if luck < 0.2:
        return g.pick((b"-inf", b"+inf", b"(-inf", b"(inf", b"inf"))
    mark = b"(" if g.chance(0.35) else b""
    return mark + score(g) if luck < 0.96 else g.pick((b"", b"(", b"((1", b"abc", b"(abc", b"nan", b" 1", b"1 ", b"[1", b"-", b"+"))


def lex_bound(g):
    luck = g.random()
    if luck < 0.25:
        return g.pick((b"-", b"+"))
    if luck < 0.94:
        return g.pick((b"[", b"(")) + lex_member(g)
    return g.pick((b"", b"a", b"--", b"+a", b"[", b"(", b"inf", b"1", b"\x00"))


def lex_member(g):
    luck = g.random()
    if luck < 0.7:
        return bytes(g.pick(b"abcd") for _ in range(g.between(0, 3)))
    return g.text(-3, 12) if luck < 0.85 else g.pick(TEXTS)


def index(g):
    return g.text(-30, 30) if g.chance(0.9) else g.number()


def limit(g):
    if g.chance(0.85):
        return [g.word(b"LIMIT"), g.text(-1, 8), g.text(-1, 8)]
    return [g.word(b"LIMIT"), g.number(), g.number()]


# Scores

@family.add(22)
def zadd(g):
    options = []
    if g.chance(0.4):
        options = g.options(lambda: [g.word(b"NX")], lambda: [g.word(b"XX")], lambda: [g.word(b"GT")],
                            lambda: [g.word(b"LT")], lambda: [g.word(b"CH")], most=2, wrong=0.02)
    return [b"ZADD", key(g)] + options + pairs(g)


@family.add(5)
def zadd_increment(g):
    return [b"ZADD", key(g)] + g.options(lambda: [g.word(b"NX")], lambda: [g.word(b"XX")], lambda: [g.word(b"GT")],
                                         lambda: [g.word(b"LT")], lambda: [g.word(b"CH")], most=2, wrong=0.02) + [
        g.word(b"INCR")] + pairs(g, 1, 1 if g.chance(0.95) else 2)


@family.add(2)
def zadd_many(g):
    """Many members in a row, with scores that ascend, are alike, or neither."""
    first = g.between(-20, 300)
    kind = g.between(0, 2)
    words = []
    for n in range(first, first + g.between(1, g.pick((20, 60, 200)))):
        words += [b"%d" % (n if kind == 0 else n % 3 if kind == 1 else n * 7919 % 1009), b"m:%d" % n]
    return [b"ZADD", key(g)] + words


@family.add(7)
def zincrby(g):
    return [b"ZINCRBY", key(g), score(g), member(g)]


@family.add(8)
def zrem(g):
    return [b"ZREM", key(g)] + g.few(lambda: member(g), 1, 5)


@family.add(1)
def zrem_many(g):
    first = g.between(-20, 300)
    return [b"ZREM", key(g)] + [b"m:%d" % n for n in range(first, first + g.between(1, 200))]


@family.add(5)
def zscore(g):
    return [b"ZSCORE", key(g), member(g)]


@family.add(4)
def zmscore(g):
    return [b"ZMSCORE", key(g)] + g.few(lambda: member(g), 1, 6)


@family.add(4)
def zcard(g):
    return [b"ZCARD", key(g)]


@family.add(6)
def zrank(g):
    return [g.word(b"ZRANK", b"ZREVRANK"), key(g), member(g)]


@family.add(5)
def zcount(g):
    return [b"ZCOUNT", key(g), bound(g), bound(g)]


# Ranges

def with_scores(g):
    return [g.word(b"WITHSCORES")] if g.chance(0.5) else []


@family.add(8)
def zrange(g):
    return [g.word(b"ZRANGE", b"ZREVRANGE"), key(g), index(g), index(g)] + with_scores(g)


@family.add(6)
def zrange_options(g):
    luck = g.random()
    low, high = (bound(g), bound(g)) if luck < 0.75 else (index(g), index(g))
    options = g.options(lambda: [g.word(b"REV")], lambda: with_scores(g), lambda: limit(g), most=3)
    if luck < 0.75:
        options.insert(g.between(0, len(options)) if g.chance(0.1) else 0, g.word(b"BYSCORE"))
    return [b"ZRANGE", key(g), low, high] + options


@family.add(10)
def zrangebyscore(g):
    return [g.word(b"ZRANGEBYSCORE", b"ZREVRANGEBYSCORE"), key(g), bound(g), bound(g)] + g.options(
        lambda: with_scores(g), lambda: limit(g), most=2)


@family.add(6)
def zrangestore(g):
    if g.chance(0.5):
        return [b"ZRANGESTORE", key(g), key(g), index(g), index(g)] + g.options(lambda: [g.word(b"REV")], most=1)
    return [b"ZRANGESTORE", key(g), key(g), bound(g), bound(g), g.word(b"BYSCORE")] + g.options(
        lambda: [g.word(b"REV")], lambda: limit(g), most=2)


@family.add(3)
def zremrangebyrank(g):
    return [b"ZREMRANGEBYRANK", key(g), index(g), g.text(-40, 5) if g.chance(0.7) else index(g)]


@family.add(4)
def zremrangebyscore(g):
    return [b"ZREMRANGEBYSCORE", key(g), bound(g), bound(g)]


# Ranges of members. Where scores differ, what Redis answers depends on the levels of its skip list: these keys have one score.

@family.add(6, exact=True)
def zadd_lex(g):
    words = []
    for _ in range(g.between(1, 12)):
        words += [b"0", lex_member(g)]
    return [b"ZADD", g.own_key("lex")] + words


@family.add(6, exact=True)
def zrangebylex(g):
    return [g.word(b"ZRANGEBYLEX", b"ZREVRANGEBYLEX"), g.own_key("lex"), lex_bound(g), lex_bound(g)] + g.options(
        lambda: limit(g), most=1)


@family.add(4, exact=True)
def zrange_lex(g):
    return [b"ZRANGE", g.own_key("lex"), lex_bound(g), lex_bound(g), g.word(b"BYLEX")] + g.options(
        lambda: [g.word(b"REV")], lambda: limit(g), lambda: with_scores(g), most=2)


@family.add(3, exact=True)
def zlexcount(g):
    return [b"ZLEXCOUNT", g.own_key("lex"), lex_bound(g), lex_bound(g)]


@family.add(2, exact=True)
def zremrangebylex(g):
    return [b"ZREMRANGEBYLEX", g.own_key("lex"), lex_bound(g), lex_bound(g)]


@family.add(1, exact=True)
def zrangestore_lex(g):
    return [b"ZRANGESTORE", g.own_key("lex"), g.own_key("lex"), lex_bound(g), lex_bound(g), g.word(b"BYLEX")] + g.options(
        lambda: [g.word(b"REV")], lambda: limit(g), most=2)


# Taking

@family.add(5)
def zpop(g):
    count = [] if g.chance(0.5) else [g.text(0, 9) if g.chance(0.85) else g.number()]
    return [g.word(b"ZPOPMIN", b"ZPOPMAX"), key(g)] + count


@family.add(4)
def zmpop(g):
    keys = g.few(lambda: key(g), 1, 4)
    number = b"%d" % len(keys) if g.chance(0.93) else g.number()
    return [b"ZMPOP", number] + keys + [g.word(b"MIN", b"MAX")] + g.options(
        lambda: [g.word(b"COUNT"), g.text(1, 9) if g.chance(0.8) else g.number()], most=2)


@family.add(3, exact=True)
def bzpop(g):
    """There is something, mostly; if not, a millisecond will pass."""
    timeout = b"0.001" if g.chance(0.9) else g.pick((b"-1", b"abc", b"", b"inf", b"nan", b"1e400", b"0.0005"))
    if g.chance(0.5):
        return [g.word(b"BZPOPMIN", b"BZPOPMAX")] + g.few(lambda: key(g), 1, 3) + [timeout]
    keys = g.few(lambda: key(g), 1, 3)
    number = b"%d" % len(keys) if g.chance(0.95) else g.number()
    return [b"BZMPOP", timeout, number] + keys + [g.word(b"MIN", b"MAX")] + g.options(
        lambda: [g.word(b"COUNT"), g.text(1, 9) if g.chance(0.8) else g.number()], most=2)


# Several

def weights(g, count):
    def weight():
        return g.text(-2, 3) if g.chance(0.8) else score(g)
    return [g.word(b"WEIGHTS")] + [weight() for _ in range(count if g.chance(0.95) else count - 1)]


def sources(g, high=4):
    keys = g.few(lambda: key(g) if g.chance(0.8) else g.key("sets"), 1, high)
    return [b"%d" % len(keys) if g.chance(0.95) else g.number()] + keys, len(keys)


def aggregate(g):
    return [g.word(b"AGGREGATE"), g.word(b"SUM", b"MIN", b"MAX") if g.chance(0.95) else g.wrong_word()]


@family.add(8)
def combine(g):
    words, count = sources(g, 5)
    return [g.word(b"ZUNION", b"ZINTER")] + words + g.options(
        lambda: weights(g, count), lambda: aggregate(g), lambda: [g.word(b"WITHSCORES")], most=3)


@family.add(8)
def combine_and_store(g):
    words, count = sources(g, 5)
    return [g.word(b"ZUNIONSTORE", b"ZINTERSTORE"), key(g)] + words + g.options(
        lambda: weights(g, count), lambda: aggregate(g), most=2)


@family.add(5)
def zdiff(g):
    words, _ = sources(g, 7)
    return [b"ZDIFF"] + words + g.options(lambda: [g.word(b"WITHSCORES")], most=1)


@family.add(3)
def zdiffstore(g):
    words, _ = sources(g, 7)
    return [b"ZDIFFSTORE", key(g)] + words


@family.add(4)
def zintercard(g):
    words, _ = sources(g)
    return [b"ZINTERCARD"] + words + g.options(
        lambda: [g.word(b"LIMIT"), g.text(0, 6) if g.chance(0.8) else g.number()], most=2)


# Chance and cursors

@family.add(4)
def zrandmember(g):
    luck = g.random()
    if luck < 0.2:
        return [b"ZRANDMEMBER", key(g)]
    return [b"ZRANDMEMBER", key(g), g.text(-20, 40) if luck < 0.9 else g.pick((b"1000", b"-1000", b"0"))] + with_scores(g)


ZRANDMEMBER_REFUSED = requests(b"""
    ZRANDMEMBER z1 abc; ZRANDMEMBER z1 9223372036854775808; ZRANDMEMBER no:set -9223372036854775808; ZRANDMEMBER z1 1 2;
    ZRANDMEMBER z1 -9223372036854775808; ZRANDMEMBER z2 1.5; ZRANDMEMBER z1 1 withscore; ZRANDMEMBER z1 1 withscores 2;
    ZRANDMEMBER z1 9223372036854775807 withscores; ZRANDMEMBER no:set -9223372036854775807 withscores;
    ZRANDMEMBER z1 4611686018427387904 withscores; ZRANDMEMBER no:set 4611686018427387903 withscores""")


@family.add(1, exact=True)
def zrandmember_refused(g):
    return g.pick(ZRANDMEMBER_REFUSED)


@family.add(2)
def zscan(g):
    options = []
    if g.chance(0.5):
        options += [g.word(b"MATCH"), g.pick(PATTERNS)]
    if g.chance(0.5):
        options += [g.word(b"COUNT"), g.pick((b"1", b"2", b"10", b"1000"))]
    return Scan(options, [b"ZSCAN", key(g)], width=2)


ZSCAN_REFUSED = requests(b"""
    ZSCAN z1; ZSCAN z1 abc; ZSCAN z1 99999999999999999999999; ZSCAN z1 0 COUNT; ZSCAN z2 0 COUNT 0; ZSCAN z2 0 COUNT -1;
    ZSCAN z3 0 COUNT abc; ZSCAN z3 0 MATCH; ZSCAN z1 0 TYPE zset; ZSCAN no:set 0 COUNT; ZSCAN no:set abc; ZSCAN no:set 0 foo;
    ZSCAN no:set 17""")


@family.add(1, exact=True)
def zscan_refused(g):
    return g.pick(ZSCAN_REFUSED)


# Around them

@family.add(5)
def encoding(g):
    return [b"OBJECT", g.word(b"ENCODING"), key(g)]


@family.add(0.6, exact=True)
def threshold(g):
    return [b"CONFIG", b"SET", b"zset-max-listpack-entries", g.pick((b"0", b"1", b"8", b"30", b"128"))]


@family.add(0.3, exact=True)
def value_threshold(g):
    return [b"CONFIG", b"SET", b"zset-max-listpack-value", g.pick((b"0", b"3", b"64", b"64", b"1000"))]


@family.add(3)
def digest_value(g):
    return [b"DEBUG", b"DIGEST-VALUE", key(g)]


@family.add(2, rigid=True)
def copy(g):
    return [b"COPY", key(g), key(g)] + g.options(lambda: [g.word(b"REPLACE")])


@family.add(1)
def rename(g):
    return [b"RENAME", key(g), key(g)]


@family.add(2)
def forget(g):
    return [g.word(b"DEL", b"UNLINK"), key(g)]


@family.add(1)
def deadline(g):
    name = key(g)
    return [[b"EXPIREAT", name, g.text(4_000_000_000, 9_000_000_000)], [b"EXPIRETIME", name]]


@family.add(3)
def plain_set(g):
    return [b"SADD", g.key("sets")] + g.few(lambda: member(g), 1, 8)


@family.add(1)
def other(g):
    return [b"SET", key(g), g.value()] if g.chance(0.5) else [b"SADD", key(g)] + g.few(lambda: member(g), 1, 4)
