"""A RESP client just large enough to ask a server about itself and to fill it with keys of one's own making."""

import socket


class ReplyError(Exception):
    """An error reply."""


class Client:
    def __init__(self, port, host="127.0.0.1", timeout=60):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def command(self, *arguments):
        self.socket.sendall(encode(*arguments))
        return self._reply()

    def _reply(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the server closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise ReplyError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if int(rest) < 0:
                return None
            return self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if int(rest) < 0 else [self._reply() for _ in range(int(rest))]
        raise ConnectionError(f"not a RESP2 reply: {line[:40]!r}")

    def try_command(self, *arguments):
        """The reply, or None where the server knows no such command or option."""
        try:
            return self.command(*arguments)
        except ReplyError:
            return None

    def info(self, *sections):
        """The fields of INFO, or of the sections asked for, as a dictionary of text."""
        fields = {}
        for arguments in [(section,) for section in sections] or [()]:
            text = self.try_command("INFO", *arguments) or b""
            for line in text.decode(errors="replace").splitlines():
                name, colon, value = line.partition(":")
                if colon and not line.startswith("#"):
                    fields[name] = value
        return fields

    def store(self, commands):
        """Sends an iterable of encoded commands in batches; every reply must be +OK."""
        batch = []
        for command in commands:
            batch.append(command)
            if len(batch) == 10_000:
                self._send_expecting_ok(batch)
                batch = []
        self._send_expecting_ok(batch)

    def _send_expecting_ok(self, batch):
        if not batch:
            return
        self.socket.sendall(b"".join(batch))
        replies = self.file.read(5 * len(batch))
        if replies != b"+OK\r\n" * len(batch):
            raise ReplyError(f"not all stored: {replies[:100]!r}")


def encode(*arguments):
    parts = [b"*%d\r\n" % len(arguments)]
    for argument in arguments:
        data = argument if isinstance(argument, bytes) else str(argument).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
    return b"".join(parts)
