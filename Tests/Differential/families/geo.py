"""Places: adding them, asking where they are, and searching around them in every way."""
from grammar import Family
from values import requests

family = Family("geo", prologue=[[b"CONFIG", b"SET", b"zset-max-listpack-entries", b"128", b"zset-max-listpack-value", b"64"]])

# The edges of the map, the poles, the date line, and a few cities that are near each other.
LONGITUDES = [b"0", b"180", b"-180", b"179.9999", b"-179.9999", b"13.361389", b"15.087269", b"2.3522", b"-0.1278", b"90", b"-90"]
LATITUDES = [b"0", b"85.05112878", b"-85.05112878", b"85", b"-85", b"38.115556", b"37.502669", b"48.8566", b"51.5074", b"66.5", b"-66.5",
             b"80.5", b"-80.5", b"89.9"]
OFF_MAP = [b"180.0001", b"-181", b"85.06", b"-85.06", b"1000", b"1e300", b"abc", b"", b"nan", b"inf", b"-inf", b" 1", b"1 "]
UNITS = (b"m", b"km", b"ft", b"mi")


def key(g):
    return g.key("places")


def place(g):
    """Around a handful of places, mostly, so that searches find some."""
    luck = g.random()
    if luck < 0.55:
        return [b"%.*f" % (g.between(0, 8), 13 + (g.random() - 0.5) * 10 ** g.between(-4, 1)),
                b"%.*f" % (g.between(0, 8), 38 + (g.random() - 0.5) * 10 ** g.between(-4, 1))]
    if luck < 0.8:
        return [b"%.6f" % ((g.random() - 0.5) * 360), b"%.6f" % ((g.random() - 0.5) * 170)]
    if luck < 0.97:
        return [g.pick(LONGITUDES), g.pick(LATITUDES)]
    return [g.pick(OFF_MAP + LONGITUDES), g.pick(OFF_MAP + LATITUDES)]


def member(g):
    return b"p:%d" % g.between(0, 60) if g.chance(0.95) else g.short()


def length(g):
    luck = g.random()
    if luck < 0.55:
        return b"%.*f" % (g.between(0, 4), g.random() * 10 ** g.between(0, 7))
    if luck < 0.9:
        return g.pick((b"0", b"1", b"10", b"200", b"1000", b"5000", b"20000", b"100000", b"20037726", b"1e9", b"0.5"))
    return g.pick((b"-1", b"abc", b"", b"1e20", b"nan", b"1e-5", b"-0", b"5e15", b"0x10"))


def unit(g):
    return g.word(b"M", b"KM", b"FT", b"MI") if g.chance(0.97) else g.wrong_word()


def circle(g):
    return [length(g), unit(g)]


def with_words(g):
    return [g.word(b"WITHCOORD", b"WITHDIST", b"WITHHASH")]


def order(g):
    return [g.word(b"ASC", b"DESC")]


def count(g):
    words = [g.word(b"COUNT"), g.text(1, 12) if g.chance(0.9) else g.number()]
    return words + ([g.word(b"ANY")] if g.chance(0.3) else [])


@family.add(14)
def geoadd(g):
    options = g.options(lambda: [g.word(b"NX")], lambda: [g.word(b"XX")], lambda: [g.word(b"CH")], most=2,
                        wrong=0.02) if g.chance(0.3) else []
    words = []
    for _ in range(g.between(1, 6)):
        words += place(g) + [member(g)]
    return [b"GEOADD", key(g)] + options + words


@family.add(2)
def geoadd_many(g):
    words = []
    for n in range(g.between(10, 150)):
        words += [b"%.6f" % (13 + (g.random() - 0.5) * 4), b"%.6f" % (38 + (g.random() - 0.5) * 4), b"p:%d" % n]
    return [b"GEOADD", key(g)] + words


@family.add(2)
def geoadd_same_place(g):
    """Equal distances: their order tells the sorting."""
    where = place(g)
    words = []
    for _ in range(g.between(2, 30)):
        words += where + [member(g)]
    return [b"GEOADD", key(g)] + words


@family.add(6)
def geopos(g):
    return [b"GEOPOS", key(g)] + g.few(lambda: member(g), 0, 5)


@family.add(5)
def geohash(g):
    return [b"GEOHASH", key(g)] + g.few(lambda: member(g), 0, 5)


@family.add(6)
def geodist(g):
    return [b"GEODIST", key(g), member(g), member(g)] + ([unit(g)] if g.chance(0.7) else [])


def options(g, *more):
    return g.options(lambda: with_words(g), lambda: with_words(g), lambda: order(g), lambda: count(g), *more, most=4)


@family.add(8)
def georadius(g):
    name = g.word(b"GEORADIUS", b"GEORADIUS_RO")
    return [name, key(g)] + place(g) + circle(g) + options(g)


@family.add(8)
def georadiusbymember(g):
    name = g.word(b"GEORADIUSBYMEMBER", b"GEORADIUSBYMEMBER_RO")
    return [name, key(g), member(g)] + circle(g) + options(g)


@family.add(5)
def georadius_store(g):
    head = [g.word(b"GEORADIUS", b"GEORADIUS_RO", b"GEORADIUS"), key(g)] + place(g) if g.chance(0.5) else [
        g.word(b"GEORADIUSBYMEMBER"), key(g), member(g)]
    return head + circle(g) + g.options(
        lambda: order(g), lambda: count(g), lambda: with_words(g) if g.chance(0.2) else order(g), most=2) + [
        g.word(b"STORE", b"STOREDIST"), key(g)]


def shape(g):
    center = [g.word(b"FROMMEMBER"), member(g)] if g.chance(0.5) else [g.word(b"FROMLONLAT")] + place(g)
    area = [g.word(b"BYRADIUS")] + circle(g) if g.chance(0.5) else [g.word(b"BYBOX"), length(g), length(g), unit(g)]
    parts = [center, area]
    if g.chance(0.03):
        parts.append(g.pick(parts))
    if g.chance(0.03):
        del parts[g.between(0, 1)]
    if g.chance(0.2):
        parts.reverse()
    return [word for part in parts for word in part]


@family.add(20)
def geosearch(g):
    extra = options(g)
    return [b"GEOSEARCH", key(g)] + (shape(g) + extra if g.chance(0.9) else extra + shape(g))


@family.add(8)
def geosearchstore(g):
    return [b"GEOSEARCHSTORE", key(g), key(g)] + shape(g) + g.options(
        lambda: order(g), lambda: count(g), lambda: [g.word(b"STOREDIST")], lambda: with_words(g) if g.chance(0.2) else order(g),
        most=3)


REFUSED = requests(b"""
    GEOADD; GEOADD g1; GEOADD g1 NX XX CH; GEOADD g1 NX CH CH; GEOADD g1 1 2; GEOADD g1 1 2 a b; GEOADD g1 GT 1 2 a;
    GEORADIUS g1 0 0 1 km STORE; GEORADIUS_RO g1 0 0 1 km STORE g2; GEORADIUSBYMEMBER_RO g1 p:1 1 km STOREDIST g2;
    GEOSEARCH g1 BYRADIUS 1 km ASC; GEOSEARCH g1 FROMLONLAT 0 0 ASC; GEOSEARCH g1 FROMLONLAT 0 0 BYRADIUS 1 km ANY;
    GEOSEARCH g1 FROMLONLAT 0 0 BYRADIUS 1 km STOREDIST; GEOSEARCH no:set FROMMEMBER a BYRADIUS 1 km COUNT 0;
    GEOSEARCHSTORE g2 g1 FROMLONLAT 0 0 BYRADIUS 1 km WITHDIST; GEORADIUSBYMEMBER no:set a x y STORE g3;
    GEORADIUSBYMEMBER no:set a -1 km; geosearch g1 byradius 1 km asc; GeoSearch g1 fromlonlat 0 0 asc""")


@family.add(2, exact=True)
def refused(g):
    return g.pick(REFUSED)


@family.add(3)
def zadd(g):
    """Scores that are no places, too."""
    return [b"ZADD", key(g)] + [g.pick((b"0", b"-1", b"3479099956230698", b"4503599627370496", b"9007199254740992", b"1e19", b"2e19",
                                        b"-1e19", b"inf", b"-inf", b"1.5", b"-5e18", b"9223372036854775808")), member(g)]


@family.add(3)
def zrange(g):
    return [b"ZRANGE", key(g), b"0", b"-1", g.word(b"WITHSCORES")]


@family.add(2)
def zrem(g):
    return [b"ZREM", key(g)] + g.few(lambda: member(g), 1, 8)


@family.add(1)
def encoding(g):
    return [b"OBJECT", b"ENCODING", key(g)]


@family.add(0.4, exact=True)
def threshold(g):
    return [b"CONFIG", b"SET", b"zset-max-listpack-entries", g.pick((b"0", b"8", b"128"))]


@family.add(1)
def forget(g):
    return [b"DEL", key(g)]


@family.add(1)
def other(g):
    return [b"SET", key(g), g.value()]
