"""Strings: every command with every combination of options, valid or not."""
from grammar import Family
from values import KEYS, LARGE_VALUES

family = Family("string")


def with_reader(args, key):
    """A deadline that has passed already: one server forgets the key at once, another when it is read next."""
    return [args, [b"EXISTS", key]]


def conditions(g):
    return (lambda: [g.word(b"NX", b"XX")], lambda: [g.word(b"GET")], lambda: [g.word(b"KEEPTTL")], g.expiry)


@family.add(14, rigid=True)
def set_(g):
    key = g.key(g.pick(("shared", "number")))
    args = [g.word(b"SET"), key, g.value()] + g.options(*conditions(g))
    return with_reader(args, key) if len(args) > 4 else args


@family.add(3)
def set_integer(g):
    return [b"SET", g.key("number"), g.number()]


@family.add(2)
def set_float(g):
    return [b"SET", g.key("number"), g.float()]


@family.add(12)
def get(g):
    return [g.word(b"GET"), g.any_key()]


@family.add(3, rigid=True)
def setex(g):
    return [b"SETEX", g.key(), g.relative_seconds(), g.value()]


@family.add(3, rigid=True)
def psetex(g):
    return [b"PSETEX", g.key(), g.relative_milliseconds(), g.value()]


@family.add(3)
def setnx(g):
    return [b"SETNX", g.key(), g.value()]


@family.add(3)
def getset(g):
    return [b"GETSET", g.key(), g.value()]


@family.add(3)
def getdel(g):
    return [b"GETDEL", g.any_key()]


@family.add(6, rigid=True)
def getex(g):
    key = g.any_key()
    options = g.options(g.expiry, g.expiry, lambda: [g.word(b"PERSIST")], most=2)
    args = [b"GETEX", key] + options
    return with_reader(args, key) if options else args


@family.add(4)
def mget(g):
    return [b"MGET"] + g.few(g.any_key, 1, 6)


@family.add(3)
def mset(g):
    args = [b"MSET"]
    for _ in range(g.between(1, 4)):
        args += [g.key(), g.value()]
    return args


@family.add(3)
def msetnx(g):
    args = [b"MSETNX"]
    for _ in range(g.between(1, 3)):
        args += [g.key(), g.value()]
    return args


@family.add(6)
def append(g):
    return [b"APPEND", g.key(), g.value()]


@family.add(6)
def strlen(g):
    return [b"STRLEN", g.any_key()]


@family.add(7)
def getrange(g):
    return [g.word(b"GETRANGE", b"GETRANGE", b"SUBSTR"), g.any_key(), g.index(), g.index()]


# Offsets either fit into a few kilobytes or beyond every limit: nothing in between asks both servers for memory.
SETRANGE_BEYOND = [b"536870912", b"536870911", b"9223372036854775807", b"-1", b"-9223372036854775808", b"4294967296"]


@family.add(6, rigid=True)
def setrange(g):
    luck = g.random()
    if luck < 0.75:
        offset = g.text(0, 600) if luck < 0.7 else g.text(0, 30000)
    else:
        offset = g.pick(SETRANGE_BEYOND) if luck < 0.9 else g.bad_number()
    # The one offset that just fits leaves room for no byte at all.
    value = b"" if g.chance(0.1) else b"xy" + g.short()
    return [b"SETRANGE", g.key(), offset, value]


@family.add(10)
def count_by_one(g):
    return [g.word(b"INCR", b"DECR"), g.key("number")]


@family.add(10)
def count_by(g):
    return [g.word(b"INCRBY", b"DECRBY"), g.key("number"), g.number()]


@family.add(10)
def incrbyfloat(g):
    return [b"INCRBYFLOAT", g.key("number"), g.float()]


LETTERS = [b"a", b"b", b"c", b"ab", b"abc", b"ohmytext", b"mynewtext", b"xyz", b"\x00\xff", b"12"]


@family.add(4)
def lcs_material(g):
    key = g.own_key("lcs")
    if g.chance(0.15):
        return [b"SET", key, g.text(-99999, 99999)]
    return [b"SET", key, b"".join(g.few(lambda: g.pick(LETTERS), 0, 9))]


@family.add(8, rigid=True)
def lcs(g):
    return [b"LCS", g.own_key("lcs"), g.own_key("lcs")] + g.options(
        lambda: [g.word(b"LEN")], lambda: [g.word(b"IDX")], lambda: [g.word(b"WITHMATCHLEN")],
        lambda: [g.word(b"MINMATCHLEN"), g.number()], lambda: [g.word(b"IDX"), g.word(b"WITHMATCHLEN")], most=4)


@family.add(0.2, exact=True)
def lcs_too_long(g):
    """Two long strings are refused before any work; a long and a short one are not."""
    other = g.pick((b"lcs:long", g.own_key("lcs")))
    return [[b"SETRANGE", b"lcs:long", b"19999", b"z"], [b"LCS", b"lcs:long", other, b"LEN"]]


@family.add(0.7)
def large(g):
    return [b"SET", g.own_key("shared"), g.pick(LARGE_VALUES)]


@family.add(6)
def type_or_encoding(g):
    return g.pick(([b"TYPE", g.any_key()], [b"OBJECT", b"ENCODING", g.any_key()]))


@family.add(3)
def forget(g):
    return [b"DEL"] + g.few(lambda: g.pick(KEYS[g.pick(("shared", "number", "lcs"))]), 1, 3)
