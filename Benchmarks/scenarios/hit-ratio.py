#!/usr/bin/env python3
"""How many requests a cache answers from memory that has room for a tenth of the keys, beside Redis where that is installed.

zipf:  keys are asked for by a Zipf distribution with exponent 0.99.
scan:  the same, but one request in five comes from a scan: keys that nobody asks for again.

A request is a GET; where it finds nothing, the key is set. Requests go out in pipelines of 500, and what they missed is set
before the next. Every server is given the same requests, in the same order, and compares ten keys for each that it evicts.
Resident memory is compared with maxmemory at the end. See ../README.md.
"""

import argparse
import array
import os
import random
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import load  # noqa: E402
from harness.procfs import ProcessorClock, memory  # noqa: E402
from harness.servers import Cores, Kind, Server, ServerFailed, installed  # noqa: E402

PIPELINE = 500
EXPONENT = 0.99
SAMPLES = 10
# Of each so many requests the first are a scan's.
SCAN_PERIOD, SCAN_LENGTH = 100_000, 20_000


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
    for trace in options.traces.split(","):
        requests = make_trace(trace, options.requests, options.keys)
        for policy in options.policies.split(","):
            for kind in kinds:
                try:
                    with Server(kind, cores) as server:
                        run(options, server, trace, policy, requests)
                except (ServerFailed, OSError) as failure:
                    sys.exit(f"{trace} failed on {kind.name}: {failure}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", metavar="PATH", help="the server to test (default: build martlet-server)")
    parser.add_argument("--requests", type=int, default=10_000_000, help="how many (10000000)")
    parser.add_argument("--keys", type=int, default=1_000_000, help="how many different keys (1000000)")
    parser.add_argument("--value-size", type=int, default=1000, help="bytes per value (1000)")
    parser.add_argument("--traces", default="zipf,scan")
    parser.add_argument("--policies", default="allkeys-lru,allkeys-lfu")
    return parser.parse_args()


def make_trace(name, count, keys):
    """Numbers of keys; those of a scan follow behind the others and never come again."""
    generator = random.Random(1)
    total, sums = 0.0, array.array("d")
    for rank in range(1, keys + 1):
        total += rank**-EXPONENT
        sums.append(total)
    names = list(range(keys))
    generator.shuffle(names)
    draws = generator.choices(names, cum_weights=sums, k=count)
    requests = array.array("l", draws)
    if name == "scan":
        fresh = keys
        for start in range(0, count, SCAN_PERIOD):
            for place in range(start, min(count, start + SCAN_LENGTH)):
                requests[place] = fresh
                fresh += 1
    return requests


def key(number):
    return b"key:%012d" % number


def run(options, server, trace, policy, requests):
    value = b"$%d\r\n%s\r\n" % (options.value_size, b"x" * options.value_size)
    with server.client() as client:
        limit = measure_room(options, client, value)
        client.command("CONFIG", "SET", "maxmemory", limit)
        client.command("CONFIG", "SET", "maxmemory-policy", policy)
        client.command("CONFIG", "SET", "maxmemory-samples", SAMPLES)
        clock = ProcessorClock(server.pid)
        hits = 0
        for start in range(0, len(requests), PIPELINE):
            hits += batch(client, requests[start : start + PIPELINE], value, options.value_size)
        spent = clock.nanoseconds()
        resident, _ = memory(server.pid)
        fields = client.info("memory", "stats")
    print(
        f"{trace:5} {policy:12} {server.kind.name:8} hit ratio {hits / len(requests):.4f}  "
        f"{spent / len(requests):,.0f} ns a request  resident {100 * resident / limit:.1f} % of maxmemory  "
        f"used {100 * int(fields['used_memory']) / limit:.1f} %  evicted {int(fields['evicted_keys']):,}", flush=True)


def measure_room(options, client, value):
    """The memory in use with a tenth of the keys, which are removed again."""
    wanted = options.keys // 10
    client.store(b"*3\r\n$3\r\nSET\r\n$16\r\n%s\r\n%s" % (key(number), value) for number in range(wanted))
    limit = int(client.info("memory")["used_memory"])
    client.command("FLUSHALL", "SYNC")
    return limit


def batch(client, numbers, value, size):
    """Sends GETs, and SETs for what was not there. Returns the hits."""
    client.socket.sendall(b"".join([b"*2\r\n$3\r\nGET\r\n$16\r\n%s\r\n" % key(number) for number in numbers]))
    missed = []
    read, readline = client.file.read, client.file.readline
    for number in numbers:
        if readline() == b"$-1\r\n":
            missed.append(number)
        else:
            read(size + 2)
    # Within a batch a key may be missed twice; it is set twice, as two clients would.
    client.store(b"*3\r\n$3\r\nSET\r\n$16\r\n%s\r\n%s" % (key(number), value) for number in missed)
    return len(numbers) - len(missed)


if __name__ == "__main__":
    main()
