"""Lists: every command on lists of one listpack and of many blocks, and the blocking ones where they need not wait, or not long."""
from grammar import Family

family = Family("list", prologue=[
    [b"CONFIG", b"SET", b"list-max-listpack-size", b"-2"], [b"CONFIG", b"SET", b"list-compress-depth", b"0"]])

# Few different elements, so that searching finds some; and those that listpacks keep as integers, or that need blocks of their own.
ELEMENTS = [b"a", b"b", b"c", b"foo", b"bar", b"", b"0", b"1", b"-1", b"127", b"128", b"-4096", b"4095", b"65536", b"2147483648",
            b"9223372036854775807", b"-9223372036854775808", b"007", b"-0", b"+1", b"1.5", b"\x00\xff", b"x" * 63, b"x" * 64,
            b"y" * 500, b"z" * 4095, b"z" * 4096, b"w" * 9000]
SMALL = ELEMENTS[:20]


def key(g):
    return g.own_key("list") if g.chance(0.92) else g.key("shared")


def element(g):
    return g.pick(SMALL) if g.chance(0.9) else g.pick(ELEMENTS)


def index(g):
    luck = g.random()
    if luck < 0.75:
        return g.text(-12, 12)
    return g.text(-1500, 1500) if luck < 0.92 else g.number()


def where(g):
    return g.word(b"LEFT", b"RIGHT") if g.chance(0.98) else g.wrong_word()


@family.add(7)
def push(g):
    return [g.word(b"LPUSH", b"RPUSH"), key(g)] + g.few(lambda: element(g), 1, 5)


@family.add(0.6)
def push_many(g):
    return [g.word(b"LPUSH", b"RPUSH"), key(g)] + g.few(lambda: element(g), 50, 900)


@family.add(2)
def pushx(g):
    return [g.word(b"LPUSHX", b"RPUSHX"), key(g)] + g.few(lambda: element(g), 1, 3)


@family.add(6)
def pop(g):
    count = [g.text(-1, 8) if g.chance(0.9) else index(g)] if g.chance(0.4) else []
    return [g.word(b"LPOP", b"RPOP"), key(g)] + count


@family.add(2)
def llen(g):
    return [b"LLEN", key(g)]


@family.add(5)
def lindex(g):
    return [b"LINDEX", key(g), index(g)]


@family.add(5)
def lrange(g):
    return [b"LRANGE", key(g), index(g), index(g)]


@family.add(4)
def lset(g):
    return [b"LSET", key(g), index(g), element(g)]


@family.add(4)
def linsert(g):
    return [b"LINSERT", key(g), g.word(b"BEFORE", b"AFTER") if g.chance(0.97) else g.wrong_word(), element(g), element(g)]


@family.add(3)
def lrem(g):
    return [b"LREM", key(g), g.text(-4, 4) if g.chance(0.9) else index(g), element(g)]


@family.add(1)
def ltrim(g):
    if g.chance(0.7):
        return [b"LTRIM", key(g), g.text(-400, 3), g.text(-3, 400)]
    return [b"LTRIM", key(g), index(g), index(g)]


@family.add(4)
def lpos(g):
    options = []
    for name, make in ((b"RANK", lambda: g.text(-3, 3)), (b"COUNT", lambda: g.text(-1, 4)), (b"MAXLEN", lambda: g.text(-1, 40))):
        if g.chance(0.35):
            options += [g.word(name), make() if g.chance(0.95) else g.number()]
    return [b"LPOS", key(g), element(g)] + options


@family.add(3)
def lmove(g):
    return [b"LMOVE", key(g), key(g), where(g), where(g)]


@family.add(2)
def rpoplpush(g):
    return [b"RPOPLPUSH", key(g), key(g)]


def several(g):
    keys = g.few(lambda: key(g), 1, 3)
    count = b"%d" % len(keys) if g.chance(0.95) else g.text(-1, 5)
    options = [g.word(b"COUNT"), g.text(0, 6)] if g.chance(0.5) else []
    return [count] + keys + [where(g)] + options


@family.add(2)
def lmpop(g):
    return [b"LMPOP"] + several(g)


# Whoever waits holds up what comes behind; a thousandth of a second is long enough to be waited for.
TIMEOUTS = [b"0.001", b"0.0015", b"0.002", b"1e-3", b"0.0001"]
BAD_TIMEOUTS = [b"-1", b"-0.5", b"x", b"", b"inf", b"-inf", b"nan", b"1e30", b"1e4932", b" 1", b"0.001x", b"-1e300"]


def timeout(g):
    return g.pick(TIMEOUTS) if g.chance(0.9) else g.pick(BAD_TIMEOUTS)


@family.add(2, exact=True)
def bpop(g):
    return [g.word(b"BLPOP", b"BRPOP")] + g.few(lambda: key(g), 1, 3) + [timeout(g)]


@family.add(1, exact=True)
def bmove(g):
    if g.chance(0.5):
        return [b"BRPOPLPUSH", key(g), key(g), timeout(g)]
    return [b"BLMOVE", key(g), key(g), where(g), where(g), timeout(g)]


@family.add(1, exact=True)
def bmpop(g):
    return [b"BLMPOP", timeout(g)] + several(g)


@family.add(1, exact=True)
def encoding(g):
    return [b"OBJECT", b"ENCODING", key(g)]


@family.add(1)
def others(g):
    luck = g.random()
    if luck < 0.3:
        return [b"DEL", key(g)]
    if luck < 0.5:
        return [b"COPY", key(g), key(g), b"REPLACE"]
    return [b"RENAME", key(g), key(g)]


@family.add(0.5, exact=True)
def digest(g):
    return [b"DEBUG", b"DIGEST-VALUE", key(g)]


# Each layout of blocks: by size, by number, with blocks for single elements, with compression.
@family.add(0.15, exact=True)
def layout(g):
    if g.chance(0.5):
        return [b"CONFIG", b"SET", b"list-max-listpack-size", g.pick([b"-1", b"-2", b"-5", b"1", b"4", b"128"])]
    if g.chance(0.5):
        return [b"CONFIG", b"SET", b"list-compress-depth", g.pick([b"0", b"1", b"2"])]
    return [b"DEBUG", b"QUICKLIST-PACKED-THRESHOLD", g.pick([b"0", b"0", b"100", b"1kb"])]
