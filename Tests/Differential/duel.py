"""Two servers, the same steps, and every difference between their answers."""
import time

from compare import same
from steps import Command, Pause
from wire import Connection, WireError, tree

KINDS = {b"+": "status", b"-": "error", b":": "integer", b"$": "bulk", b"*": "array", b"%": "map", b"~": "set", b",": "double",
         b"#": "boolean", b"_": "null", b"=": "verbatim", b"(": "big number", b"|": "attribute", b">": "push"}
DYING_SECONDS = 0.3


def kind(raw):
    """What sort of answer it is; errors by their first word, since that is what clients switch on."""
    if raw.startswith(b"-"):
        return "error " + raw[1:].split(b" ")[0].split(b"\r")[0].decode("ascii", "replace")
    if raw.startswith((b"$-1\r", b"*-1\r", b"_")):
        return "null"
    return KINDS.get(raw[:1], "other bytes") if raw else "nothing"


class Difference:
    """One step, and what the two servers made of it. `trouble` says that there is no answer to compare at all."""

    def __init__(self, index, step, expected, actual, trouble=None):
        self.index = index
        self.step = step
        self.expected = expected
        self.actual = actual
        self.trouble = trouble

    def signature(self):
        """Differences with the same signature are taken for one defect: reported once, and not confused when shrinking."""
        if self.trouble:
            return ("trouble", self.trouble[0], self.trouble[1].split(":")[0].split(" b'")[0])
        return (self.step.name(), kind(self.expected), kind(self.actual))


class Duel:
    """Holds both servers and plays steps on fresh connections, from an empty data set."""

    def __init__(self, oracle, candidate, pipeline=200, patience=10.0):
        self.oracle = oracle
        self.candidate = candidate
        self.pipeline = pipeline
        self.patience = patience
        self.ends = ()
        self.coverage = None    # a Counter of (command, kind of reply), when somebody wants to know

    def open(self, protocol, prologue=()):
        """Empties both servers and connects anew."""
        self.close()
        self.protocol = protocol
        self.ends = tuple(self._fresh(server) for server in (self.oracle, self.candidate))
        if protocol == 3:
            self._quietly([b"HELLO", b"3"])
        for command in prologue:
            self._quietly(command.args)

    def _fresh(self, server):
        """A connection to an empty server. One that is dead, hangs, or cannot empty itself is started anew."""
        for is_new in (False, True):
            if is_new or not server.alive():
                server.restart()
            try:
                connection = Connection(server.port, self.patience)
                connection.send(Command([b"FLUSHALL"]).payload())
                if connection.replies(1).raw == [b"+OK\r\n"]:
                    break
            except OSError:
                pass
        return connection

    def _quietly(self, args):
        """A reply here is no part of the comparison: what a server fails to set up shows in the steps that follow."""
        payload = Command(args).payload()
        for end in self.ends:
            end.send(payload)
        for end in self.ends:
            end.replies(1)

    def close(self):
        for end in self.ends:
            end.close()
        self.ends = ()

    def play(self, steps, offset=0):
        """Performs the steps; returns the differences, numbered from `offset`. Stops at the first trouble."""
        differences, batch = [], []
        for index, step in enumerate(steps, offset):
            if step.pipelined:
                batch.append(step)
                if len(batch) >= self.pipeline:
                    self._batch(batch, index + 1 - len(batch), differences)
                    batch = []
            else:
                if batch:
                    self._batch(batch, index - len(batch), differences)
                    batch = []
                if not self._stopped(differences):
                    self._alone(step, index, differences)
            if self._stopped(differences):
                return differences
        if batch:
            self._batch(batch, offset + len(steps) - len(batch), differences)
        return differences

    @staticmethod
    def _stopped(differences):
        return bool(differences) and differences[-1].trouble is not None

    def _batch(self, batch, first, differences):
        payload = b"".join([step.payload() for step in batch])
        a, b = self.ends
        a.send(payload)
        b.send(payload)
        expected = a.replies(len(batch))
        actual = b.replies(len(batch), expected.raw)
        if self.coverage is not None:
            self.coverage.update((step.name(), kind(raw)) for step, raw in zip(batch, expected.raw))
        if actual.raw != expected.raw:
            for index, (x, y) in enumerate(zip(expected.raw, actual.raw)):
                if x != y and not same(batch[index], x, y):
                    differences.append(Difference(first + index, batch[index], x, y))
        for side, answer in (("reference", expected), ("candidate", actual)):
            if answer.trouble:
                self._trouble(batch, first, side, answer, differences)
                return

    def _trouble(self, batch, first, side, answer, differences):
        index = min(len(answer.raw), len(batch) - 1)
        server = self.oracle if side == "reference" else self.candidate
        differences.append(Difference(first + index, batch[index], b"", b"", (side, self._why(server, answer.trouble))))

    @staticmethod
    def _why(server, trouble):
        """A process takes a moment to be gone after its connections are."""
        deadline = time.monotonic() + DYING_SECONDS
        while trouble.startswith("connection closed") and server.alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        return trouble if server.alive() else "the server died: %s" % server.log_tail(400)

    def _alone(self, step, index, differences):
        if isinstance(step, Pause):
            step.wait()
            return
        answers = []
        for side, server, end in zip(("reference", "candidate"), (self.oracle, self.candidate), self.ends):
            try:
                answers.append(step.perform(end, server.port, self.patience))
            except (OSError, WireError, ValueError) as error:
                differences.append(Difference(index, step, b"", b"", (side, self._why(server, str(error)))))
                return
        if not same(step, *answers):
            differences.append(Difference(index, step, *answers))

    def agrees_on_data(self):
        """Whether the data sets are still the same, so that the comparison can go on after a difference."""
        command = Command([b"DEBUG", b"DIGEST"])
        for end in self.ends:
            end.send(command.payload())
        answers = [end.replies(1) for end in self.ends]
        if any(answer.trouble for answer in answers):
            return False
        a, b = (answer.raw[0] for answer in answers)
        return a == b and a.startswith(b"+") and len(tree(a)[1]) == 40
