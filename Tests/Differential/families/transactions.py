"""MULTI, EXEC, DISCARD, WATCH and UNWATCH, with a second client that changes what is watched; and MONITOR.

Every generator makes a whole transaction and ends it, so that other families' commands never end up in a queue.
"""
from grammar import Family
from steps import Pause, Session
from values import requests

family = Family("transactions")

EXPIRED = Pause(0.03)
BROKEN = requests(b"NOSUCH; NOSUCH x; GET; SET k0; INCR k0 k1; CLIENT NOSUCH; OBJECT NOSUCH k0; SHUTDOWN; MULTI x; EXEC x y; "
                  b"WATCH; DISCARD x; SUBSTR; OBJECT; CONFIG; ''")
AT_ONCE = requests(b"MULTI; WATCH k0; WATCH k0 k1")
QUEUED = requests(b"PING; PING x; ECHO ''; UNWATCH; DBSIZE; TIME x; SELECT 99; CLIENT GETNAME; CLIENT SETNAME queued; "
                  b"WAIT 0 0; WAIT 1 100; COMMAND GETKEYS GET x; CONFIG GET maxmemory; DEBUG PROTOCOL map; "
                  b"DEBUG PROTOCOL null; OBJECT ENCODING k0; SELECT 0; AUTH x; HELLO x; INCR k0; INCR k0")
ENDS = requests(b"EXEC; EXEC; EXEC; EXEC; EXEC; EXEC; exec; DISCARD; EXEC x; RESET")


def ordinary(g):
    """A command on one key or two whose reply does not depend on the clock."""
    key = g.any_key
    return g.pick((
        lambda: [b"SET", g.key(), g.value()], lambda: [b"SET", g.key(), g.value(), g.word(b"NX", b"XX", b"GET", b"KEEPTTL")],
        lambda: [b"GET", key()], lambda: [b"INCR", g.key("number")], lambda: [b"INCRBY", g.key("number"), g.number()],
        lambda: [b"APPEND", g.key(), g.short()], lambda: [b"STRLEN", key()], lambda: [b"DEL", key(), key()],
        lambda: [b"EXISTS", key()], lambda: [b"TYPE", key()], lambda: [b"RENAME"] + g.key_pair(),
        lambda: [b"COPY"] + g.key_pair() + g.few(lambda: b"REPLACE", 0, 1), lambda: [b"MGET", key(), key(), key()],
        lambda: [b"MSET", g.key(), g.value(), g.key(), g.value()], lambda: [b"GETDEL", g.key()],
        lambda: [b"SETBIT", g.key("bits"), g.text(0, 100), g.text(0, 1)], lambda: [b"BITCOUNT", key()],
        lambda: [b"EXPIRE", key(), g.pick((b"5000", b"-1"))], lambda: [b"PERSIST", key()],
        lambda: [b"SETRANGE", g.key(), g.text(0, 40), g.short()], lambda: [b"PFADD", g.own_key("hll"), g.short()],
    ))()


def request(g):
    luck = g.random()
    if luck < 0.75:
        return ordinary(g)
    if luck < 0.92:
        return list(g.pick(QUEUED))
    return list(g.pick(AT_ONCE)) if luck < 0.96 else list(g.pick(BROKEN))


def ended(g):
    """The end, and what shows that the connection is an ordinary one again."""
    steps = [list(g.pick(ENDS)), [b"PING"]]
    if steps[0] == [b"RESET"]:
        return steps + [[b"HELLO", g.pick((b"2", b"3"))]]
    return steps + [[b"SELECT", b"0"]]


@family.add(6, exact=True)
def transaction(g):
    return [[g.word(b"MULTI")]] + g.few(lambda: request(g), 0, 8) + ended(g)


@family.add(1, exact=True)
def without_multi(g):
    return list(g.pick(requests(b"EXEC; DISCARD; EXEC x; UNWATCH; UNWATCH x; WATCH; MULTI x; DISCARD x")))


@family.add(2)
def ordinary_alone(g):
    return ordinary(g)


def watched(g):
    return [b"WATCH"] + g.few(g.any_key, 1, 4)


CHANGES = requests(b"FLUSHALL; FLUSHDB; SWAPDB 0 1; SWAPDB 1 0; SWAPDB 2 3; MOVE k0 1; MOVE k1 1; SELECT 1; DBSIZE; "
                   b"FLUSHDB ASYNC; PING; RENAME k0 k1; COPY k0 k1 DB 1; COPY k1 k2 REPLACE")


def by_another(g):
    """Changes that a second client makes meanwhile."""
    def change():
        return list(g.pick(CHANGES)) if g.chance(0.25) else ordinary(g)
    commands = g.few(change, 1, 3)
    if g.chance(0.2):
        commands.insert(0, [b"SELECT", b"1"])
    return Session.of(commands, "changes")


@family.add(5, exact=True)
def watch(g):
    steps = g.few(lambda: watched(g), 1, 2)
    if g.chance(0.15):
        steps = [[b"SELECT", b"1"]] + steps + [[b"SELECT", b"0"]]
    if g.chance(0.4):
        steps.append(by_another(g))
    if g.chance(0.3):
        steps.append(ordinary(g))
    if g.chance(0.1):
        steps += [[b"UNWATCH"]] + g.few(lambda: watched(g), 0, 1)
    steps.append([b"MULTI"])
    steps += g.few(lambda: ordinary(g), 0, 2)
    if g.chance(0.4):
        steps.append(by_another(g))
    return steps + ended(g)


@family.add(0.6, exact=True)
def watch_expiring(g):
    """A key that is past its deadline when it is watched, or passes it later; removed or still in memory."""
    key = g.pick((b"w0", b"w1"))
    lazily = [b"DEBUG", b"SET-ACTIVE-EXPIRE", b"0"]
    place = g.pick((b"0", b"0", b"1"))
    steps = [lazily, [b"SELECT", place], [b"SET", key, b"v", b"PX", b"15"], [b"SELECT", b"0"]]
    if g.chance(0.3):
        steps += [[b"SET", key, b"w", b"PX", b"15"]]
    order = [[b"WATCH", key, b"w2"], EXPIRED]
    if g.chance(0.6):
        order.reverse()
    steps += order
    steps += g.few(lambda: list(g.pick([[b"GET", key], [b"DEL", key], [b"SET", key, b"x"], [b"FLUSHDB"], [b"FLUSHALL"],
                                        [b"SWAPDB", b"0", b"1"], [b"SWAPDB", b"0", b"1"], [b"EXISTS", key]])), 0, 2)
    steps += [[b"MULTI"], [b"PING"], [b"EXEC"], [b"DEBUG", b"SET-ACTIVE-EXPIRE", b"1"]]
    # A server may forget such keys at once or later: DBSIZE must not tell.
    return steps + [[b"DEL", b"w0", b"w1"], [b"SELECT", b"1"], [b"DEL", b"w0", b"w1"], [b"SELECT", b"0"]]


MUTED = requests(b"PING 1; CLIENT REPLY OFF; CLIENT REPLY ON; CLIENT REPLY SKIP; SET k0 quiet; GET k0; NOSUCH; QUIT; RESET")


@family.add(0.6, exact=True)
def session(g):
    """A transaction on a connection that may end, or be silenced, in the middle."""
    commands = [[b"HELLO", g.pick((b"2", b"3"))]]
    for _ in range(g.between(1, 2)):
        commands += g.few(lambda: list(g.pick(MUTED)), 0, 1) + [[b"MULTI"]]
        commands += g.few(lambda: list(g.pick(MUTED)) if g.chance(0.6) else ordinary(g), 0, 4)
        commands += [[g.word(b"EXEC", b"EXEC", b"DISCARD")], [b"PING", b"after"]]
    return Session.of(commands, "MULTI")


SHOWN = requests(b"PING; PING x; ECHO ''; SELECT 3; AUTH a; AUTH a b; HELLO 3 AUTH default x; HELLO 2 SETNAME me; GET k0; "
                 b"MONITOR; EXEC; EXEC x; DISCARD; NOSUCH; WATCH k0; TIME x; DBSIZE; "
                 b"COMMAND COUNT x; CLIENT REPLY OFF; CLIENT REPLY ON; RESET; UNWATCH; OBJECT HELP")


@family.add(0.6, exact=True)
def monitor(g):
    """A connection that monitors is shown what it does itself. Not within a transaction, where Redis puts the lines into the
    array of replies."""
    def command():
        return [b"ECHO", g.value()] if g.chance(0.3) else list(g.pick(SHOWN))
    return Session.of(g.few(command, 0, 2) + [[g.word(b"MONITOR")]] + g.few(command, 1, 8), "MONITOR")
