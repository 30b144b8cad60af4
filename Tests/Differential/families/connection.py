"""The connection itself: what a client says about itself, unknown commands, and (in sessions of their own) everything
that switches the protocol, silences replies or ends the connection."""
from families.protocol import broken_session, inline_session
from grammar import Family
from steps import Session
from values import requests

family = Family("connection", foreign=False)

NAMES = [b"", b"worker", b"a-b_c:1", b"x" * 200, b"with space", b"new\nline", b"tab\t", b"\x7f", b"\xff", "grüße".encode(),
         b"~", b"!"]
UNKNOWN = [b"NOSUCH", b"nosuch", b"GETT", b"", b"FOO BAR", b"SE T", b"get\xff", b"*", b"x" * 200, b"DELL", b"\r\n",
           b"SET\r\nx"]
SUBCOMMANDS_OF = [b"CLIENT", b"OBJECT", b"CONFIG", b"COMMAND"]
PROTOCOLS = [b"2", b"3", b"3", b"1", b"4", b"0", b"-1", b"abc", b"", b"3.0", b"99999999999999999999"]


@family.add(8)
def ping(g):
    return [g.word(b"PING")] + g.few(g.value, 0, 1)


@family.add(6)
def echo(g):
    return [g.word(b"ECHO"), g.value()]


@family.add(6)
def select(g):
    return [g.word(b"SELECT"), g.pick((b"0", b"0", b"0", b"1", b"15")) if g.chance(0.7) else g.number()]


SECRETS = requests(b"secret; ''; default anything; nobody secret; default ''; Default x")


@family.add(3)
def auth(g):
    return [g.word(b"AUTH")] + g.pick(SECRETS)


@family.add(6)
def name(g):
    return g.pick(([b"CLIENT", g.word(b"SETNAME"), g.pick(NAMES)], [b"CLIENT", g.word(b"GETNAME")]))


CLIENT = requests(b"""
    ID; INFO; LIST ID 999999; HELP; GETREDIR; TRACKINGINFO; NO-EVICT; REPLY ON; REPLY maybe; REPLY; UNPAUSE;
    CACHING YES; CACHING no; CACHING maybe; CACHING; LIST TYPE nosuch; LIST TYPE; LIST foo; LIST ID abc;
    LIST ID; TRACKING off; TRACKING maybe; TRACKING; TRACKING ON REDIRECT 999999; TRACKING ON REDIRECT abc;
    TRACKING ON PREFIX a; TRACKING ON OPTIN OPTOUT; TRACKING ON BCAST OPTIN;
    TRACKING ON BCAST PREFIX a PREFIX ab; PAUSE; PAUSE abc; PAUSE -1; PAUSE 1 foo; PAUSE 99999999999999999999;
    UNBLOCK 999999; UNBLOCK abc; UNBLOCK 999999 ERROR; UNBLOCK 1 foo; UNBLOCK""")


@family.add(6, exact=True)
def client(g):
    return [g.word(b"CLIENT")] + g.pick(CLIENT + [[b"NO-EVICT", g.word(b"ON", b"OFF")], [b"NO-EVICT", g.wrong_word()]])


KILL = requests(b"""
    ; 1.2.3.4:5; ''; ID 999999; ID 0; ID -1; ID abc; ID; TYPE pubsub; TYPE master; TYPE replica; TYPE slave;
    TYPE nosuch; USER nobody; ADDR 1.2.3.4:5; LADDR 1.2.3.4:5; ID 999999 SKIPME maybe;
    ID 999999 SKIPME no TYPE normal; ID 999999 foo bar; ID 999999 ADDR""")


@family.add(4, exact=True)
def kill(g):
    """Only filters that no connection passes: the one in use would be a loss."""
    return [b"CLIENT", b"KILL"] + g.pick(KILL)


@family.add(5, exact=True)
def unknown(g):
    return [g.pick(UNKNOWN)] + g.few(lambda: g.pick((g.short(), b"z" * 150, b"a'b")).replace(b"\x00", b"0"), 0, 5)


@family.add(4, exact=True)
def unknown_subcommand(g):
    word = g.pick((b"nosuch", b"NOSUCH", b"", b"x" * 200, b"\r\n", b"a b"))
    return [g.word(*SUBCOMMANDS_OF), word] + g.few(g.short, 0, 2)


@family.add(0.7, exact=True)
def reset(g):
    """RESET falls back to RESP2 and database 0, so HELLO may follow."""
    after = [[b"HELLO", g.pick((b"2", b"3"))]] if g.chance(0.7) else []
    return [[g.word(b"RESET")]] + after + [[b"CLIENT", b"GETNAME"], [b"DEBUG", b"PROTOCOL", b"null"]]


def hello(g):
    args = [g.word(b"HELLO")]
    if g.chance(0.9):
        args.append(g.pick(PROTOCOLS))
    return args + g.options(lambda: [g.word(b"AUTH"), b"default", b"x"], lambda: [g.word(b"AUTH"), b"nobody", b"x"],
                            lambda: [g.word(b"SETNAME"), g.pick(NAMES)], lambda: [g.word(b"AUTH"), b"default"],
                            lambda: [g.word(b"SETNAME")])


TYPED = requests(b"""
    GET missing; MGET missing; DEBUG PROTOCOL map; DEBUG PROTOCOL true; DEBUG PROTOCOL double; CONFIG GET maxmemory;
    CLIENT GETNAME; CLIENT TRACKINGINFO; INCRBYFLOAT n0 0.5""")


@family.add(0.7, exact=True)
def hello_session(g):
    """The protocol switched to and fro, with replies whose types depend on it in between."""
    commands = []
    for _ in range(g.between(1, 4)):
        commands.append(hello(g))
        commands.append(g.pick(TYPED))
    return Session.of(commands, "HELLO")


QUIET = requests(b"PING x; SET k0 quiet; GET k0; NOSUCH; CLIENT REPLY foo; GET")


@family.add(0.7, exact=True)
def reply_session(g):
    """CLIENT REPLY decides which of the following answers are sent at all."""
    commands = [[b"PING", b"before"]]
    for _ in range(g.between(2, 7)):
        switch = [b"CLIENT", g.word(b"REPLY"), g.word(b"OFF", b"SKIP", b"SKIP", b"ON")]
        commands.append(g.pick([switch, switch] + QUIET))
    if g.chance(0.7):
        commands.append([b"CLIENT", b"REPLY", b"ON"])
    return Session.of(commands + [[b"PING", b"after"]], "CLIENT REPLY")


@family.add(0.4, exact=True)
def quit_session(g):
    """Nothing is answered after QUIT, whatever was already sent."""
    commands = [[b"PING"], [g.word(b"QUIT")] + g.few(g.short, 0, 1)] + g.few(lambda: [b"SET", b"k1", b"after"], 0, 2)
    return [Session.of(commands, "QUIT"), [b"GET", b"k1"]]


ABOUT_TRACKING = requests(b"CLIENT TRACKINGINFO; CLIENT GETREDIR; CLIENT CACHING YES")


@family.add(0.3, exact=True)
def tracking_session(g):
    """Switching key tracking on and off; what it sends is another family's business."""
    words = [b"BCAST", b"OPTIN", b"OPTOUT", b"NOLOOP"]
    commands = [[b"HELLO", b"3"]]
    for _ in range(g.between(1, 4)):
        commands.append([b"CLIENT", b"TRACKING", g.word(b"ON", b"ON", b"OFF")] + g.options(
            lambda: [g.word(*words)], lambda: [b"PREFIX", g.pick((b"a", b"b", b"ab", b""))]))
        commands.append(g.pick(ABOUT_TRACKING))
    return Session.of(commands, "CLIENT TRACKING")


@family.add(0.9, exact=True)
def inline(g):
    return inline_session(g)


@family.add(0.9, exact=True)
def broken(g):
    return broken_session(g)
