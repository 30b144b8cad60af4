"""A Martlet server as a child process, on a port that was free a moment ago."""

import os
import socket
import subprocess
import tempfile


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LiveServer:
    """Starts the program; it reports on a socket of ours when it serves, so that nothing is tried again and again."""

    def __init__(self, program, *options):
        self.port = free_port()
        with tempfile.TemporaryDirectory(prefix="martlet-") as directory:
            reports = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            reports.bind(directory + "/notify")
            reports.settimeout(30)
            self.log = tempfile.TemporaryFile()
            self.process = subprocess.Popen(
                [program, "--save", "", "--port", str(self.port), "--supervised", "systemd", *options],
                env={**os.environ, "NOTIFY_SOCKET": directory + "/notify"},
                stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
            try:
                reports.recv(4096)
            except TimeoutError:
                self.process.kill()
                self.log.seek(0)
                raise SystemExit("the server did not start:\n" + self.log.read().decode())
            finally:
                reports.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
