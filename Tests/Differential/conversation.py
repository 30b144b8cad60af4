"""Several clients at once, one speaking at a time: for what one client causes another to be told."""
import re
import time

from steps import Step, plain
from wire import Connection, encode, reply_end

PUSH = ord(">")
SUBSCRIBING = frozenset((b"SUBSCRIBE", b"PSUBSCRIBE", b"SSUBSCRIBE"))
# Where a message names a client: its number is each server's own business.
CLIENT_NUMBERS = re.compile(rb"(redirect|tracking-redir-broken)\r\n:\d+")


class Conversation(Step):
    """Lines, each said by one of the clients (by number) and answered before the next is said.

    `protocols` has a 2 or 3 for each client; `heard` are the clients whose streams are compared, everything that they were
    sent, in its order. A client that subscribes says nothing else. A line may also be a number of seconds to wait. The word
    {id:N} stands for the number that the server gave client N; (N, None) is the end of client N.

    (N, line, "may wait") is for what may block: the next line is said when this one has been answered or its client is known to
    be waiting, and nothing more is said by that client as long as it waits. Who still waits at the end is unblocked.
    """

    __slots__ = ("protocols", "lines", "heard", "label")

    def __init__(self, protocols, lines, heard, label):
        self.protocols = protocols
        self.lines = lines
        self.heard = heard
        self.label = label

    def perform(self, connection, port, patience):
        clients = [Speaker(port, patience, protocol) for protocol in self.protocols]
        try:
            for line in self.lines:
                if isinstance(line, tuple) and len(line) == 3:
                    clients[line[0]].begin(line[1], Speaker.ruler(port, patience))
                elif isinstance(line, tuple):
                    self._say(clients, *line)
                else:
                    time.sleep(line)
            for number, client in enumerate(clients):
                if not client.has_left:
                    if client.may_wait:
                        client.release(Speaker.ruler(port, patience))
                    client.finish(b"end of %d" % number)
            # What comes behind this conversation must not find them still subscribed.
            for client in clients:
                if not client.has_left:
                    client.leave()
        finally:
            for client in clients:
                client.close()
        return b"\n".join(b"client %d: %b" % (number, clients[number].stream()) for number in self.heard)

    @staticmethod
    def _say(clients, number, args):
        if args is None:
            return clients[number].leave()
        named = [b"%d" % clients[int(a[4:-1])].id if a.startswith(b"{id:") else a for a in args]
        clients[number].say(named)

    def requests(self):
        return [line[1] for line in self.lines if isinstance(line, tuple) and line[1]]

    def name(self):
        return b"(conversation: %b)" % self.label.encode()

    def words(self):
        return set()

    def smaller(self):
        size = len(self.lines) // 2
        while size:
            for at in range(0, len(self.lines), size):
                yield Conversation(self.protocols, self.lines[:at] + self.lines[at + size:], self.heard, self.label)
            size //= 2

    def _described(self):
        for line in self.lines:
            if not isinstance(line, tuple):
                yield "(wait %g s)" % line
            else:
                number, args = line[:2]
                yield "%d: %s" % (number, "(leaves)" if args is None else " ".join(plain(a) for a in args))

    def reproduction(self):
        return ("shell", "# clients speak %s\n    # " % ", ".join("RESP%d" % p for p in self.protocols)
                + "\n    # ".join(self._described()))

    def __str__(self):
        return "(conversation: %s) %s" % (self.label, "; ".join(self._described()))


class Speaker:
    """One client of a conversation, with all it was sent."""

    def __init__(self, port, patience, protocol):
        self.connection = Connection(port, patience)
        self.items = []
        self.has_left = False
        self.may_wait = False
        if protocol == 3:
            self.say([b"HELLO", b"3"])
        self.say([b"CLIENT", b"ID"])
        self.id = int(self.items[-1][1:-2])
        self.items = []

    def say(self, args):
        self.connection.send(encode(args))
        answers = len(args) - 1 if args[0].upper() in SUBSCRIBING else 1
        while answers:
            item = self._next()
            if item[0] != PUSH or args[0].upper() in SUBSCRIBING:
                answers -= 1

    @classmethod
    def ruler(cls, port, patience):
        """One more client, which sees who waits."""
        return cls(port, patience, 2)

    def begin(self, args, ruler):
        """Says what may block, unless this client still waits."""
        try:
            self.may_wait = True
            if ruler.sees_waiting(self.id):
                return
            self._collect()
            answered = len(self.items)
            self.connection.send(encode(args))
            deadline = time.monotonic() + self.connection.patience
            while not ruler.sees_waiting(self.id):
                self._collect()
                if len(self.items) > answered or time.monotonic() > deadline:
                    return
        finally:
            ruler.close()

    def release(self, ruler):
        ruler.say([b"CLIENT", b"UNBLOCK", b"%d" % self.id])
        ruler.close()

    def sees_waiting(self, number):
        self.say([b"CLIENT", b"LIST", b"ID", b"%d" % number])
        flags = re.search(rb" flags=(\w+)", self.items.pop())
        return flags is not None and b"b" in flags.group(1)

    def _collect(self):
        """What has arrived, without waiting."""
        self.connection.receive()
        while self.connection.data and (end := _item_end(self.connection.data)) > 0:
            self.items.append(self.connection.data[:end])
            self.connection.data = self.connection.data[end:]

    def finish(self, token):
        """What was on its way arrives before the answer to this."""
        self.connection.send(encode([b"PING", token]))
        while token not in self._next():
            pass

    def leave(self):
        """Returns once the server has noticed."""
        self.connection.finish_sending()
        self.connection.drain()
        self.has_left = True

    def close(self):
        self.connection.close()

    def stream(self):
        return CLIENT_NUMBERS.sub(rb"\1 {id}", b"".join(self.items))

    def _next(self):
        """One item: a push is one of its own here, and not part of the reply behind it."""
        deadline = time.monotonic() + self.connection.patience
        while True:
            data = self.connection.data
            end = _item_end(data)
            if end > 0:
                self.items.append(data[:end])
                self.connection.data = data[end:]
                return self.items[-1]
            if self.connection.closed or time.monotonic() > deadline:
                raise ConnectionError("nothing more comes after %r" % b"".join(self.items)[-80:])
            self.connection.wait_for_bytes()
            self.connection.receive()


def _item_end(data):
    """As `reply_end`, for a push without what follows it: framed as the array that it otherwise is."""
    if data[:1] == b">":
        return reply_end(b"*" + data[1:], 0)
    return reply_end(data, 0)
