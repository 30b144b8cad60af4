"""Starts the two servers on free loopback ports, and stops them by the process that was started, never by name."""
import atexit
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ARGUMENTS = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--enable-debug-command", "yes",
             "--databases", "16"]
START_SECONDS = 20.0
PR_SET_PDEATHSIG = 1


class CannotRun(Exception):
    """The comparison could not begin."""


def oracle_version(binary):
    """The version that `redis-server --version` states, or None."""
    try:
        text = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\bv=(\d+\.\d+\.\d+)", text)
    return found.group(1) if found else None


def find_oracle():
    """(path of a redis-server 7.0.x, None), or (None, why there is none)."""
    binary = shutil.which("redis-server")
    if not binary:
        return None, "no redis-server on PATH"
    version = oracle_version(binary)
    if not version or not version.startswith("7.0."):
        return None, "%s is version %s, the reference is 7.0.x" % (binary, version)
    return binary, None


def find_candidate(path, root):
    """The martlet-server to test: the given path, or the newest kind of build there is."""
    choices = [path] if path else [os.path.join(root, ".build", kind, "martlet-server") for kind in ("release", "debug")]
    for choice in choices:
        if os.access(choice, os.X_OK) and os.path.isfile(choice):
            return os.path.abspath(choice)
    raise CannotRun("no executable %s (swift build -c release --product martlet-server)" % " or ".join(choices))


def _die_with_parent():
    os.setsid()
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):       # Linux only; elsewhere atexit has to do
        pass


class Server:
    """One server process with a fresh folder."""

    def __init__(self, binary, name, ports):
        self.binary = binary
        self.name = name
        self.ports = ports
        self.process = None
        self.port = None
        self.folder = None
        self.starts = 0
        atexit.register(self.stop)

    def start(self):
        tail = ""
        for port in self.ports:
            if not _is_free(port):
                continue
            self.folder = self.folder or tempfile.mkdtemp(prefix="differential-%s-" % self.name)
            self.log = os.path.join(self.folder, "log")
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(
                    [self.binary, "--port", str(port), "--dir", self.folder] + ARGUMENTS, stdin=subprocess.DEVNULL,
                    stdout=log, stderr=subprocess.STDOUT, cwd=self.folder, preexec_fn=_die_with_parent)
            if self._answers(port):
                self.port = port
                self.starts += 1
                return self
            tail = self.log_tail()
            self._end_process()
            if not re.search("in use|bind|listen", tail, re.I):
                break                       # only a port that somebody took in between is worth another try
        raise CannotRun("%s (%s) does not answer PING: %s" % (self.name, self.binary, tail or "no free port"))

    def _answers(self, port):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=2) as probe:
                    probe.sendall(b"*1\r\n$4\r\nPING\r\n")
                    if probe.recv(64).startswith(b"+PONG"):
                        return True
            except OSError:
                pass
            time.sleep(0.02)
        return False

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def restart(self):
        self._end_process()
        return self.start()

    def log_tail(self, count=1200):
        try:
            with open(self.log, "rb") as log:
                return log.read()[-count:].decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def _end_process(self):
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop(self):
        self._end_process()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None
        atexit.unregister(self.stop)


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def port_list(text):
    low, _, high = text.partition("-")
    return range(int(low), int(high or low) + 1)
