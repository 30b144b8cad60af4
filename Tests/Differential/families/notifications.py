"""Keyspace notifications: which events every command of the other families causes, on which channels, and in which order.

One client runs commands that the other families make, another one listens; only what it hears is compared. Keys past their
deadlines go when they are come upon, since Redis is free in when it removes the others; that Martlet removes them on time is
a test of its own.
"""
import families
from conversation import Conversation
from grammar import Family, Grammar
from steps import Command

family = Family("notifications", foreign=False)

SPEAKER, LISTENER = range(2)
# Their order is that of a hash table with a random seed, they speak of other things than keys, or they make a client wait.
LEFT_OUT = frozenset((b"KEYS", b"RANDOMKEY", b"SCAN", b"DEBUG", b"CONFIG", b"CLIENT", b"COMMAND", b"BLPOP", b"BRPOP", b"BLMOVE",
                      b"BRPOPLPUSH", b"BLMPOP", b"BZPOPMIN", b"BZPOPMAX", b"BZMPOP", b"SUBSCRIBE", b"PSUBSCRIBE", b"MONITOR"))
CLASSES = [b"AKE", b"AKEmn", b"AKEmn", b"AE", b"AK", b"KEg$", b"Elshz", b"KExe", b"Em", b"Kn", b"KE", b"A", b"", b"gn$KE"]
# The families of commands that change keys; each counts as soon as it is there.
SOURCES = ("string", "bitmap", "hyperloglog", "generic", "set", "hash", "list", "zset", "sorted-set", "sortedset", "geo", "sort")


def noticing(g, key, other):
    """What may be the first to come upon a key past its deadline."""
    return g.pick((
        [b"GET", key], [b"EXISTS", key, key], [b"TYPE", key], [b"TTL", key], [b"PERSIST", key], [b"APPEND", key, b"x"],
        [b"INCR", key], [b"RENAME", key, other], [b"RENAME", other, key], [b"RENAMENX", other, key], [b"COPY", key, other],
        [b"COPY", other, key], [b"SETNX", key, b"new"], [b"SET", key, b"v", b"XX"], [b"SET", key, b"v", b"GET"],
        [b"GETDEL", key], [b"EXPIREAT", key, b"4000000000"], [b"DEL", key], [b"UNLINK", key, other], [b"TOUCH", key],
        [b"MOVE", key, b"9"], [b"GETSET", key, b"v"], [b"SETBIT", key, b"3", b"1"], [b"MSETNX", key, b"v", other, b"v"],
        [b"GETEX", key, b"PERSIST"], [b"OBJECT", b"ENCODING", key], [b"SET", key, b"v", b"KEEPTTL"], [b"MSET", key, b"v"],
        [b"SETRANGE", key, b"2", b"x"], [b"BITFIELD", key, b"INCRBY", b"u8", b"0", b"1"], [b"PFCOUNT", key],
        [b"PFADD", key, b"a"], [b"PFMERGE", key, other], [b"BITOP", b"NOT", other, key], [b"BITOP", b"NOT", key, other]))


def commands(g, count, left_out=LEFT_OUT):
    """Lines of the speaker, drawn as the other families' tests draw them."""
    chosen = [families.FAMILIES[name] for name in SOURCES if name in families.FAMILIES]
    grammar = Grammar(chosen, g.source, digest=False)
    lines = []
    while len(lines) < count:
        steps = grammar.next()
        # What waits for a deadline waits for nothing here.
        if not all(isinstance(step, Command) for step in steps):
            continue
        lines += [(SPEAKER, step.args) for step in steps if step.args and step.args[0].upper() not in left_out]
    return lines


@family.add(1, exact=True)
def overheard(g):
    classes = g.pick(CLASSES)
    # SORT looks up what it sorts by in the order of a hash table too, which the misses among it show.
    left_out = LEFT_OUT | {b"SORT", b"SORT_RO"} if b"m" in classes else LEFT_OUT
    lines = [(SPEAKER, [b"CONFIG", b"SET", b"notify-keyspace-events", classes]),
             (SPEAKER, [b"DEBUG", b"SET-ACTIVE-EXPIRE", b"0"]), (LISTENER, [b"PSUBSCRIBE", b"__key*__:*"])]
    lines += commands(g, g.between(10, 120), left_out)
    if g.chance(0.1):
        key, other = g.own_key("shared"), g.own_key("shared")
        lines += [(SPEAKER, [b"SET", other, b"2"]), (SPEAKER, [b"SET", key, b"1", b"PX", b"40"]), 0.055,
                  (SPEAKER, noticing(g, key, other))] + commands(g, 10, left_out)
    lines += [(SPEAKER, [b"DEBUG", b"SET-ACTIVE-EXPIRE", b"1"]),
              (SPEAKER, [b"CONFIG", b"SET", b"notify-keyspace-events", b""])]
    return Conversation((g.pick((2, 3)), g.pick((2, 3))), lines, (LISTENER,), "notifications")
