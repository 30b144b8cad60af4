#!/usr/bin/env python3
"""How late expired keys are removed when nobody asks for them.

sparse: a thousand keys fall due over one second among a million that do not. A server that samples for expired keys
        seldom draws one of them.
burst:  a million keys fall due at the same instant. A server that removes them all at once answers nobody meanwhile.

No client touches the keys; DBSIZE is watched, and how long the server takes to answer it. See ../README.md.
"""

import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import scenario  # noqa: E402
from harness.load import LoadFailed  # noqa: E402
from harness.resp import ReplyError, encode  # noqa: E402
from harness.servers import Server, ServerFailed  # noqa: E402

PERCENTILES = [0.5, 0.99, 1.0]
FIELDS = ["expire_lag_p50_usec", "expire_lag_p99_usec", "expire_lag_max_usec"]
# Long enough to store the sparse scenario's few keys before they fall due.
AHEAD = 2.0
# DBSIZE is asked this often, in seconds: the resolution of the lags seen from outside.
INTERVAL = 0.005


def main():
    parser = scenario.parser(__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=1_000_000, help="keys not due, and keys due at once (1000000)")
    parser.add_argument("--due", type=int, default=1000, help="keys that fall due among those that do not (1000)")
    parser.add_argument("--patience", type=float, default=30, help="seconds to watch after the last is due (30)")
    parser.add_argument("--only", choices=["sparse", "burst"], help="run one of the two")
    options = parser.parse_args()
    kind, generator = scenario.prepare(options)
    for name, run in [("sparse", sparse), ("burst", burst)]:
        if options.only in (None, name):
            try:
                with Server(kind, generator.cores) as server, server.client() as client:
                    print(f"--- {name} ({server.version})", flush=True)
                    run(options, server, client, generator)
            except (LoadFailed, ServerFailed, ReplyError, OSError) as failure:
                sys.exit(f"{name} failed: {failure}")


def sparse(options, server, client, generator):
    generator.run(
        server, "setex", clients=2, pipeline=256, keys=options.keys, requests=options.keys, sequential=True, ttl=86_400)
    first = time.time() + AHEAD
    due = [first + index / options.due for index in range(options.due)]
    client.store(volatile("due", index, moment) for index, moment in enumerate(due))
    if time.time() > first:
        raise LoadFailed("the keys fell due before all were stored: give fewer to --due")
    observe(options, client, remaining=options.keys, due=due)


def burst(options, server, client, generator):
    # Time to store them all, at the pace this takes Python here: measured on the first hundredth.
    sample = max(options.keys // 100, 1)
    begun = time.time()
    client.store(volatile("due", index, begun + 3600) for index in range(sample))
    moment = begun + 1 + 2 * (time.time() - begun) * options.keys / sample
    client.store(volatile("due", index, moment) for index in range(options.keys))
    if time.time() > moment:
        raise LoadFailed("the keys fell due before all were stored")
    observe(options, client, remaining=0, due=[moment] * options.keys)


def volatile(prefix, index, moment):
    return encode("SET", f"{prefix}:{index:012d}", "x" * 8, "PXAT", int(moment * 1000))


def observe(options, client, remaining, due):
    """Watches DBSIZE from before the first key is due until none of `due` is left, and prints what was seen."""
    stored = client.command("DBSIZE")
    if stored != remaining + len(due):
        raise LoadFailed(f"{stored} keys stored instead of {remaining + len(due)}")
    series, slowest = [], 0.0
    while True:
        asked = time.time()
        left = client.command("DBSIZE") - remaining
        answered = time.time()
        if asked >= due[0]:
            slowest = max(slowest, answered - asked)
            series.append((answered, left))
        if left == 0 or answered > due[-1] + options.patience:
            break
        time.sleep(INTERVAL)
    report(options, client, series, slowest, due)


def report(options, client, series, slowest, due):
    for after in [0.001, 0.01, 0.1, 1, 2, 5, 10, 30]:
        at = next(((moment, left) for moment, left in series if moment >= due[-1] + after), None)
        if at:
            scenario.line(f"left {after:g} s after the last is due", f"{at[1]:,} of {len(due):,}")
    lags = removal_lags(series, due)
    for fraction in PERCENTILES:
        index = max(int(len(due) * fraction) - 1, 0)
        text = scenario.milliseconds(lags[index]) if index < len(lags) else f"not within {options.patience:g} s"
        scenario.line(f"lag p{fraction * 100:g}, seen from outside", text)
    scenario.line("slowest answer meanwhile", scenario.milliseconds(slowest))
    fields = client.info("stats")
    scenario.line("INFO expired_keys", fields.get("expired_keys", "not there"))
    for name in FIELDS:
        scenario.line(f"INFO {name}", fields.get(name, "not there"))


def removal_lags(series, due):
    """How late each removal was seen, ascending, if keys go in the order in which they fall due: the n-th key counts
    as removed when DBSIZE first shows n fewer. Keys that never went are missing at the end."""
    lags, removed = [], 0
    for moment, left in series:
        while removed < len(due) - left:
            # Seen before it is due by less than the two clocks' rounding.
            lags.append(max(moment - due[removed], 0.0))
            removed += 1
    return sorted(lags)


if __name__ == "__main__":
    main()
