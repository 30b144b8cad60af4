"""Whether two answers are the same, where the same bytes would be too much to ask.

Everything not listed here has to agree byte for byte. A comparator is called only when the bytes differ; it gets the
step and both answers, the reference's first, and each says why its answer may vary. Where a server may know more than
Redis 7.0 (a newer subcommand, a new field), the reference's part has to be there: `covers`.
"""
import re

from steps import Command, Session
from wire import WireError, pieces, tree

# Deadlines that were given relative to now end up below this, absolute ones above (see values.py): so the reply alone
# tells whether the two servers' clocks had a part in it. In seconds.
CLOCKLESS_SECONDS = 3_500_000_000
TOLERANCE_SECONDS = 20

NUMBER = b":"
BULKS = (b"$", b"=")


def same(step, expected, actual):
    if expected == actual:
        return True
    try:
        if isinstance(step, Command):
            comparator = BY_NAME.get(step.name()) or BY_NAME.get(step.args[0].upper())
            return comparator is not None and comparator(step, tree(expected), tree(actual))
        if isinstance(step, Session):
            return _session(expected, actual)
    except (WireError, ValueError, IndexError):
        pass
    return False


def _number(reply):
    return int(reply[1]) if reply[0] == NUMBER else None


def _close(expected, actual, tolerance):
    a, b = _number(expected), _number(actual)
    if a is None or b is None or (a < 0) != (b < 0):
        return False
    return a == b if a < 0 else abs(a - b) <= tolerance


def ttl(step, expected, actual):
    """What is left of a deadline shrinks between the two answers."""
    return _close(expected, actual, TOLERANCE_SECONDS)


def pttl(step, expected, actual):
    return _close(expected, actual, TOLERANCE_SECONDS * 1000)


def _deadline(expected, actual, unit):
    low = min(_number(expected) or 0, _number(actual) or 0)
    return 0 < low < CLOCKLESS_SECONDS * unit and _close(expected, actual, TOLERANCE_SECONDS * unit)


def expiretime(step, expected, actual):
    """A deadline that was given relative to now depends on each server's now; one given absolutely must be exact."""
    return _deadline(expected, actual, 1)


def pexpiretime(step, expected, actual):
    return _deadline(expected, actual, 1000)


def shape(step, expected, actual):
    """Both answers have the same kind, and both or neither is null: the content is chance, time or an internal count."""
    if expected[0] != actual[0] or (expected[1] is None) != (actual[1] is None):
        return False
    return expected[0] != b"-"


def unordered(step, expected, actual):
    """The order of keys and members is the order of a hash table with a random seed."""
    return expected[0] == actual[0] and isinstance(expected[1], list) and sorted(expected[1]) == sorted(actual[1])


def random_members(step, expected, actual):
    """SRANDMEMBER: as many, and different ones where a positive count asks for them; all where there are no more."""
    if expected[0] != actual[0] or expected[0] == b"-":
        return False
    if not isinstance(expected[1], list):
        return (expected[1] is None) == (actual[1] is None)
    count = int(step.args[2])
    if len(expected[1]) != len(actual[1]):
        return False
    if count > 0 and len(set(actual[1])) != len(actual[1]):
        return False
    return count <= len(expected[1]) or sorted(expected[1]) == sorted(actual[1])


def random_fields(step, expected, actual):
    """HRANDFIELD: as SRANDMEMBER, with values or without."""
    if expected[0] != actual[0] or expected[0] == b"-":
        return False
    if not isinstance(expected[1], list):
        return (expected[1] is None) == (actual[1] is None)
    if len(expected[1]) != len(actual[1]):
        return False
    count = int(step.args[2])
    theirs, ours = ([tuple(element[1]) if isinstance(element[1], list) else element for element in reply[1]]
                    for reply in (expected, actual))
    if len(step.args) == 4 and theirs and not isinstance(theirs[0][0], tuple):
        theirs, ours = (list(zip(flat[::2], flat[1::2])) for flat in (theirs, ours))
    if count > 0 and len(set(ours)) != len(ours):
        return False
    return count <= len(theirs) or sorted(theirs) == sorted(ours)


def fields_and_values(step, expected, actual):
    """HGETALL shows a hash table in its own order."""
    return expected[0] == actual[0] and isinstance(expected[1], list) and _pairs(expected) == _pairs(actual)


def random_ranked(step, expected, actual):
    """ZRANDMEMBER: the same of members, or of members with their scores."""
    if len(step.args) < 4:
        return random_members(step, expected, actual)
    def joined(reply):
        elements = reply[1]
        if elements and elements[0][0] == b"*":
            return reply[0], [str(pair) for pair in elements]
        return reply[0], [str(pair) for pair in zip(elements[::2], elements[1::2])]
    if expected[0] == b"-" or actual[0] == b"-":
        return False
    return random_members(step, joined(expected), joined(actual))


def newer_arity(step, expected, actual):
    """Redis 7.2 gave these an option, so that 7.0 counts arguments where a newer server reads them."""
    return (len(step.args) > 3 and expected[0] == actual[0] == b"-" and expected[1].startswith(b"ERR wrong number of arguments"))


def pairs(step, expected, actual):
    """CONFIG GET walks a hash table when it is given patterns."""
    return expected[0] == actual[0] and _pairs(expected) == _pairs(actual)


def _pairs(reply):
    elements = reply[1]
    return sorted(zip(elements[::2], elements[1::2]))


def hello(step, expected, actual):
    """The connection's number and the version are each server's own."""
    return _hello(expected, actual)


def _hello(expected, actual):
    if expected[0] != actual[0] or expected[0] not in (b"*", b"%"):
        return False
    own = (b"id", b"version")
    a, b = ([pair for pair in zip(r[1][::2], r[1][1::2]) if pair[0][1] not in own] for r in (expected, actual))
    return a == b and [x[1] for x in expected[1][::2]] == [x[1] for x in actual[1][::2]]


MONITORED = re.compile(rb"\A\+[0-9]+\.[0-9]{6} \[([0-9]+) [^]]*\] ")


def _shown(expected, actual):
    """A line of MONITOR: time and address are each server's own."""
    if not MONITORED.match(expected):
        return False
    return MONITORED.sub(rb"[\1] ", expected) == MONITORED.sub(rb"[\1] ", actual)


def _pushes_in_order(replies):
    """UNSUBSCRIBE without names and the patterns that match a message walk hash tables. Within a run of such pushes the
    names are sorted; the counts behind them stay where they are."""
    result, run = [], []

    def settle():
        counts = [reply.rsplit(b":", 1)[1] if word != b"pmessage" else b"" for word, reply in run]
        names = sorted(reply.rsplit(b":", 1)[0] if word != b"pmessage" else reply for word, reply in run)
        result.extend(name + count for name, count in zip(names, counts))
        run.clear()

    for reply in replies:
        word = next((w for w in (b"unsubscribe", b"sunsubscribe", b"pmessage") if reply[2:].split(b"\r\n", 3)[2:3] == [w]), None)
        if run and run[0][0] != word:
            settle()
        if word:
            run.append((word, reply))
        else:
            result.append(reply)
    settle()
    return result


def _session(expected, actual):
    """A session that says HELLO or MONITOR, or subscribes: reply by reply."""
    a, rest_a = pieces(expected)
    b, rest_b = pieces(actual)
    if len(a) != len(b) or rest_a != rest_b:
        return False
    a, b = _pushes_in_order(a), _pushes_in_order(b)
    return all(x == y or _shown(x, y) or (b"\r\nproto\r\n" in x and _hello(tree(x), tree(y))) for x, y in zip(a, b))


def covers(step, expected, actual):
    """Help texts and name lists: a newer subcommand, command or category may be there, none may be missing."""
    if expected[0] != actual[0] or not isinstance(expected[1], list):
        return False
    found = list(actual[1])
    return all(line in found for line in expected[1])


def fields(step, expected, actual):
    """CLIENT INFO and LIST: addresses, ages and buffers vary; the fields of Redis 7.0 are all there."""
    if expected[0] != actual[0] or expected[0] not in BULKS:
        return False
    a, b = ({field.split(b"=")[0] for field in reply[1].split()} for reply in (expected, actual))
    return a <= b


def keyspace_statistics(step, expected, actual):
    """INFO KEYSPACE: avg_ttl is an estimate of the background cycle. Of other sections only the headings are compared."""
    if expected[0] != actual[0] or expected[0] not in BULKS:
        return False
    a, b = ([line.partition(b",avg_ttl=")[0] for line in reply[1].split(b"\r\n") if line.startswith((b"#", b"db"))]
            for reply in (expected, actual))
    return a == b


def _sorted_flags(reply):
    return (reply[0], sorted(reply[1])) if isinstance(reply[1], list) else reply


def command_info(step, expected, actual):
    """Flags, categories and tips are sets, subcommands come in hash order, and newer subcommands may be there."""
    if expected[0] != actual[0]:
        return False
    if len(step.args) == 2:             # without names it lists the whole table, in hash order
        theirs = {command[1][0]: command for command in actual[1]}
        return all(a[1][0] in theirs and _same_command(a, theirs[a[1][0]]) for a in expected[1])
    return len(expected[1]) == len(actual[1]) and all(_same_command(a, b) for a, b in zip(expected[1], actual[1]))


def _same_command(expected, actual):
    a, b = expected[1], actual[1]
    if not isinstance(a, list) or not isinstance(b, list):
        return expected == actual
    if len(a) != len(b) or len(a) != 10:
        return False
    name, arity, flags, first, last, step, categories, tips, specs, subcommands = range(10)
    if any(a[i] != b[i] for i in (name, first, last, step)):
        return False
    if a[arity] != b[arity] and a[name][1] not in NEWER_ARITY:
        return False
    if any(_sorted_flags(a[i]) != _sorted_flags(b[i]) for i in (flags, categories, tips)):
        return False
    if _sorted_specs(a[specs]) != _sorted_specs(b[specs]):
        return False
    theirs = {child[1][0]: child for child in b[subcommands][1]}
    return all(child[1][0] in theirs and _same_command(child, theirs[child[1][0]]) for child in a[subcommands][1])


def _sorted_specs(reply):
    def spec(item):
        elements = item[1]
        named = {elements[i][1]: elements[i + 1] for i in range(0, len(elements), 2)}
        return sorted((name, _sorted_flags(value) if name == b"flags" else value) for name, value in named.items())
    return [spec(item) for item in reply[1]]


def keys_and_flags(step, expected, actual):
    """The flags of each key are a set."""
    if expected[0] != actual[0] or not isinstance(expected[1], list) or not isinstance(actual[1], list):
        return False
    def canonical(reply):
        return [[_sorted_flags(part) for part in item[1]] for item in reply[1]]
    return canonical(expected) == canonical(actual)


# Commands that have got an option since.
NEWER_ARITY = (b"zrank", b"zrevrank")

BY_NAME = {
    b"TTL": ttl,
    b"PTTL": pttl,
    b"EXPIRETIME": expiretime,
    b"PEXPIRETIME": pexpiretime,
    b"RANDOMKEY": shape,
    b"KEYS": unordered,
    b"SMEMBERS": unordered,
    b"SINTER": unordered,
    b"SUNION": unordered,
    b"SDIFF": unordered,
    b"SPOP": unordered,                 # families only draw all members; parts are drawn by steps.Draw
    b"SRANDMEMBER": random_members,
    b"HGETALL": fields_and_values,
    b"HKEYS": unordered,
    b"HVALS": unordered,
    b"HRANDFIELD": random_fields,
    b"ZRANDMEMBER": random_ranked,
    b"ZRANK": newer_arity,              # WITHSCORE
    b"ZREVRANK": newer_arity,
    b"TIME": shape,
    b"LASTSAVE": shape,
    b"HELLO": hello,
    b"INFO": keyspace_statistics,
    b"OBJECT IDLETIME": shape,          # seconds since the last access
    b"OBJECT FREQ": shape,              # a counter that grows by chance
    b"CLIENT ID": shape,
    b"CLIENT INFO": fields,
    b"CLIENT LIST": fields,
    b"CLIENT HELP": covers,
    b"CONFIG GET": pairs,
    b"CONFIG HELP": covers,
    b"COMMAND HELP": covers,
    b"COMMAND LIST": covers,
    b"COMMAND INFO": command_info,
    b"COMMAND GETKEYSANDFLAGS": keys_and_flags,
    b"ACL CAT": covers,
    b"DEBUG HELP": shape,               # the knobs are about each server's own insides
    b"MEMORY HELP": covers,
    b"LATENCY HELP": covers,
}
