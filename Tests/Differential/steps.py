"""What a test consists of: a list of steps, each performed on both servers.

A `Command` is one request on the main connection and can be pipelined with its neighbours. The others stand alone: a
`Session` uses a throw-away connection (for whatever ends or garbles one), `Scan` follows a cursor that each server is
free to choose, `Pause` lets short deadlines pass.

Steps hold everything they need: a recorded list of steps can be replayed, shortened and printed as shell commands.
"""
import time

from wire import Connection, encode, split

PRINTABLE = bytes(range(32, 127))
CONTAINERS = frozenset((b"ACL", b"CLIENT", b"CLUSTER", b"COMMAND", b"CONFIG", b"DEBUG", b"FUNCTION", b"LATENCY",
                        b"MEMORY", b"MODULE", b"OBJECT", b"PFDEBUG", b"PUBSUB", b"SCRIPT", b"SLOWLOG", b"XGROUP",
                        b"XINFO"))


def quoted(argument):
    """As redis-cli reads it from a line, and as a person can read it too."""
    text = []
    for byte in argument:
        if byte in b'"\\':
            text.append("\\" + chr(byte))
        elif byte in PRINTABLE:
            text.append(chr(byte))
        else:
            text.append("\\x%02x" % byte)
    return '"%s"' % "".join(text)


def plain(argument):
    """Unquoted where nothing asks for quotes."""
    if argument and all(byte in PRINTABLE and byte not in b" \"'\\#" for byte in argument):
        return argument.decode("ascii")
    return quoted(argument)


class Step:
    __slots__ = ()
    pipelined = False

    def requests(self):
        """The requests by which it depends on what a server knows."""
        return ()


class Command(Step):
    """One request on the main connection."""

    __slots__ = ("args",)
    pipelined = True

    def __init__(self, args):
        self.args = args

    def payload(self):
        return encode(self.args)

    def requests(self):
        return (self.args,)

    def name(self):
        """The command's name, with the subcommand for containers: the unit by which differences are grouped."""
        args = self.args
        head = args[0].upper() if args else b""
        if head in CONTAINERS and len(args) > 1:
            return head + b" " + args[1].upper()[:24]
        return head[:24]

    def words(self):
        return set(self.args[1:])

    def smaller(self):
        """Copies with one argument made shorter, boldest first. The command's own word stays."""
        for index in range(1, len(self.args)):
            old = self.args[index]
            if len(old) <= 3:
                continue
            for new in (b"", b"x", old[:len(old) // 2], old[len(old) // 2:], old[:-1]):
                yield Command(self.args[:index] + [new] + self.args[index + 1:])

    def reproduction(self):
        return ("cli", " ".join(plain(a) for a in self.args))

    def __str__(self):
        return " ".join(plain(a) for a in self.args)


class Pause(Step):
    """Lets real time pass on both servers alike; for deadlines of a few milliseconds."""

    __slots__ = ("seconds",)

    def __init__(self, seconds):
        self.seconds = seconds

    def perform(self, connection, port, patience):
        return b""

    def wait(self):
        time.sleep(self.seconds)

    def name(self):
        return b"(pause)"

    def words(self):
        return set()

    def smaller(self):
        return ()

    def reproduction(self):
        return ("shell", "sleep %g" % self.seconds)

    def __str__(self):
        return "(pause %g s)" % self.seconds


class Session(Step):
    """Chunks of bytes on a connection of their own, then end of stream; the answer is all bytes until the server closes.

    Half-closing makes every session end by itself, also when the last request is incomplete. An answer to a request that
    arrived whole has to come nevertheless: that is how `printf … | nc -N` works.
    """

    __slots__ = ("chunks", "label")

    def __init__(self, chunks, label):
        self.chunks = chunks
        self.label = label

    @classmethod
    def of(cls, commands, label):
        return cls([encode(args) for args in commands], label)

    def perform(self, connection, port, patience):
        own = Connection(port, patience)
        try:
            for chunk in self.chunks:
                own.send(chunk)
            own.finish_sending()
            answer, closed = own.drain()
        finally:
            own.close()
        return answer if closed else answer + b"(the connection is still open)"

    def name(self):
        return b"(session: %b)" % self.label.encode()

    def words(self):
        return {word for chunk in self.chunks for word in chunk.split(b"\r\n")}

    def smaller(self):
        if len(self.chunks) > 1:
            for index in range(len(self.chunks)):
                yield Session(self.chunks[:index] + self.chunks[index + 1:], self.label)
            yield Session([b"".join(self.chunks)], self.label)
        for index, chunk in enumerate(self.chunks):
            if len(chunk) > 1000:
                yield Session(self.chunks[:index] + [chunk[:len(chunk) // 2]] + self.chunks[index + 1:], self.label)

    def reproduction(self):
        text = "".join(chr(b) if b in PRINTABLE and b not in b"'\\%" else "\\%03o" % b for b in b"".join(self.chunks))
        return ("raw", text)

    def __str__(self):
        return "(session: %s) %s" % (self.label, quoted(b"".join(self.chunks)))


class Scan(Step):
    """SCAN, or SSCAN and its like of a key, followed to its end. Cursors and the order are the server's own business; what
    comes is not."""

    __slots__ = ("head", "args", "width")
    LIMIT = 100_000

    def __init__(self, args, head=(b"SCAN",), width=1):
        """`width` elements of the reply belong together: a member and its score."""
        self.head = list(head)
        self.args = args
        self.width = width

    def perform(self, connection, port, patience):
        found, cursor = set(), b"0"
        for _ in range(self.LIMIT):
            connection.send(encode(self.head + [cursor] + self.args))
            answer = connection.replies(1)
            if answer.trouble:
                raise ConnectionError(answer.trouble)
            raw = answer.raw[0]
            if not raw.startswith(b"*2\r\n$"):
                return raw
            length = raw.index(b"\r\n", 5)
            start = length + 2
            cursor = raw[start:start + int(raw[5:length])]
            elements = raw[start + len(cursor) + 2:]
            body = elements.index(b"\r\n") + 2
            single = split(elements[body:])[0]
            found.update(b"".join(single[at:at + self.width]) for at in range(0, len(single), self.width))
            if cursor == b"0":
                return b"".join(sorted(found))
        return b"(the cursor does not return to 0)"

    def name(self):
        return self.head[0]

    def words(self):
        return set(self.head[1:] + self.args)

    def smaller(self):
        for index in range(0, len(self.args), 2):
            yield Scan(self.args[:index] + self.args[index + 2:], self.head, self.width)

    def reproduction(self):
        return ("cli", " ".join(quoted(a) for a in self.head + [b"0"] + self.args))

    def __str__(self):
        head, args = (" ".join(plain(a) for a in part) for part in (self.head, self.args))
        return ("(whole iteration) %s … %s" % (head, args)).strip()


class Draw(Step):
    """Takes random members out of a set that is made for it. Which ones is chance; how many, that they were members, what is
    left, and how that is encoded are not. `setup` makes the set and must leave it whole."""

    __slots__ = ("key", "setup", "command")

    def __init__(self, key, setup, command):
        self.key = key
        self.setup = setup
        self.command = command

    def requests(self):
        return self.setup + [[b"SMEMBERS", self.key], self.command, [b"SMEMBERS", self.key],
                             [b"OBJECT", b"ENCODING", self.key], [b"DEL", self.key]]

    def perform(self, connection, port, patience):
        for args in self.requests():
            connection.send(encode(args))
        answer = connection.replies(len(self.setup) + 5)
        if answer.trouble:
            raise ConnectionError(answer.trouble)
        before, drawn, after, encoding, gone = answer.raw[-5:]
        if drawn.startswith(b"-"):
            return b"".join(answer.raw)
        is_one = drawn.startswith((b"$", b"_"))
        taken = [drawn] if is_one else _elements(drawn)
        left = _elements(after)
        whole = sorted(taken + left) == sorted(_elements(before)) and len(set(taken)) == len(taken)
        verdict = b"whole" if whole else b"members were lost or came twice"
        kind = drawn[:1] if is_one else drawn[:drawn.index(b"\r\n")]
        return b" ".join([kind, b"%d left" % len(left), verdict, encoding, gone] + sorted(_elements(before)))

    def name(self):
        return self.command[0]

    def words(self):
        return {word for args in self.setup for word in args[1:]}

    def smaller(self):
        for index, args in enumerate(self.setup):
            if len(args) > 3:
                half = args[:2] + args[2:2 + (len(args) - 2) // 2]
                yield Draw(self.key, self.setup[:index] + [half] + self.setup[index + 1:], self.command)

    def reproduction(self):
        return ("cli", "\n".join(" ".join(plain(a) for a in args) for args in self.requests()))

    def __str__(self):
        return "(random members) %s: %s" % (" ".join(plain(a) for a in self.command),
                                            "; ".join(" ".join(plain(a) for a in args) for args in self.setup))


def _elements(raw):
    """The elements of an array or a set, as raw replies."""
    return split(raw[raw.index(b"\r\n") + 2:])[0]
