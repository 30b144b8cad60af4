#!/usr/bin/env python3
"""What a snapshot costs while clients write: memory, latency and time, beside redis-server where that is installed.

Millions of keys are stored; then fifty clients set random ones, first without a snapshot and then while BGSAVE runs, over and
over until both have lasted long enough. The bars: at most a tenth more memory, a 99.9th percentile of SET of at most
twice that without a snapshot, no command of more than two milliseconds inside the server, and no more time than Redis's
forked process takes under the same load. See ../README.md.
"""

import os
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import scenario  # noqa: E402
from harness.load import LoadFailed  # noqa: E402
from harness.servers import Server, ServerFailed, installed  # noqa: E402


def main():
    parser = scenario.parser(__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=5_000_000, help="how many (5000000)")
    parser.add_argument("--value-size", type=int, default=64, help="bytes per value (64)")
    parser.add_argument("--clients", type=int, default=50, help="clients that write (50)")
    parser.add_argument("--seconds", type=int, default=10, help="how long they write (10)")
    parser.add_argument("--alone", action="store_true", help="leave redis-server out")
    options = parser.parse_args()
    kind, generator = scenario.prepare(options)
    kinds = [kind] + [other for other in installed() if other.name == "redis" and not options.alone]
    for kind in kinds:
        try:
            with Server(kind, generator.cores) as server, server.client(timeout=120) as client:
                print(f"--- {server.version}", flush=True)
                run(options, server, client, generator)
        except (LoadFailed, ServerFailed, OSError) as failure:
            sys.exit(f"{kind.name} failed: {failure}")


def run(options, server, client, generator):
    generator.run(
        server, "set", clients=4, pipeline=64, keys=options.keys, requests=options.keys, sequential=True,
        value_size=options.value_size)
    # What expects to be kept, as on a server that has run for a while.
    write(options, server, generator, 2)
    quiet = write(options, server, generator, options.seconds)
    before = family_memory(server.pid)
    watch = Watch(server.pid, client)
    busy = write(options, server, generator, options.seconds, watch)
    watch.end()
    scenario.line("SET without a snapshot, p99 and p99.9", f"{quiet['p99_usec']} and {quiet['p999_usec']} µs")
    scenario.line("SET with one, p99 and p99.9", f"{busy['p99_usec']} and {busy['p999_usec']} µs")
    scenario.line("  p99.9 against that without", f"{busy['p999_usec'] / max(1, quiet['p999_usec']):.2f}")
    scenario.line("  longest", f"{quiet['max_usec']:,.0f} µs without, {busy['max_usec']:,.0f} µs with")
    scenario.line(
        "SETs a second", f"{quiet['requests_per_second']:,.0f} without, {busy['requests_per_second']:,.0f} with")
    scenario.line("snapshots, seconds each", ", ".join(f"{seconds:.2f}" for seconds in watch.times))
    scenario.line("memory before", scenario.mebibytes(before))
    scenario.line("  more at the highest", f"{100 * (watch.highest - before) / before:.1f} %")
    for field in ["max_command_usec", "max_slice_usec"]:
        value = client.info("stats", "commandstats").get(field)
        if value is not None:
            scenario.line(f"INFO {field}", value)
    watch.wait_for_last()
    start = time.monotonic()
    watch.save()
    scenario.line("a snapshot when nobody writes", f"{time.monotonic() - start:.2f} s")


def write(options, server, generator, seconds, watch=None):
    if watch:
        watch.start()
    return generator.run(
        server, "set", clients=options.clients, keys=options.keys, seconds=seconds, value_size=options.value_size)


class Watch:
    """Has one snapshot follow the other, and looks at the memory of the server and its children meanwhile."""

    def __init__(self, pid, client):
        self.pid = pid
        self.client = client
        self.times = []
        self.highest = 0
        self.ends = False

    def start(self):
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def end(self):
        self.ends = True
        self.thread.join()

    def wait_for_last(self):
        while self._is_saving():
            time.sleep(0.02)

    def save(self):
        self.client.command("BGSAVE")
        self.wait_for_last()

    def _is_saving(self):
        return int(self.client.info("persistence").get("rdb_bgsave_in_progress", 0)) == 1

    def _run(self):
        while not self.ends:
            start = time.monotonic()
            self.client.command("BGSAVE")
            while self._is_saving():
                self.highest = max(self.highest, family_memory(self.pid))
                time.sleep(0.02)
            if not self.ends:
                self.times.append(time.monotonic() - start)


def family_memory(pid):
    """Bytes that a process and its children have to themselves or share; what they share counts once."""
    total = proportional_memory(pid)
    for child in children(pid):
        total += proportional_memory(child)
    return total


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def proportional_memory(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


if __name__ == "__main__":
    main()
