"""Publish and subscribe as one connection sees it: what it subscribes to, and what it publishes to itself (RESP3 only).
Whatever changes what the connection may do happens in sessions of their own."""
from conversation import Conversation
from grammar import Family
from steps import Session
from values import requests

family = Family("pubsub", foreign=False)

CHANNELS = [b"news", b"news.art", b"new", b"n", b"", b"a*b", b"a\\b", b"[x]", b"\xff\x00", b"user:1:created", b"user:2:gone",
            b"__keyspace@0__:k0", b"x" * 300]
PATTERNS = [b"*", b"news*", b"news.*", b"n?", b"n??", b"[nx]*", b"[^n]*", b"user:*:created", b"user:*", b"*:gone", b"news", b"",
            b"a\\*b", b"a\\\\b", b"\\[x\\]", b"[", b"[]", b"*[", b"x*x", b"**", b"\xff*", b"user:[0-1]:*", b"\\"]
MESSAGES = [b"", b"hello", b"\r\n", b"\x00\xff", b"y" * 5000, b"+OK"]
KINDS = {b"": CHANNELS, b"P": PATTERNS, b"S": CHANNELS}


@family.add(4)
def publish(g):
    """Nobody listens on the main connection: the count is 0."""
    return [g.word(b"PUBLISH", b"SPUBLISH"), g.pick(CHANNELS), g.pick(MESSAGES)]


PUBSUB = requests(b"""
    CHANNELS; CHANNELS *; CHANNELS a b; NUMSUB; NUMSUB news n; NUMPAT; NUMPAT x; SHARDCHANNELS; SHARDCHANNELS n*;
    SHARDCHANNELS a b; SHARDNUMSUB; SHARDNUMSUB news n; nosuch; HELP x; CHANNELS ''; NUMSUB '' ''""")


@family.add(3, exact=True)
def pubsub(g):
    return [g.word(b"PUBSUB")] + g.pick(PUBSUB)


def names(g, kind, low, high):
    return g.few(lambda: g.pick(KINDS[kind]), low, high)


def subscribe(g):
    kind = g.pick((b"", b"", b"P", b"P", b"S"))
    return [g.word(kind + b"SUBSCRIBE")] + names(g, kind, 0 if g.chance(0.05) else 1, 4)


def unsubscribe(g, low=0):
    kind = g.pick((b"", b"", b"P", b"P", b"S"))
    return [g.word(kind + b"UNSUBSCRIBE")] + names(g, kind, low, 3)


def look(g):
    return g.pick((
        [b"PUBSUB", b"NUMPAT"], [b"PUBSUB", b"NUMSUB"] + names(g, b"", 0, 4), [b"PUBSUB", b"CHANNELS", g.pick((b"news", b"n"))],
        [b"PUBSUB", b"SHARDNUMSUB"] + names(g, b"S", 0, 4), [b"PUBSUB", b"SHARDCHANNELS", g.pick((b"news", b"n"))]))


ORDINARY = requests(b"""
    GET k0; SET k0 v; CLIENT GETNAME; CLIENT LIST foo; CONFIG GET; HELLO 9; NOSUCH; GET; SELECT 1; ECHO x; COMMAND COUNT x;
    PING; PING hi; PING a b; PING; PING hi; DEBUG PROTOCOL null""")


def send(g):
    return [g.word(b"PUBLISH", b"PUBLISH", b"PUBLISH", b"SPUBLISH"), g.pick(CHANNELS), g.pick(MESSAGES)]


@family.add(8, exact=True)
def conversation(g):
    """Subscribing, looking, publishing to itself and everything else, in both protocols."""
    commands = [[b"HELLO", b"3"]] if g.chance(0.7) else []
    for _ in range(g.between(3, 25)):
        make = g.pick((subscribe, subscribe, unsubscribe, look, send, send, send))
        commands.append(make(g) if g.chance(0.85) else g.pick(ORDINARY))
        if g.chance(0.02):
            commands.append([b"RESET"])
        if g.chance(0.02):
            commands.append([b"HELLO", g.pick((b"2", b"3"))])
    return Session.of(commands + [[b"PING", b"end"]], "pub/sub")


@family.add(2, exact=True)
def silence(g):
    """CLIENT REPLY keeps replies back, and pushes not."""
    commands = [[b"HELLO", b"3"]] if g.chance(0.8) else []
    for _ in range(g.between(3, 12)):
        switch = [b"CLIENT", b"REPLY", g.word(b"OFF", b"SKIP", b"SKIP", b"ON")]
        commands.append(g.pick((switch, subscribe(g), unsubscribe(g), send(g), [b"PING"], [b"GET"])))
    return Session.of(commands + [[b"CLIENT", b"REPLY", b"ON"], [b"PING", b"end"]], "pub/sub, CLIENT REPLY")


@family.add(1, exact=True)
def transaction(g):
    """Confirmations stand between the replies of EXEC. Messages do not, here: Redis puts them there too, where no client
    looks for them; so nothing is published to a channel that is subscribed to. Nor does anybody unsubscribe from all, which
    Redis does in the order of a hash table."""
    commands = [[b"HELLO", b"3"]] if g.chance(0.7) else []
    commands.append([b"MULTI"])
    for _ in range(g.between(1, 6)):
        commands.append(g.pick((subscribe(g), unsubscribe(g, 1), look(g), [b"SPUBLISH", b"nobody's", b"x"], [b"PING"])))
    return Session.of(commands + [[b"EXEC"], [b"PUBSUB", b"NUMPAT"], [b"PING"], [b"RESET"]], "pub/sub, MULTI")


@family.add(2, exact=True)
def audience(g):
    """Several listen, in both protocols, one speaks. One pattern each: the order of several is that of a hash table."""
    listeners = range(1, g.between(2, 5))
    lines = []
    for number in listeners:
        kinds = g.pick(((b"",), (b"P",), (b"S",), (b"", b"P"), (b"", b"P", b"S")))
        lines += [(number, [kind + b"SUBSCRIBE"] + names(g, kind, 1, 1 if kind else 4)) for kind in kinds]
    lines += [(0, send(g)) for _ in range(g.between(1, 12))]
    if g.chance(0.3):
        lines += [(listeners[-1], None), (0, send(g))]
    return Conversation([g.pick((2, 3)) for _ in range(len(listeners) + 1)], lines, (0, *listeners[:-1]), "pub/sub")
