"""Families of weighted generators, and the mixture of them that makes a test.

A generator is a function of `Values` that returns the words of one command (a list of bytes), a `Step`, or a list of
either. It is declared where it is written:

    family = Family("string")

    @family.add(8)
    def get(g):
        return [b"GET", g.key()]

Wrong arity and misplaced words come from here, not from every generator: a few percent of all commands lose a word, gain
one or have two exchanged. `rigid=True` keeps the words of a generator's commands in their places (one may still be lost
or appended): for commands where a number in the wrong place would be a deadline within the test's own lifetime, or half
a gigabyte. `exact=True` leaves them alone altogether.
"""
from bisect import bisect
from itertools import accumulate

from steps import Command, Step
from values import WRONG_WORDS, Values

DIGEST = [b"DEBUG", b"DIGEST"]
DIGEST_EVERY = 300
DISTORTED = 0.03
FOREIGN = 0.015
EXTRA_WORDS = WRONG_WORDS + [b"1", b"k1", b"NX", b"abc", b"extra"]


class Family:
    """Commands that belong together. `foreign` asks for keys of other types between them; `prologue` is run at the start
    of every episode to undo what FLUSHALL and a new connection do not."""

    def __init__(self, name, foreign=True, prologue=()):
        self.name = name
        self.foreign = foreign
        self.prologue = list(prologue)
        self.generators = []
        self.weights = []

    def add(self, weight=1.0, rigid=False, exact=False):
        def register(function):
            self.generators.append((function, rigid, exact))
            self.weights.append(weight)
            return function
        return register

    def sealed(self):
        self.bounds = list(accumulate(self.weights))
        return self


def foreign_makers(pick_key):
    """Keys of other types, to be met by commands that want strings."""
    return {
        b"SADD": lambda g: [b"SADD", pick_key(g)] + g.few(g.short, 1, 3),
        b"LPUSH": lambda g: [b"LPUSH", pick_key(g)] + g.few(g.short, 1, 3),
        b"RPUSH": lambda g: [b"RPUSH", pick_key(g), b"1", b"2"],
        b"HSET": lambda g: [b"HSET", pick_key(g), g.short(), g.short()],
        b"ZADD": lambda g: [b"ZADD", pick_key(g), g.text(-5, 5), g.short()],
        b"XADD": lambda g: [b"XADD", pick_key(g), b"%d-1" % g.between(1, 9), b"field", g.short()],
    }


class Grammar:
    """The chosen families, mixed evenly; the sequence depends on the seeded source and on nothing else."""

    def __init__(self, families, source, missing=frozenset(), digest=True):
        self.families = [family.sealed() for family in families]
        self.g = Values(source)
        self.missing = missing
        self.digest = digest
        self.until_digest = DIGEST_EVERY
        makers = foreign_makers(Values.any_key)
        self.makers = [make for name, make in makers.items() if name not in missing]
        if not any(family.foreign for family in families):
            self.makers = []
        self.left_out = 0

    def prologue(self):
        return [Command(list(args)) for family in self.families for args in family.prologue
                if args[0] not in self.missing]

    def next(self):
        """The next steps; mostly one."""
        self.until_digest -= 1
        if self.until_digest <= 0 and self.digest:
            self.until_digest = DIGEST_EVERY
            return [Command(list(DIGEST))]
        g = self.g
        while True:
            if self.makers and g.random() < FOREIGN:
                return [Command(g.pick(self.makers)(g))]
            family = self.families[int(g.random() * len(self.families))]
            index = bisect(family.bounds, g.random() * family.bounds[-1])
            function, rigid, exact = family.generators[index]
            made = function(g)
            if not isinstance(made, list) or isinstance(made[0], bytes):
                made = [made]
            if not exact and g.random() < DISTORTED and not isinstance(made[0], Step):
                made = [self.distorted(made[0], rigid)] + made[1:]
            steps = [item if isinstance(item, Step) else Command(item) for item in made]
            if self.missing and self.lacks(steps):
                self.left_out += 1
                continue
            return steps

    def lacks(self, steps):
        """Also for COMMAND, when it is asked about what is missing."""
        for step in steps:
            for args in step.requests():
                words = args if args[0].upper() == b"COMMAND" else args[:1]
                if any(word.upper() in self.missing for word in words):
                    return True
        return False

    def distorted(self, args, rigid):
        g = self.g
        args = list(args)
        luck = g.random()
        if luck < 0.35 and len(args) > 1:
            del args[g.between(1, len(args) - 1)]
        elif luck < 0.6 or rigid or len(args) < 3:
            args.append(g.pick(EXTRA_WORDS))
        elif luck < 0.7:
            args[g.between(1, len(args) - 1)] = g.pick(EXTRA_WORDS)
        elif luck < 0.8:
            args[g.between(1, len(args) - 1)] = g.bad_number()
        elif luck < 0.9:
            at = g.between(1, len(args) - 1)
            args.insert(at, args[at])
        else:
            one, two = g.between(1, len(args) - 1), g.between(1, len(args) - 1)
            args[one], args[two] = args[two], args[one]
        return args


def words_of(families, source, samples=4000):
    """The command names that the families use: found by drawing, so that nobody has to keep a list."""
    grammar = Grammar(families, source)
    names = set()
    for _ in range(samples * len(families)):
        for step in grammar.next():
            names.update(args[0].upper() for args in step.requests() if args)
    return names
