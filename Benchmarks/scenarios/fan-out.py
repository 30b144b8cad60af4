#!/usr/bin/env python3
"""What a message costs that goes to many: processor time per copy, beside Redis where that is installed.

stream:    one publisher sends a message, waits for the count, sends the next; a thousand clients subscribe.
pipeline:  the same, sixteen messages at a time.
step:      each message is published when everybody has the one before: no two can share a send.
patterns:  ten thousand patterns are subscribed to, and the channel matches none of them.

The servers take turns, and every figure is the median of its rounds. See ../README.md.
"""

import argparse
import os
import select
import signal
import socket
import statistics
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import load, scenario  # noqa: E402
from harness.procfs import ProcessorClock  # noqa: E402
from harness.resp import encode  # noqa: E402
from harness.servers import Cores, Kind, Server, ServerFailed, installed  # noqa: E402

CHANNEL = "news:today"
# A server is given this long to come to rest before its processor time is read.
REST = 0.1


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end too
    try:
        kinds = [Kind("martlet", os.path.abspath(options.server) if options.server else load.build("martlet-server"))]
    except load.BuildFailed as failure:
        sys.exit(str(failure))
    kinds += [kind for kind in installed() if kind.name == "redis"]
    cores = Cores.choose()
    if cores.client is not None:
        os.sched_setaffinity(0, {cores.client})
    for name, (measure, unit) in CASES.items():
        if options.only and name not in options.only.split(","):
            continue
        print(f"--- {name}", flush=True)
        results = {kind.name: [] for kind in kinds}
        for _ in range(options.rounds):
            for kind in kinds:
                try:
                    with Server(kind, cores) as server:
                        results[kind.name].append(measure(options, server))
                except (ServerFailed, OSError) as failure:
                    sys.exit(f"{name} failed on {kind.name}: {failure}")
        report(results, unit)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", metavar="PATH", help="the server to test (default: build martlet-server)")
    parser.add_argument("--subscribers", type=int, default=1000, help="clients subscribed to the channel (1000)")
    parser.add_argument("--messages", type=int, default=2000, help="messages published to them (2000)")
    parser.add_argument("--size", type=int, default=100, help="bytes per message (100)")
    parser.add_argument("--patterns", type=int, default=10_000, help="patterns subscribed to (10000)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements per case and server (3)")
    parser.add_argument("--only", metavar="LIST", help="only these cases, with commas")
    return parser.parse_args()


def report(results, unit):
    medians = {}
    for name, rounds in results.items():
        figures = [cost for cost, _ in rounds]
        medians[name] = statistics.median(figures)
        scenario.line(
            name, f"{medians[name]:.3f} µs {unit} ({min(figures):.3f} … {max(figures):.3f}), "
            f"{statistics.median(seconds for _, seconds in rounds):.2f} s")
    if "redis" in medians:
        scenario.line("martlet/redis", f"{medians['martlet'] / medians['redis']:.3f}")


class Audience:
    """Subscribers in a process of their own, which says when all of them have got so many messages."""

    def __init__(self, options, server):
        self.count = options.subscribers
        self.frame = len(encode("message", CHANNEL, "x" * options.size))
        ready, said = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            try:
                os.close(ready)
                self.listen(server, said)
            finally:
                os._exit(0)
        os.close(said)
        self.ready = os.fdopen(ready, "rb", buffering=0)
        if self.ready.read(1) != b"r":
            raise ServerFailed("the subscribers did not come to subscribe")

    def listen(self, server, said):
        poll = select.epoll()
        sockets = {}
        for _ in range(self.count):
            subscriber = socket.create_connection(("127.0.0.1", server.port))
            subscriber.sendall(encode("SUBSCRIBE", CHANNEL))
            awaited = len(encode("subscribe", CHANNEL)) + len(b":1\r\n")
            while awaited > 0:
                awaited -= len(subscriber.recv(awaited))
            subscriber.setblocking(False)
            sockets[subscriber.fileno()] = subscriber
            poll.register(subscriber, select.EPOLLIN)
        os.write(said, b"r")
        buffer = bytearray(1 << 16)
        total, step = 0, self.count * self.frame
        while True:
            before = total // step
            for descriptor, _ in poll.poll():
                received = sockets[descriptor].recv_into(buffer)
                if received == 0:
                    return
                total += received
            steps = total // step - before
            if steps:
                os.write(said, b"m" * steps)

    def wait(self, messages):
        while messages > 0:
            got = len(self.ready.read(messages))
            if got == 0:
                raise ServerFailed("the subscribers were cut off")
            messages -= got

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ready.close()
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)


def fan_out(options, server, batch, in_step=False):
    """Microseconds of processor time per delivered copy, and seconds in all."""
    request = encode("PUBLISH", CHANNEL, "x" * options.size) * batch
    reply = b":%d\r\n" % options.subscribers * batch
    with Audience(options, server) as audience, server.client() as publisher:
        time.sleep(REST)
        clock = ProcessorClock(server.pid)
        begun = time.monotonic()
        for _ in range(options.messages // batch):
            publisher.socket.sendall(request)
            if publisher.file.read(len(reply)) != reply:
                raise ServerFailed("a message did not reach everybody")
            if in_step:
                audience.wait(batch)
        messages = options.messages // batch * batch
        if not in_step:
            audience.wait(messages)
        seconds = time.monotonic() - begun
        time.sleep(REST)
        return clock.nanoseconds() / 1e3 / (messages * options.subscribers), seconds


def patterns(options, server):
    """Microseconds of processor time per message, and seconds in all."""
    with server.client() as subscriber, server.client() as publisher:
        for first in range(0, options.patterns, 1000):
            names = [f"pattern:{number}:*" for number in range(first, min(first + 1000, options.patterns))]
            subscriber.socket.sendall(encode("PSUBSCRIBE", *names))
            for _ in names:
                subscriber._reply()
        if publisher.command("PUBSUB", "NUMPAT") != options.patterns:
            raise ServerFailed("not all patterns are subscribed to")
        batch = 50
        request = encode("PUBLISH", CHANNEL, "x" * options.size) * batch
        reply = b":0\r\n" * batch
        time.sleep(REST)
        clock = ProcessorClock(server.pid)
        begun = time.monotonic()
        for _ in range(options.messages // batch):
            publisher.socket.sendall(request)
            if publisher.file.read(len(reply)) != reply:
                raise ServerFailed("a pattern matched, or PUBLISH failed")
        seconds = time.monotonic() - begun
        time.sleep(REST)
        return clock.nanoseconds() / 1e3 / (options.messages // batch * batch), seconds


CASES = {
    "stream": (lambda options, server: fan_out(options, server, 1), "per copy"),
    "pipeline": (lambda options, server: fan_out(options, server, 16), "per copy"),
    "step": (lambda options, server: fan_out(options, server, 1, in_step=True), "per copy"),
    "patterns": (patterns, "per message"),
}


if __name__ == "__main__":
    main()
