"""Starting, recognising and stopping the servers under comparison."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass

from . import resp

PORTS = range(7400, 7500)


class ServerFailed(Exception):
    """A server that did not start or did not answer."""


@dataclass(frozen=True)
class Kind:
    """A program to compare: its name in the tables, where it is, and which protocol it speaks."""

    name: str
    path: str
    protocol: str = "resp"
    # Of Martlet spoken to in memcached's protocol: another way in, so another set of options.
    is_martlet: bool = False

    def arguments(self, port):
        if self.is_martlet and self.protocol == "memcached":
            return [
                "--save", "", "--appendonly", "no", "--port", "0", "--memcached-port", str(port), "--memcached-bind", "127.0.0.1"]
        if self.protocol == "memcached":
            # One worker thread, since the others have one; enough memory to evict nothing; root must be named.
            return ["-p", str(port), "-U", "0", "-l", "127.0.0.1", "-t", "1", "-m", "4096", "-c", "1024", "-u", "root"]
        return ["--save", "", "--appendonly", "no", "--port", str(port), "--bind", "127.0.0.1"]


def installed():
    """The other servers on this machine."""
    found = []
    for name, program, protocol in [
        ("redis", "redis-server", "resp"),
        ("valkey", "valkey-server", "resp"),
        ("memcached", "memcached", "memcached"),
    ]:
        path = shutil.which(program)
        if path:
            found.append(Kind(name, path, protocol))
    return found


@dataclass(frozen=True)
class Cores:
    """The processors that the server and its client are pinned to; None where there is no choice."""

    server: int | None
    client: int | None

    @staticmethod
    def choose(say=print):
        available = sorted(os.sched_getaffinity(0))
        if len(available) < 2:
            say("NOTE: one core only, shared by server and client; latency and throughput mean little here.")
            return Cores(None, None)
        if not shutil.which("taskset"):
            say("NOTE: taskset (util-linux) is missing; server and client are not pinned.")
            return Cores(None, None)
        return Cores(available[0], available[1])

    @staticmethod
    def pin(core, command):
        return command if core is None else ["taskset", "-c", str(core), *command]


def free_port():
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise ServerFailed(f"no free port from {PORTS.start} to {PORTS.stop - 1}")


class Server:
    """A server for the length of a `with` block, in a directory of its own that goes with it."""

    def __init__(self, kind, cores):
        self.kind = kind
        self.cores = cores

    def __enter__(self):
        self.port = free_port()
        self.directory = tempfile.TemporaryDirectory(prefix="martlet-benchmark-")
        self.log = os.path.join(self.directory.name, "server.log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                Cores.pin(self.cores.server, [self.kind.path, *self.kind.arguments(self.port)]),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory.name)
        try:
            self._await_answer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.directory.cleanup()

    @property
    def pid(self):
        return self.process.pid

    def client(self, timeout=60):
        return resp.Client(self.port, timeout=timeout)

    def _await_answer(self):
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ServerFailed(f"{self.kind.path} ended with {self.process.returncode}: {self._log_tail()}")
            try:
                self.version = self._ask_version()
                return
            except OSError:
                time.sleep(0.02)
        raise ServerFailed(f"{self.kind.path} does not answer on port {self.port}: {self._log_tail()}")

    def _log_tail(self):
        with open(self.log, errors="replace") as log:
            return " | ".join(log.read().splitlines()[-5:]) or "(it logged nothing)"

    def _ask_version(self):
        if self.kind.protocol == "memcached":
            return self._memcached("version\r\n").split()[1]
        with self.client(timeout=5) as client:
            if client.command("PING") != "PONG":
                raise ServerFailed(f"{self.kind.path} does not answer PING with PONG")
            fields = client.info("server")
        for field in ["martlet_version", "valkey_version", "redis_version"]:
            if field in fields:
                return f"{field.removesuffix('_version')} {fields[field]}"
        return "unknown"

    def _memcached(self, request):
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(request.encode())
            reply = b""
            while not reply.endswith((b"END\r\n", b"OK\r\n")) and not reply.startswith(b"VERSION"):
                piece = connection.recv(65536)
                if not piece:
                    raise ConnectionError("the server closed the connection")
                reply += piece
            return reply.decode()

    def key_count(self):
        if self.kind.protocol == "memcached":
            lines = self._memcached("stats\r\n").splitlines()
            return next(int(line.split()[2]) for line in lines if line.startswith("STAT curr_items "))
        with self.client() as client:
            return client.command("DBSIZE")
