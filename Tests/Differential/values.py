"""Arguments: from small pools, so that commands meet each other's keys, and full of the values that break parsers.

Two rules keep a run deterministic although it takes real time:

- A deadline is either relative and thousands of seconds away, drawn so widely that two of them are never close enough
  for the clock to decide a GT or LT; or absolute and above the year 2096. `compare.py` tells the two apart by their size.
- Whatever sets a deadline in the past reads the key right after, because a server may forget it at once or only then.
"""

NUMBERS = [b"%d" % n for n in (
    0, 1, -1, 2, 3, 7, 8, 9, 10, 16, 31, 32, 63, 64, 99, 100, 127, 128, 255, 256, 1000, 9999, 10000, 32767, 65535, 65536,
    2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**32 - 1, 2**32, 2**53, 2**53 + 1, 2**62, 2**63 - 2, 2**63 - 1, -2**63 + 1,
    -2**63)]
SMALL_NUMBERS = [b"%d" % n for n in list(range(-4, 20)) + [24, 31, 32, 33, 43, 44, 45, 63, 64, 65, 100, 127, 128, 511, 512]]
BAD_NUMBERS = [b"", b" ", b" 1", b"1 ", b"+1", b"01", b"-0", b"00", b"-01", b"1.0", b"1e3", b"0x10", b"9223372036854775808",
               b"-9223372036854775809", b"18446744073709551615", b"99999999999999999999999", b"abc", b"nan", b"inf", b"-",
               b"+", b"--1", b"1\x00", b"\x00", b"1\r\n", b"1a", b"a1", "１".encode(), b"1_000", b"1,000"]
FLOATS = [b"0", b"1", b"-1", b"0.1", b"0.2", b"1.5", b"-2.25", b"3.0e3", b"1e-5", b"5e15", b"1e17", b"1.1e20", b".5", b"5.",
          b"1e+3", b"-0", b"-0.0", b"0.000000000000000000001", b"1.7976931348623157e308", b"1e-400", b"1e400", b"-1e400",
          b"3.14159265358979323846264338327950288", b"10.50", b"200", b"0x10", b"0x1p3", b"1E2", b"+1.5", b"007.5"]
BAD_FLOATS = [b"", b" 1.5", b"1.5 ", b"1,5", b"1e", b"e5", b".", b"-.", b"nan", b"-nan", b"NaN", b"inf", b"-inf", b"+inf",
              b"Infinity", b"1e5000", b"-1e5000", b"abc", b"1.5\x00", b"\x00", b"1..5", b"--1.5", b"1.5.5", b"0x", b"1f"]

SHORT_VALUES = [b"", b"a", b"b", b"A", b"0", b"1", b"-1", b"hello", b"world", b"Hello World", b"foobar", b"12345", b"3.5",
                b"\x00", b"\xff", b"\x80\x00\xff", b"\r\n", b"a\r\nb", b"a b", b'"q"', b"\\", b"'", "grüße ☃".encode(),
                b"\xff\xf0\x00", b"\x01\x02\x03", b"nan", b"10", b"5.0", b"9223372036854775807", b"-9223372036854775808"]
# 44 and 45 bytes are where Redis stops embedding a string in its object, 20 and 21 where text can no longer be an int64.
EDGE_VALUES = [b"x" * n for n in (19, 20, 21, 43, 44, 45, 46, 63, 64, 65, 100, 127, 128, 255, 256, 511, 512, 513)] + [
    b"1" * 19, b"1" * 20, b"1" * 21, b"9" * 44, b"\x00" * 45, bytes(range(256)), b"abcdefghij" * 5]
LARGE_VALUES = [b"y" * 4096, bytes(range(256)) * 32, b"z" * 16384, b"Q" * 20000]
WRONG_WORDS = [b"foo", b"NXX", b"X", b"", b"E", b"GETT", b"nil", b"-", b"*", b"0x", b"BYTES", b"\xff"]

KEYS = {
    # What every family may touch.
    "shared": [b"k%d" % i for i in range(10)] + [b"", b"a b", b"\x00\xff\r\n", b"long:" + b"k" * 100, "ключ".encode(),
                                                 b"*", b"{tag}1", b"{tag}2", b"123", b"[k]?\\"],
    "number": [b"n%d" % i for i in range(6)],
    "bits": [b"b%d" % i for i in range(6)],
    # The bytes of a HyperLogLog are checked so loosely that arbitrary ones can mean anything: nobody else writes here.
    "hll": [b"h%d" % i for i in range(5)],
    # LCS takes the product of both lengths: its keys stay short.
    "lcs": [b"lcs:%d" % i for i in range(4)],
    "list": [b"l%d" % i for i in range(6)],
    "sets": [b"s%d" % i for i in range(8)],
    "hashes": [b"e%d" % i for i in range(8)],
    "zsets": [b"z%d" % i for i in range(8)],
    # Sorted sets of one score.
    "lex": [b"lex%d" % i for i in range(4)],
    "places": [b"g%d" % i for i in range(5)],
}
RARE_KEYS = [b"missing", b"nosuchkey"]       # mostly absent, because hardly anybody writes to them
OPEN_POOLS = ("shared", "shared", "number", "bits")
ALL_POOLS = OPEN_POOLS + ("hll", "lcs")

RELATIVE_SECONDS = (2_000, 100_000_000)
ABSOLUTE_SECONDS = (4_000_000_000, 9_000_000_000)
# Deadlines that no sum with the clock can hold, and those that are no deadlines at all.
BAD_DEADLINES = [b"0", b"-1", b"-100", b"9223372036854775807", b"-9223372036854775808", b"9223372036854775808",
                 b"9223372036854775000", b"", b"abc", b"1.5", b"+5", b" 5", b"0x5", b"05", b"nan"]
PAST_DEADLINES = [b"1", b"1000", b"1000000"]


def requests(text):
    """Requests written as text: separated by semicolons, words by blanks; '' is the empty word."""
    return [[b"" if word == b"''" else word for word in request.split()] for request in text.split(b";")]


class Values:
    """Draws arguments from one seeded source. Methods are short because families read better that way."""

    def __init__(self, source):
        self.source = source
        self.random = source.random

    def pick(self, choices):
        return choices[int(self.random() * len(choices))]

    def chance(self, probability):
        return self.random() < probability

    def between(self, low, high):
        return low + int(self.random() * (high - low + 1))

    def text(self, low, high):
        return b"%d" % self.between(low, high)

    def few(self, make, low, high):
        return [make() for _ in range(self.between(low, high))]

    def word(self, *words):
        """One of the option words, in any case."""
        word = self.pick(words)
        luck = self.random()
        if luck < 0.6:
            return word
        if luck < 0.8:
            return word.lower()
        return bytes(c ^ 32 if 65 <= c <= 90 and self.random() < 0.5 else c for c in word)

    def wrong_word(self):
        return self.pick(WRONG_WORDS)

    def options(self, *makers, most=3, wrong=0.03):
        """Some of the options, in any order, now and then twice or with a word that is none."""
        out = []
        while len(out) < 12 and most > 0 and self.random() < 0.55:
            out += self.pick(makers)()
            most -= 1
        if self.random() < wrong:
            out.append(self.wrong_word())
        return out

    # Keys

    def key(self, pool="shared"):
        """Mostly from the named pool; else from any pool that everybody may write to."""
        luck = self.random()
        if luck < 0.8:
            return self.pick(KEYS[pool])
        if luck < 0.98:
            return self.pick(KEYS[self.pick(OPEN_POOLS)])
        return self.pick(RARE_KEYS)

    def own_key(self, pool):
        return self.pick(KEYS[pool])

    def any_key(self):
        """For commands that leave a string's bytes alone."""
        return self.pick(KEYS[self.pick(ALL_POOLS)]) if self.random() < 0.97 else self.pick(RARE_KEYS)

    def key_pair(self):
        """For commands that carry a value from one key to another: both from one pool, to keep closed pools closed."""
        pool = KEYS[self.pick(ALL_POOLS)]
        return [self.pick(pool), self.pick(pool)]

    # Numbers

    def number(self):
        luck = self.random()
        if luck < 0.55:
            return self.pick(SMALL_NUMBERS)
        return self.pick(NUMBERS) if luck < 0.9 else self.pick(BAD_NUMBERS)

    def bad_number(self):
        return self.pick(BAD_NUMBERS)

    def index(self):
        """A position in a string: near an end, mostly."""
        luck = self.random()
        if luck < 0.7:
            return self.text(-70, 70)
        return self.text(-25000, 25000) if luck < 0.85 else self.number()

    def float(self):
        luck = self.random()
        if luck < 0.3:
            return b"%.*f" % (self.between(0, 6), (self.random() - 0.5) * 10 ** self.between(0, 12))
        return self.pick(FLOATS) if luck < 0.85 else self.pick(BAD_FLOATS)

    # Strings

    def value(self):
        luck = self.random()
        if luck < 0.40:
            return self.pick(SHORT_VALUES)
        if luck < 0.55:
            return self.text(-1000, 11000)
        if luck < 0.65:
            return self.pick(NUMBERS)
        if luck < 0.72:
            return self.pick(FLOATS)
        if luck < 0.90:
            return self.pick(EDGE_VALUES)
        if luck < 0.985:
            return self.source.randbytes(self.between(1, 60))
        return self.pick(LARGE_VALUES)

    def short(self):
        return self.pick(SHORT_VALUES)

    # Deadlines

    def relative_seconds(self):
        return self.text(*RELATIVE_SECONDS) if self.random() < 0.85 else self.pick(BAD_DEADLINES)

    def relative_milliseconds(self):
        low, high = RELATIVE_SECONDS
        return self.text(low * 1000, high * 1000) if self.random() < 0.85 else self.pick(BAD_DEADLINES)

    def absolute_seconds(self):
        luck = self.random()
        if luck < 0.85:
            return self.text(*ABSOLUTE_SECONDS)
        return self.pick(PAST_DEADLINES) if luck < 0.9 else self.pick(BAD_DEADLINES)

    def absolute_milliseconds(self):
        low, high = ABSOLUTE_SECONDS
        luck = self.random()
        if luck < 0.85:
            return self.text(low * 1000, high * 1000)
        return self.pick(PAST_DEADLINES) if luck < 0.9 else self.pick(BAD_DEADLINES)

    def expiry(self):
        """EX, PX, EXAT or PXAT with its number."""
        unit = self.pick((b"EX", b"PX", b"EXAT", b"PXAT"))
        made = {b"EX": self.relative_seconds, b"PX": self.relative_milliseconds, b"EXAT": self.absolute_seconds,
                b"PXAT": self.absolute_milliseconds}[unit]()
        return [self.word(unit), made]
