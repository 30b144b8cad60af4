"""A hundred clients increment one counter, each through WATCH, GET, MULTI, SET and EXEC, until enough have succeeded.

    Tests/Clients/increments.py PROGRAM [INCREMENTS [CLIENTS]]

No increment may be lost: the counter ends at the number of transactions that EXEC said it ran. Nearly all attempts fail,
since between one client's WATCH and its EXEC some other's EXEC succeeds; that is the point. Standard library only.
"""

import selectors
import socket
import sys
import time

from live_server import LiveServer

READ = b"*2\r\n$5\r\nWATCH\r\n$7\r\ncounter\r\n*2\r\n$3\r\nGET\r\n$7\r\ncounter\r\n"
BEGUN = b"+OK\r\n+QUEUED\r\n"
# What EXEC says when it ran SET, and when a watched key was changed.
RAN = BEGUN + b"*1\r\n+OK\r\n"
REFUSED = BEGUN + b"*-1\r\n"


class Incrementer:
    """One client: reads the counter, then tries to write what it read plus one."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reply = b""
        self.step = self.has_read
        self.attempts = 0
        self.successes = 0

    def begin(self):
        self.attempts += 1
        self.step = self.has_read
        self.socket.sendall(READ)

    def receive(self):
        part = self.socket.recv(4096)
        if not part:
            raise SystemExit("the server hung up")
        self.reply += part
        return self.step()

    def has_read(self):
        """WATCH's OK and the value have come: sends the transaction."""
        if self.reply.count(b"\r\n") < 3:
            return False
        status, length, digits, rest = self.reply.split(b"\r\n")
        if status != b"+OK" or length != b"$%d" % len(digits) or rest:
            raise SystemExit(f"unexpected: {self.reply!r}")
        value = b"%d" % (int(digits) + 1)
        self.reply = b""
        self.step = self.has_tried
        self.socket.sendall(b"*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$7\r\ncounter\r\n$%d\r\n%b\r\n*1\r\n$4\r\nEXEC\r\n"
                            % (len(value), value))
        return False

    def has_tried(self):
        """True when the attempt is over."""
        if self.reply == RAN:
            self.successes += 1
        elif self.reply != REFUSED:
            if RAN.startswith(self.reply) or REFUSED.startswith(self.reply):
                return False
            raise SystemExit(f"unexpected: {self.reply!r}")
        self.reply = b""
        return True


def main(program, increments=2000, clients=100):
    with LiveServer(program) as server:
        administrator = socket.create_connection(("127.0.0.1", server.port))
        administrator.sendall(b"SET counter 0\r\n")
        administrator.recv(100)
        incrementers = [Incrementer(server.port) for _ in range(clients)]
        started = time.monotonic()
        with selectors.DefaultSelector() as selector:
            for one in incrementers:
                selector.register(one.socket, selectors.EVENT_READ, one)
                one.begin()
            successes = 0
            active = clients
            while active:
                for key, _ in selector.select():
                    one = key.data
                    before = one.successes
                    if not one.receive():
                        continue
                    successes += one.successes - before
                    if successes < increments:
                        one.begin()
                    else:
                        selector.unregister(one.socket)
                        active -= 1
        administrator.sendall(b"GET counter\r\n")
        counter = int(administrator.recv(100).split(b"\r\n")[1])
        attempts = sum(one.attempts for one in incrementers)
        print(f"{clients} clients: {successes} increments in {attempts} attempts and {time.monotonic() - started:.1f} s")
        lost = successes - counter
        print(f"{0 if lost else 1} passed, {1 if lost else 0} failed" + (f": the counter is {counter}" if lost else ""))
        return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
