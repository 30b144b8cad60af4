#!/usr/bin/env python3
"""Inserts ten million keys and deletes them again: what memory comes back, and which command took longest.

A table that moves all entries at once when it grows shows here as one command of a second; an allocator that gives
nothing back, as resident memory that stays. See ../README.md.
"""

import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import scenario  # noqa: E402
from harness.load import LoadFailed  # noqa: E402
from harness.procfs import ProcessorClock, memory  # noqa: E402
from harness.servers import Server, ServerFailed  # noqa: E402

# Commands longer than this are looked for where the server keeps a slow log.
SLOW_USEC = 500


def main():
    parser = scenario.parser(__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=10_000_000, help="how many (10000000)")
    parser.add_argument("--value-size", type=int, default=8, help="bytes per value (8)")
    parser.add_argument("--settle", type=float, default=10, help="seconds to wait for memory to come back (10)")
    options = parser.parse_args()
    kind, generator = scenario.prepare(options)
    try:
        with Server(kind, generator.cores) as server, server.client() as client:
            run(options, server, client, generator)
    except (LoadFailed, ServerFailed, OSError) as failure:
        sys.exit(f"failed: {failure}")


def run(options, server, client, generator):
    scenario.line("server", server.version)
    client.try_command("CONFIG", "SET", "slowlog-log-slower-than", SLOW_USEC)
    client.try_command("CONFIG", "SET", "slowlog-max-len", 10_000)
    start, _ = memory(server.pid)
    scenario.line("resident at start", scenario.mebibytes(start))

    phase(options, server, client, generator, "insert", "set")
    full, _ = memory(server.pid)
    scenario.line("resident when full", scenario.mebibytes(full))
    scenario.line("  per key", f"{(full - start) / options.keys:.1f} bytes")

    phase(options, server, client, generator, "delete", "del")
    emptied, highest = memory(server.pid)
    scenario.line("resident when emptied", scenario.mebibytes(emptied))
    deadline = time.monotonic() + options.settle
    while time.monotonic() < deadline:
        time.sleep(min(1, options.settle))
        client.command("PING")
    settled, _ = memory(server.pid)
    scenario.line(f"resident {options.settle:g} s later", scenario.mebibytes(settled))
    scenario.line("  of the growth given back", f"{100 * (full - settled) / max(full - start, 1):.1f} %")
    scenario.line("resident at its highest", scenario.mebibytes(highest))


def phase(options, server, client, generator, name, workload):
    """Runs a workload once over all keys and prints how long it and its longest command took."""
    client.try_command("SLOWLOG", "RESET")
    clock = ProcessorClock(server.pid)
    result = generator.run(
        server, workload, clients=4, pipeline=64, keys=options.keys, requests=options.keys, sequential=True,
        value_size=options.value_size)
    expected = options.keys if workload == "set" else 0
    count = client.command("DBSIZE")
    if count != expected:
        raise LoadFailed(f"{count} keys after the {name} phase instead of {expected}")
    scenario.line(name, f"{result['seconds']:.1f} s, {result['requests_per_second']:,.0f} requests/s")
    scenario.line("  processor time per request", f"{clock.nanoseconds() / 1e3 / result['requests']:.3f} µs")
    scenario.line("  longest batch of 64, at client", f"{result['max_usec']:,.0f} µs")
    scenario.line("  longest command, at server", longest_command(client))


def longest_command(client):
    """From INFO where the server keeps the longest, since its start; else from the slow log of this phase."""
    field = client.info("stats", "commandstats").get("max_command_usec")
    if field is not None:
        return f"{int(float(field)):,} µs since start (INFO max_command_usec)"
    entries = client.try_command("SLOWLOG", "GET", "-1")
    if entries is None:
        return "unknown: neither INFO max_command_usec nor SLOWLOG"
    if not entries:
        return f"at most {SLOW_USEC} µs (SLOWLOG is empty)"
    return f"{max(entry[2] for entry in entries):,} µs (SLOWLOG, {len(entries)} above {SLOW_USEC} µs)"


if __name__ == "__main__":
    main()
