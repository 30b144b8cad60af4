"""The wire, seen as bytes: encoding requests, and finding where one reply ends and the next begins.

As a program it sends what it reads to a port, and shows what comes back until the server closes:
`printf 'PING\\015\\012' | python3 wire.py PORT` (reproductions use it; not every machine has the same netcat).

Nothing here understands a reply. A client library would turn `:1` and `$1\\r\\n1` into the same integer, and the
difference this tester looks for would be gone; so a reply stays the slice of bytes that the server sent. Only when two
slices differ does anybody look inside (`tree`).
"""
import select
import socket
import sys
import time

LINE = frozenset(b"+-:_#,(")        # ends at the first CRLF
BLOB = frozenset(b"$=!")            # a length, then that many bytes and CRLF
GROUP = {ord("*"): 1, ord("~"): 1, ord("%"): 2}     # a count, then count × this many replies
PRELUDE = {ord("|"): 2, ord(">"): 1}  # a group that comes before a reply and belongs to it: attributes and pushes

CHUNK = 1 << 20


class WireError(Exception):
    """Bytes that are no reply in any version of the protocol."""


def encode(args):
    """One request as an array of bulk strings."""
    return b"*%d\r\n" % len(args) + b"".join([b"$%d\r\n%b\r\n" % (len(a), a) for a in args])


def reply_end(data, at):
    """Where the reply that starts at `at` ends, or -1 when more bytes are needed."""
    if at >= len(data):
        return -1
    line = data.find(b"\r\n", at)
    if line < 0:
        return -1
    kind = data[at]
    if kind in LINE:
        return line + 2
    try:
        count = int(data[at + 1:line])
    except ValueError:
        raise WireError("no reply starts with %r" % data[at:line + 2][:40]) from None
    if kind in BLOB:
        if count < 0:
            return line + 2
        end = line + 2 + count + 2
        if end > len(data):
            return -1
        if data[end - 2:end] != b"\r\n":
            raise WireError("a bulk of %d bytes does not end with CRLF" % count)
        return end
    if kind in GROUP:
        return _elements_end(data, line + 2, count * GROUP[kind])
    if kind in PRELUDE:
        end = _elements_end(data, line + 2, count * PRELUDE[kind])
        return end if end < 0 else reply_end(data, end)
    raise WireError("no reply starts with %r" % data[at:line + 2][:40])


def _elements_end(data, at, count):
    for _ in range(count):
        at = reply_end(data, at)
        if at < 0:
            return -1
    return at


def split(data):
    """All whole replies in `data`, and the bytes that are left."""
    replies, at = [], 0
    while True:
        end = reply_end(data, at)
        if end < 0:
            return replies, data[at:]
        replies.append(data[at:end])
        at = end


def pieces(data):
    """The same with every push by itself, not with the reply that follows it."""
    replies, at = [], 0
    while at < len(data):
        end = reply_end(b"*" + data[at + 1:], 0) + at if data[at:at + 1] == b">" else reply_end(data, at)
        if end < at:
            break
        replies.append(data[at:end])
        at = end
    return replies, data[at:]


def tree(raw):
    """A reply as (kind, value): kind is the type byte; value is bytes, a list of trees, or None for a null."""
    value, end = _tree(raw, 0)
    if end != len(raw):
        raise WireError("%d bytes after the reply" % (len(raw) - end))
    return value


def _tree(raw, at):
    line = raw.index(b"\r\n", at)
    kind, text = raw[at:at + 1], raw[at + 1:line]
    if raw[at] in LINE:
        return (kind, text), line + 2
    count = int(text)
    if count < 0:
        return (kind, None), line + 2
    if raw[at] in BLOB:
        end = line + 2 + count
        return (kind, raw[line + 2:end]), end + 2
    elements, at = [], line + 2
    for _ in range(count * (GROUP.get(kind[0]) or PRELUDE[kind[0]])):
        element, at = _tree(raw, at)
        elements.append(element)
    if kind[0] in PRELUDE:
        after, at = _tree(raw, at)
        return (kind, elements + [after]), at
    return (kind, elements), at


class Replies:
    """What one server answered to one batch: whole replies in order, and what went wrong after the last of them."""

    __slots__ = ("raw", "trouble")

    def __init__(self, raw, trouble=None):
        self.raw = raw
        self.trouble = trouble


class Connection:
    """A socket that never blocks while there is something to read: a server may stop reading until we take its replies."""

    def __init__(self, port, patience=10.0):
        self.patience = patience
        self.data = b""
        self.closed = False
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=patience)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def close(self):
        self.socket.close()

    def _wait(self, events):
        poller = select.poll()
        poller.register(self.socket, events)
        return poller.poll(self.patience * 1000)

    def wait_for_bytes(self):
        """Until something has arrived, or for as long as patience lasts."""
        self._wait(select.POLLIN)

    def receive(self):
        """Takes what has arrived, without waiting."""
        try:
            chunk = self.socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:                     # a reset is an end of stream like any other
            chunk = b""
        if chunk:
            self.data = self.data + chunk if self.data else chunk
        else:
            self.closed = True

    def send(self, payload):
        view = memoryview(payload)
        while view and not self.closed:
            try:
                view = view[self.socket.send(view):]
            except BlockingIOError:
                if not self._wait(select.POLLIN | select.POLLOUT):
                    return
                self.receive()
            except OSError:
                self.receive()
                return

    def replies(self, count, model=()):
        """Waits for `count` replies. `model` are the replies the other server gave: where the bytes are the same there is
        nothing to parse."""
        raw, at = [], 0
        deadline = time.monotonic() + self.patience
        while True:
            data = self.data
            try:
                while len(raw) < count:
                    number = len(raw)
                    if number < len(model) and data.startswith(model[number], at):
                        end = at + len(model[number])
                    else:
                        end = reply_end(data, at)
                        if end < 0:
                            break
                    raw.append(data[at:end])
                    at = end
            except WireError as error:
                self.closed = True
                return Replies(raw, "malformed reply: %s" % error)
            if len(raw) == count:
                self.data = data[at:]
                return Replies(raw, "unasked bytes %r" % self.data[:60] if self.data else None)
            if self.closed:
                return Replies(raw, "connection closed")
            left = deadline - time.monotonic()
            if left <= 0 or not self._wait(select.POLLIN):
                self.closed = True
                return Replies(raw, "no reply within %g s" % self.patience)
            before = len(data)
            self.receive()
            if len(self.data) > before:     # patience is for silence, not for a long answer
                deadline = time.monotonic() + self.patience

    def drain(self):
        """Everything until the server closes; True when it did."""
        while not self.closed:
            if not self._wait(select.POLLIN):
                return self.data, False
            self.receive()
        return self.data, True

    def finish_sending(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass


if __name__ == "__main__":
    connection = Connection(int(sys.argv[1]))
    connection.send(sys.stdin.buffer.read())
    connection.finish_sending()
    print(repr(connection.drain()[0])[2:-1])
