"""One measurement of one server, and the rounds of many."""

import statistics
import sys
import time

from .load import LoadFailed
from .procfs import ProcessorClock, memory
from .servers import Server, ServerFailed

# A server is given this long to notice that its clients left before it is read.
REST = 0.1


def speed(kind, case, settings, generator, round_number):
    """Fills a fresh server, warms it up, and measures; figures are in microseconds and requests per second."""
    workload = case.memcached if kind.protocol == "memcached" else case.workload
    shape = {"keys": min(case.keys, settings.keys), "value_size": settings.value_size}
    load = {"clients": settings.clients, "pipeline": case.pipeline, **shape}
    with Server(kind, generator.cores) as server:
        generator.run(server, workload, preload=True, requests=0, **shape)
        generator.run(server, workload, seconds=settings.warm_up, seed=1000 + round_number, **load)
        time.sleep(REST)
        clock = ProcessorClock(server.pid)
        result = generator.run(server, workload, seconds=settings.seconds, seed=round_number, **load)
        time.sleep(REST)
        result["cpu_usec_per_request"] = clock.nanoseconds() / 1e3 / result["requests"]
        result["version"] = server.version
        return result


def footprint(kind, case, settings, generator, round_number):
    """Fills a fresh server with one shape of keys, and divides what its resident memory grew by."""
    workload = case.memcached if kind.protocol == "memcached" else case.workload
    with Server(kind, generator.cores) as server:
        # The first connection and command allocate what later ones reuse.
        server.key_count()
        time.sleep(REST)
        before, _ = memory(server.pid)
        generator.run(
            server, workload, clients=1, pipeline=256, keys=settings.keys, requests=settings.keys, sequential=True,
            value_size=case.value_size, seed=round_number)
        time.sleep(1)
        after, _ = memory(server.pid)
        count = server.key_count()
        expected = 1 if case.one_key else settings.keys
        if count != expected:
            raise LoadFailed(f"{count} keys instead of {expected}")
        return {
            "bytes_per_key": (after - before) / settings.keys, "rss_before": before, "rss_after": after,
            "version": server.version,
        }


def rounds(cases, kinds, settings, generator, measure):
    """Measures every case on every server, the servers taking turns: A B A B A B. A server that fails in a case is
    left out of its further rounds. The answer is a list of one entry per case and server."""
    entries = []
    for case in cases:
        runs = {kind.name: [] for kind in kinds if kind.protocol == "resp" or case.memcached}
        failures = {}
        for number in range(1, settings.rounds + 1):
            for kind in kinds:
                if kind.name not in runs or kind.name in failures:
                    continue
                progress(f"{case.name}: round {number} of {settings.rounds}, {kind.name}")
                try:
                    runs[kind.name].append(measure(kind, case, settings, generator, number))
                except (LoadFailed, ServerFailed, OSError) as failure:
                    failures[kind.name] = str(failure)
        for name, results in runs.items():
            entry = {"case": case.name, "server": name}
            if name in failures:
                entry["failure"] = failures[name]
            else:
                entry |= {"median": medians(results), "rounds": results}
            entries.append(entry)
    progress("")
    return entries


def progress(line):
    """Shows a line in the place of the last one, if someone is watching."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def medians(results):
    """Of every figure that is measured anew each round, the median over the rounds."""
    return {
        name: statistics.median(result[name] for result in results)
        for name, value in results[0].items()
        if isinstance(value, (int, float))
    }
