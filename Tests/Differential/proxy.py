"""A server that lies: forwards everything to the reference, and commits one chosen fault. For testing the tester."""
import socket
import threading

from wire import encode, reply_end, split, tree


class Fault:
    """Watches requests and answers of all connections. FLUSHALL, which begins every episode and every replay, arms it
    again: a real defect shows each time too. A fault strikes once."""

    def __init__(self):
        self.rearm()

    def rearm(self):
        self.armed = True

    def swallows(self, words):
        """The answer to give without asking the server, or None."""
        return None

    def answer(self, words, raw):
        """What to send for `raw`; None hangs up."""
        return raw

    def strike(self):
        self.armed = False


class FlipByte(Fault):
    """One wrong byte, in the first answer to a GET of a key that was appended to."""

    def rearm(self):
        super().rearm()
        self.appended = set()

    def answer(self, words, raw):
        if words[0].upper() == b"APPEND" and raw.startswith(b":") and raw != b":0\r\n" and len(words) == 3:
            self.appended.add(words[1])
        if self.armed and words[0].upper() == b"GET" and words[1:2] and words[1] in self.appended and len(raw) >= 7:
            self.strike()
            return raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:]
        return raw


class LoseWrite(Fault):
    """An MSET that is acknowledged and not performed: only later answers and the digest can tell."""

    def swallows(self, words):
        if self.armed and words[0].upper() == b"MSET" and len(words) % 2 == 1 and len(words) > 1:
            self.strike()
            return b"+OK\r\n"
        return None


class HangUp(Fault):
    """Closes the connection instead of answering a GETDEL."""

    def answer(self, words, raw):
        if self.armed and words[0].upper() == b"GETDEL":
            self.strike()
            return None
        return raw


class Die(Fault):
    """The whole process goes down on a GETRANGE."""

    def __init__(self, server):
        self.server = server
        super().__init__()

    def answer(self, words, raw):
        if self.armed and words[0].upper() == b"GETRANGE":
            self.strike()
            self.server.process.kill()
            self.server.process.wait()
            return None
        return raw


class Silence(Fault):
    """Forgets to answer an LCS."""

    def answer(self, words, raw):
        if self.armed and words[0].upper() == b"LCS":
            self.strike()
            return b""
        return raw


class AnswerTwice(Fault):
    """One answer too many, to a SUBSTR."""

    def answer(self, words, raw):
        if self.armed and words[0].upper() == b"SUBSTR":
            self.strike()
            return raw + raw
        return raw


class FlipOnce(Fault):
    """One wrong byte in the 700th answer, and never again, whatever is replayed."""

    def __init__(self):
        self.count = 0
        super().__init__()

    def answer(self, words, raw):
        self.count += 1
        return b"?" + raw[1:] if self.count == 700 else raw


class Proxy:
    """Looks like a `Server` to a duel. One thread for each connection."""

    name = "proxy"

    def __init__(self, server, fault, port):
        self.server = server
        self.fault = fault
        self.port = port
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def alive(self):
        return self.server.alive()

    def restart(self):
        return self.server.restart()

    def log_tail(self, count=0):
        return self.server.log_tail()

    def stop(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self.server.port)) as backend:
            data = b""
            while True:
                try:
                    chunk = client.recv(1 << 16)
                    if not chunk:
                        return
                    requests, data = split(data + chunk)       # a request is framed like an array in a reply
                    if not self._batch(client, backend, requests):
                        return
                except OSError:
                    return

    def _batch(self, client, backend, requests):
        """Answers the requests of one read; False when the client is to be hung up on."""
        words = [[word for _, word in tree(request)[1]] for request in requests]
        for each in words:
            if each[0].upper() == b"FLUSHALL":
                self.fault.rearm()
        given = [self.fault.swallows(each) for each in words]
        backend.sendall(b"".join(encode(each) for each, answer in zip(words, given) if answer is None))
        replies = iter(_read(backend, given.count(None)))
        out = []
        for each, answer in zip(words, given):
            answer = answer or self.fault.answer(each, next(replies))
            if answer is None:
                client.sendall(b"".join(out))
                return False
            out.append(answer)
        client.sendall(b"".join(out))
        return True


def _read(backend, count):
    data, at, replies = b"", 0, []
    while len(replies) < count:
        end = reply_end(data, at)
        if end < 0:
            chunk = backend.recv(1 << 16)
            if not chunk:
                raise OSError("the reference closed the connection")
            data, at = data[at:] + chunk, 0
            continue
        replies.append(data[at:end])
        at = end
    return replies
