"""SORT and SORT_RO of lists, sets and sorted sets, by themselves, by strings and by fields of hashes.

Only what Redis itself does not leave to chance is sent: sets and sorted sets have no order that ties could keep, so those are
not sorted by text weights that may be equal, nor by text in which a NUL hides the rest.
"""
from grammar import Family
from values import requests

family = Family("sort")

NUMBERS = [b"0", b"1", b"-1", b"1.5", b"-2.25", b"1e3", b"10", b"9", b"0x10", b" 3", b"+4", b"inf", b"-inf", b"1e-5", b".5", b"5.",
           b"9007199254740993", b"9223372036854775807", b"-9223372036854775808", b"", b"007"]
NO_NUMBERS = [b"abc", b"1a", b"nan", b"-", b"1 ", b"0x", b"--1"]
TEXTS = [b"a", b"b", b"B", b"aa", b"A", b"_", b"\xff", b"\xc3\xa9", b"a b", b"0", b"10", b"9", b"x" * 70]
HIDDEN = [b"a\x00b", b"a\x00a", b"\x00", b"a\x00"]

LISTS = [b"so:l%d" % n for n in range(4)]
SETS = [b"so:s%d" % n for n in range(4)]
SORTED = [b"so:z%d" % n for n in range(3)]
ELEMENTS = [b"%d" % n for n in range(30)]
PATTERNS = [b"so:w*", b"so:w_*", b"so:h*->f", b"so:h*->g", b"so:none*", b"so:h*", b"*", b"so:w*->f", b"so:h*->", b"so:*->*"]
ODD = [b"#", b"so:w1", b"nosort", b"so:h1->f", b"", b"so:\x00*", b"#\x00", b"so:w*\x00", b"so:h*->f\x00", b"**", b"so:w**"]


# SORT of Redis 7.0 refuses numbers when errno still says that another command's number was out of range. This one clears it.
CLEAR = [b"GEORADIUS_RO", b"so:none", b"0", b"0", b"1", b"m"]


def element(g):
    luck = g.random()
    if luck < 0.75:
        return g.pick(ELEMENTS)
    return g.pick(NUMBERS) if luck < 0.995 else g.pick(NO_NUMBERS)


@family.add(5)
def make_list(g):
    key = g.pick(LISTS)
    return [[b"DEL", key], [b"RPUSH", key] + g.few(lambda: element(g), 1, g.pick((3, 6, 8, 20, 60)))]


@family.add(2)
def make_text_list(g):
    key = g.pick(LISTS)
    return [[b"DEL", key], [b"RPUSH", key] + g.few(lambda: g.pick(TEXTS if g.chance(0.8) else HIDDEN), 1, 30)]


@family.add(3)
def push(g):
    return [g.word(b"RPUSH", b"LPUSH"), g.pick(LISTS), element(g)]


@family.add(5)
def make_set(g):
    key = g.pick(SETS)
    texts = g.chance(0.2)
    return [[b"DEL", key], [b"SADD", key] + g.few(lambda: g.pick(TEXTS) if texts else element(g), 1, g.pick((3, 8, 40, 200)))]


@family.add(3)
def make_sorted(g):
    key = g.pick(SORTED)
    pairs = [word for _ in range(g.between(1, 30)) for word in (g.text(-9, 9), g.pick(TEXTS) if g.chance(0.1) else element(g))]
    return [[b"DEL", key], [b"ZADD", key] + pairs]


def weight(g):
    luck = g.random()
    if luck < 0.6:
        return g.text(-20, 20)
    if luck < 0.9:
        return g.pick(NUMBERS)
    return g.pick(TEXTS) if luck < 0.97 else g.pick(HIDDEN + NO_NUMBERS)


@family.add(14)
def weigh(g):
    return [b"SET", g.pick((b"so:w", b"so:w_")) + element(g), weight(g)]


@family.add(14)
def weigh_field(g):
    return [b"HSET", b"so:h" + element(g), g.pick((b"f", b"g")), weight(g)]


@family.add(2)
def weigh_anew(g):
    """Numbers everywhere, so that not every SORT BY is refused."""
    words = [word for e in ELEMENTS + NUMBERS for word in (b"so:w" + e, g.text(-20, 20))]
    return [[b"MSET"] + words] + [[b"HSET", b"so:h" + e, b"f", g.text(-9, 9)] for e in ELEMENTS]


@family.add(2)
def forget(g):
    return [b"DEL", g.pick((b"so:w", b"so:w_", b"so:h")) + element(g)]


def limit(g):
    if g.chance(0.9):
        return [g.word(b"LIMIT"), g.text(-3, 12), g.text(-3, 12)]
    return [g.word(b"LIMIT"), g.number(), g.number()]


def gets(g):
    out = []
    while g.chance(0.3):
        out += [g.word(b"GET"), g.pick(PATTERNS + [b"#"]) if g.chance(0.85) else g.pick(ODD)]
    return out


def ending(g, command):
    return [g.word(b"STORE"), g.pick(LISTS)] if command == b"SORT" and g.chance(0.25) else []


def mixed(g, *parts):
    parts = list(parts)
    g.source.shuffle(parts)
    return [word for part in parts for word in part]


def command_of(g):
    return g.pick((b"SORT", b"SORT", b"SORT", b"SORT_RO"))


@family.add(30)
def sort_list(g):
    """A list is sorted in every way: equal elements keep their order, or get the one that Redis's algorithm gives them."""
    name = command_of(g)
    by = [g.word(b"BY"), g.pick(PATTERNS) if g.chance(0.8) else g.pick(ODD)] if g.chance(0.6) else []
    return [CLEAR, [name, g.pick(LISTS)] + mixed(
        g, by, limit(g) if g.chance(0.5) else [], gets(g), [g.word(b"ALPHA")] if g.chance(0.5) else [],
        [g.word(b"ASC", b"DESC")] if g.chance(0.6) else [], ending(g, name))]


@family.add(20)
def sort_members(g):
    name = command_of(g)
    alpha = g.chance(0.35)
    by = [g.word(b"BY"), g.pick(PATTERNS)] if not alpha and g.chance(0.6) else []
    return [CLEAR, [name, g.pick(SETS + SORTED)] + mixed(
        g, by, limit(g) if g.chance(0.5) else [], gets(g), [g.word(b"ALPHA")] if alpha else [],
        [g.word(b"ASC", b"DESC")] if g.chance(0.6) else [], ending(g, name))]


@family.add(6)
def sort_sorted_as_it_is(g):
    name = command_of(g)
    return [name, g.pick(SORTED)] + mixed(
        g, [g.word(b"BY"), b"nosort"], limit(g) if g.chance(0.6) else [], gets(g),
        [g.word(b"ASC", b"DESC")] if g.chance(0.6) else [], ending(g, name))


@family.add(3, exact=True)
def sort_set_as_it_is(g):
    """Stored, a set is sorted all the same."""
    return [b"SORT", g.pick(SETS), b"BY", b"nosort"] + mixed(
        g, limit(g), [g.word(b"ASC", b"DESC")] if g.chance(0.6) else [], [b"STORE", g.pick(LISTS)])


@family.add(8)
def result(g):
    return [b"LRANGE", g.pick(LISTS), b"0", b"-1"]


@family.add(3, rigid=True)
def encoding(g):
    return [b"OBJECT", b"ENCODING", g.pick(LISTS + SETS)]


REFUSED = requests(b"""
    SORT; SORT so:l1 LIMIT 1; SORT so:l1 LIMIT a b; SORT so:l1 BY; SORT so:l1 GET; SORT so:l1 STORE; SORT so:l1 FOO; SORT so:h1;
    SORT so:w1; SORT so:h1 FOO; SORT_RO so:l1 STORE so:l2; SORT_RO so:none STORE; SORT so:none STORE so:l0; SORT so:none GET #;
    SORT so:l1 LIMIT 0 99999999999999999999; SORT_RO; SORT so:l1 LIMIT 9223372036854775807 9223372036854775807""")


@family.add(4, exact=True)
def refused(g):
    return g.pick(REFUSED)


@family.add(3, exact=True)
def keys(g):
    return [b"COMMAND", g.word(b"GETKEYS", b"GETKEYSANDFLAGS"), b"SORT", b"so:l1"] + mixed(
        g, [b"STORE", b"so:l2"] if g.chance(0.7) else [], [b"BY", b"STORE"] if g.chance(0.4) else [],
        [b"LIMIT", b"1", b"2"] if g.chance(0.4) else [], [b"STORE", b"so:l3"] if g.chance(0.3) else [],
        [b"GET", b"limit"] if g.chance(0.3) else [])
