"""HyperLogLog: counts, and the bytes behind them, since those are what is stored, copied and replicated."""
from grammar import Family

family = Family("hyperloglog")

ELEMENTS = [b"%d" % n for n in range(6000)]
ODD_ELEMENTS = [b"", b"\x00", b"a", b"foo", b"x" * 7, b"x" * 8, b"x" * 9, b"y" * 1000, b"\xff" * 15, b"a b"]

# Only what Redis checks is falsified: the magic, the encoding's number, the length, the cached count. Falsified runs of the
# sparse form mean whatever the code that walks them happens to do.
HEADER = b"HYLL\x01\x00\x00\x00"
EMPTY_SPARSE = HEADER + b"\x00" * 8 + b"\x7f\xff"
HANDMADE = [EMPTY_SPARSE, HEADER + b"\x00" * 7 + b"\x80" + b"\x7f\xff", HEADER + b"\x2a" + b"\x00" * 7 + b"\x7f\xff",
            b"HYLL", b"HYLL\x00" + b"\x00" * 11, b"HYLL\x02" + b"\x00" * 13, b"HYLX\x01" + b"\x00" * 13, b"",
            HEADER, b"HYLL\x00" + b"\x00" * (11 + 12288), b"HYLL\x00" + b"\x00" * (11 + 12287)]


def key(g):
    return g.own_key("hll") if g.chance(0.9) else g.key("shared")


def element(g):
    return g.pick(ELEMENTS) if g.chance(0.95) else g.pick(ODD_ELEMENTS)


@family.add(16)
def pfadd(g):
    return [g.word(b"PFADD"), key(g)] + g.few(lambda: element(g), 0, 4)


@family.add(3)
def pfadd_many(g):
    start, count = g.between(0, 5800), g.between(20, 200)
    return [b"PFADD", key(g)] + ELEMENTS[start:start + count]


@family.add(14)
def pfcount(g):
    return [g.word(b"PFCOUNT")] + g.few(lambda: key(g), 1, 1 if g.chance(0.7) else 4)


@family.add(5)
def pfmerge(g):
    return [b"PFMERGE"] + g.few(lambda: key(g), 1, 4)


@family.add(5)
def pfdebug(g):
    word = g.word(b"ENCODING", b"ENCODING", b"ENCODING", b"TODENSE") if g.chance(0.97) else g.wrong_word()
    return [b"PFDEBUG", word, key(g)]


@family.add(0.6)
def pfdebug_decode(g):
    return [b"PFDEBUG", g.word(b"DECODE"), key(g)]


@family.add(0.08)
def pfdebug_getreg(g):
    return [b"PFDEBUG", g.word(b"GETREG"), key(g)]


@family.add(2)
def raw(g):
    return [b"GET", key(g)]


@family.add(4)
def length(g):
    return [b"STRLEN", key(g)]


@family.add(1, rigid=True)
def falsify_header(g):
    return g.pick(([b"SETRANGE", g.own_key("hll"), b"0", g.pick((b"X", b"HYLL", b"h"))],
                   [b"SETRANGE", g.own_key("hll"), b"4", g.pick((b"\x00", b"\x02", b"\xff"))],
                   [b"SETRANGE", g.own_key("hll"), b"8", g.source.randbytes(7) + g.pick((b"\x00", b"\x80", b"\x01"))]))


@family.add(1)
def handmade(g):
    return [b"SET", g.own_key("hll"), g.pick(HANDMADE)]


@family.add(2)
def copy(g):
    return [b"COPY", g.own_key("hll"), g.own_key("hll"), b"REPLACE"]


@family.add(3)
def forget(g):
    return [b"DEL", g.own_key("hll")]
