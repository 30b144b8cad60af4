"""Bitmaps: bits, ranges of bits, operations on whole strings, and integers of any width inside them."""
from grammar import Family

family = Family("bitmap")

# The greatest bit offset Redis allows is 2^32 - 1, half a gigabyte: below it only small ones, and from 2^32 on the refused.
BEYOND = [b"4294967296", b"4294967297", b"9223372036854775807", b"9223372036854775808", b"-1", b"-9223372036854775808"]
WIDTHS = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 47, 48, 62, 63, 64]
BAD_TYPES = [b"u64", b"u0", b"i0", b"i65", b"u65", b"x8", b"u", b"i", b"", b"8", b"u-1", b"u8x", b"U", b"u+8", b"u 8", b"i1e1"]
FIELD_VALUES = [b"0", b"1", b"-1", b"2", b"7", b"15", b"127", b"128", b"-128", b"-129", b"255", b"256", b"32767", b"65535",
                b"100000", b"-100000", b"9223372036854775807", b"-9223372036854775808", b"4611686018427387904"]


def offset(g):
    luck = g.random()
    if luck < 0.75:
        return g.text(0, 300)
    if luck < 0.88:
        return g.text(0, 40000)
    return g.pick(BEYOND) if luck < 0.95 else g.bad_number()


@family.add(14, rigid=True)
def setbit(g):
    bit = g.pick((b"0", b"1")) if g.chance(0.94) else g.pick((b"2", b"-1", b"", b"01", b"x", b"10"))
    return [g.word(b"SETBIT"), g.key("bits"), offset(g), bit]


@family.add(10, rigid=True)
def getbit(g):
    return [g.word(b"GETBIT"), g.any_key(), offset(g)]


def bounds(g, most):
    out = g.few(g.index, 0, most)
    if g.chance(0.5):
        out.append(g.word(b"BYTE", b"BIT") if g.chance(0.95) else g.wrong_word())
    return out


@family.add(12)
def bitcount(g):
    if g.chance(0.3):
        return [b"BITCOUNT", g.any_key()]
    return [b"BITCOUNT", g.any_key(), g.index(), g.index()] + bounds(g, 0)


@family.add(2)
def bitcount_odd(g):
    return [b"BITCOUNT", g.any_key()] + bounds(g, 3)


@family.add(12)
def bitpos(g):
    bit = g.pick((b"0", b"1")) if g.chance(0.95) else g.number()
    return [b"BITPOS", g.any_key(), bit] + bounds(g, 2)


@family.add(10, rigid=True)
def bitop(g):
    name = g.word(b"AND", b"OR", b"XOR", b"NOT")
    most = 1 if name.upper() == b"NOT" and g.chance(0.85) else 5
    return [b"BITOP", name if g.chance(0.98) else g.wrong_word(), g.key("bits")] + g.few(g.any_key, 1, most)


def field_type(g):
    if g.chance(0.96):
        width = g.pick(WIDTHS)
        if width == 64 or g.chance(0.5):
            return g.pick((b"i%d", b"i%d", b"I%d") if g.chance(0.02) else (b"i%d",)) % width
        return b"u%d" % width
    return g.pick(BAD_TYPES)


def field_offset(g):
    luck = g.random()
    if luck < 0.6:
        return g.text(0, 200)
    if luck < 0.9:
        return b"#%d" % g.between(0, 40)
    if luck < 0.95:
        return g.text(0, 20000)
    return g.pick((b"-1", b"#-1", b"#", b"", b"x", b"#x", b"##1", b"4294967296", b"#4294967296", b"9223372036854775807",
                   b"#9223372036854775807", b"+1", b"#01"))


def field_value(g):
    luck = g.random()
    if luck < 0.5:
        return g.text(-300, 300)
    return g.pick(FIELD_VALUES) if luck < 0.96 else g.bad_number()


def field_get(g):
    return [g.word(b"GET"), field_type(g), field_offset(g)]


def field_operation(g):
    luck = g.random()
    if luck < 0.3:
        return field_get(g)
    if luck < 0.55:
        return [g.word(b"SET"), field_type(g), field_offset(g), field_value(g)]
    if luck < 0.8:
        return [g.word(b"INCRBY"), field_type(g), field_offset(g), field_value(g)]
    if luck < 0.97:
        return [g.word(b"OVERFLOW"), g.word(b"WRAP", b"SAT", b"FAIL") if g.chance(0.96) else g.wrong_word()]
    return [g.wrong_word()]


@family.add(16, rigid=True)
def bitfield(g):
    args = [b"BITFIELD", g.key("bits")]
    for _ in range(g.between(0, 5)):
        args += field_operation(g)
    return args


@family.add(12, rigid=True)
def bitfield_overflow(g):
    """Additions to one and the same narrow field, so that it overflows."""
    args = [b"BITFIELD", g.own_key("bits")]
    if g.chance(0.8):
        args += [b"OVERFLOW", g.word(b"WRAP", b"SAT", b"FAIL")]
    kind = g.pick((b"u2", b"i2", b"u8", b"i8", b"u16", b"i16", b"u63", b"i63", b"i64", b"i5", b"u33"))
    for _ in range(g.between(1, 3)):
        args += [g.word(b"INCRBY", b"INCRBY", b"SET"), kind, g.pick((b"0", b"#1", b"3", b"100")), field_value(g)]
    return args


@family.add(5, rigid=True)
def bitfield_ro(g):
    args = [b"BITFIELD_RO", g.any_key()]
    for _ in range(g.between(0, 4)):
        args += field_get(g) if g.chance(0.95) else field_operation(g)
    return args


@family.add(5)
def bytes_of(g):
    return [b"GET", g.any_key()]


@family.add(6)
def material(g):
    return [b"SET", g.key("bits"), g.value()]


@family.add(2)
def forget(g):
    return [b"DEL", g.key("bits")]
