#!/usr/bin/env python3
"""What the commands of hashes, lists, sets and sorted sets cost: processor time per request, beside Redis.

The load is redis-benchmark's, in pipelines of sixteen from fifty connections; its own figures are not used, since they are those of
machine and client. Servers take turns, and every figure is the median of its rounds. See ../README.md.
"""

import argparse
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import load  # noqa: E402
from harness.procfs import ProcessorClock  # noqa: E402
from harness.resp import encode  # noqa: E402
from harness.servers import Cores, Kind, Server, ServerFailed, installed  # noqa: E402

# Name, requests, range of random numbers, command, and what is filled in before: command and elements.
CASES = [
    ("lpush", 1_000_000, 1_000_000, "LPUSH l element:__rand_int__", None),
    ("rpop", 900_000, 1, "RPOP l", ("RPUSH", "l", 1_000_000)),
    ("lrange-100", 100_000, 1, "LRANGE l 0 99", ("RPUSH", "l", 1_000)),
    ("lrange-600", 30_000, 1, "LRANGE l 0 599", ("RPUSH", "l", 1_000)),
    ("sadd", 1_000_000, 1_000_000, "SADD s element:__rand_int__", None),
    ("spop", 900_000, 1, "SPOP s", ("SADD", "s", 1_000_000)),
    ("hset", 1_000_000, 1_000_000, "HSET h field:__rand_int__ value:__rand_int__", None),
    ("hset-5", 1_000_000, 200_000, "HSET h:__rand_int__ a 1 b two c 3 d four e 5", None),
    ("zadd", 1_000_000, 1_000_000, "ZADD z __rand_int__ element:__rand_int__", None),
    ("zadd-1m", 500_000, 1_000_000, "ZADD z __rand_int__ element:__rand_int__", ("ZADD", "z", 1_000_000)),
    ("zrank-1m", 500_000, 1_000_000, "ZRANK z element:__rand_int__", ("ZADD", "z", 1_000_000)),
    ("zrange-10", 500_000, 1, "ZRANGE z 100 109", ("ZADD", "z", 100_000)),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", help="martlet-server (default: build it)")
    parser.add_argument("--only", help="these cases, with commas")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end too
    if not shutil.which("redis-benchmark"):
        sys.exit("SKIPPED: redis-benchmark is not installed (redis-tools)")
    kinds = [Kind("martlet", os.path.abspath(options.server) if options.server else load.build("martlet-server"))]
    kinds += [kind for kind in installed() if kind.name == "redis"]
    cores = Cores.choose()
    if cores.client is not None:
        os.sched_setaffinity(0, {cores.client})
    print(f"{'case':12} " + " ".join(f"{kind.name:>10}" for kind in kinds) + "      ratio   microseconds per request", flush=True)
    for case in CASES:
        if options.only and case[0] not in options.only.split(","):
            continue
        figures = {kind.name: [] for kind in kinds}
        for _ in range(options.rounds):
            for kind in kinds:
                try:
                    with Server(kind, cores) as server:
                        figures[kind.name].append(measure(server, *case[1:]))
                except (ServerFailed, OSError, subprocess.CalledProcessError) as failure:
                    sys.exit(f"{case[0]} failed on {kind.name}: {failure}")
        medians = [statistics.median(figures[kind.name]) for kind in kinds]
        ratio = f"{medians[0] / medians[1]:10.2f}" if len(medians) > 1 else ""
        print(f"{case[0]:12} " + " ".join(f"{value:10.3f}" for value in medians) + " " + ratio, flush=True)


def measure(server, requests, span, command, filling):
    if filling:
        fill(server.port, *filling)
    clock = ProcessorClock(server.pid)
    subprocess.run(
        ["redis-benchmark", "-p", str(server.port), "-c", "50", "-P", "16", "-n", str(requests), "-r", str(span), "-q",
         *command.split()],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.1)  # so that the scheduler has brought its figures up to date
    return clock.nanoseconds() / 1000 / requests


def fill(port, command, key, count):
    """Elements as redis-benchmark names them, in requests of a thousand; scores are scattered."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        replies = connection.makefile("rb")
        for first in range(0, count, 1000):
            words = [command, key]
            for number in range(first, first + 1000):
                if command == "ZADD":
                    words.append(str(number * 7919 % count))
                words.append(f"element:{number:012}")
            connection.sendall(encode(*words))
            if replies.readline()[:1] == b"-":
                raise OSError("the server refused to be filled")


if __name__ == "__main__":
    main()
