"""Clients that wait for lists and sorted sets while others push, move, rename, delete and run transactions: who is served, with what, and when."""
from conversation import Conversation
from grammar import Family

family = Family("blocking", foreign=False)

# Clients 0 to 3 wait, the others act.
WAITERS = range(4)
ACTORS = (4, 5)
KEYS = [b"q1", b"q2", b"q3", b"q4"]


def key(g):
    return g.pick(KEYS)


def waiting(g):
    keys = g.few(lambda: key(g), 1, 3)
    end = g.pick((b"LEFT", b"RIGHT"))
    return g.pick((
        [b"BLPOP"] + keys + [b"0"], [b"BRPOP"] + keys + [b"0"], [b"BLPOP"] + keys + [b"100"],
        [b"BRPOPLPUSH", key(g), key(g), b"0"], [b"BLMOVE", key(g), key(g), end, g.pick((b"LEFT", b"RIGHT")), b"1000.5"],
        [b"BLMPOP", b"0", b"%d" % len(keys)] + keys + [end], [b"BLMPOP", b"0", b"%d" % len(keys)] + keys + [end, b"COUNT", b"3"],
        [g.pick((b"BZPOPMIN", b"BZPOPMAX"))] + keys + [b"0"], [b"BZPOPMAX"] + keys + [b"100"],
        [b"BZMPOP", b"0", b"%d" % len(keys)] + keys + [g.pick((b"MIN", b"MAX"))] + g.pick(([], [b"COUNT", b"3"]))))


def acting(g):
    k = key(g)
    return g.pick((
        [b"RPUSH", k, g.text(0, 99)], [b"LPUSH", k] + g.few(lambda: g.text(0, 99), 1, 4), [b"RPUSH", b"other", g.text(0, 99)],
        [b"RENAME", b"other", k], [b"COPY", b"other", k], [b"COPY", b"other", k, b"REPLACE"], [b"LMOVE", b"other", k, b"LEFT", b"LEFT"],
        [b"RPOPLPUSH", k, key(g)], [b"DEL", k], [b"SET", k, b"1"], [b"DEL"] + KEYS, [b"MOVE", k, b"1"], [b"SWAPDB", b"0", b"1"],
        [b"LPOP", k], [b"LRANGE", k, b"0", b"-1"], [b"EXPIREAT", k, b"1"], [b"SADD", k, b"m"], [b"FLUSHDB"],
        [b"ZADD", k, g.text(0, 9), g.text(0, 99)], [b"ZADD", k, b"1", b"a", b"2", b"b", b"3", b"c"], [b"ZADD", b"ranked", b"1", b"m"],
        [b"RENAME", b"ranked", k], [b"ZPOPMIN", k], [b"GEOADD", k, b"1", b"2", b"p"],
        [b"CLIENT", b"UNBLOCK", b"{id:%d}" % g.pick(WAITERS)], [b"CLIENT", b"UNBLOCK", b"{id:%d}" % g.pick(WAITERS), b"ERROR"]))


def storing(g, actor):
    """Over a value of another type Redis 7.0 stores without telling who waits for the new one, which 7.2 mends: so the key goes first."""
    k = key(g)
    return [(actor, [b"DEL", k]), (actor, [b"ZUNIONSTORE", k, b"1", b"ranked"])]


def transaction(g, actor):
    inner = [(actor, acting(g)) for _ in range(g.between(1, 5))]
    if g.chance(0.3):
        inner.append((actor, [g.pick((b"BLPOP", b"BZPOPMIN")), key(g), b"0"]))
    return [(actor, [b"MULTI"])] + inner + [(actor, [b"EXEC"])]


@family.add(1, exact=True)
def conversation(g):
    lines = []
    for _ in range(g.between(5, 40)):
        luck = g.random()
        actor = g.pick(ACTORS)
        if luck < 0.45:
            lines.append((g.pick(WAITERS), waiting(g), "may wait"))
        elif luck < 0.88:
            lines.append((actor, acting(g)))
        elif luck < 0.9:
            lines += storing(g, actor)
        else:
            lines += transaction(g, actor)
    if g.chance(0.3):
        lines.append((g.pick(WAITERS), None))
    lines.append((ACTORS[0], [b"FLUSHALL"]))
    protocols = [g.pick((2, 3)) for _ in range(6)]
    return Conversation(protocols, lines, list(range(6)), "blocking")
