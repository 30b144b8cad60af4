"""redis-py keeps a cache of its own, and Martlet keeps it valid: `cache_config` needs RESP3 and CLIENT TRACKING.

A second client changes what the first has cached. The first finds out before it answers from its cache the next time: the
message has arrived when the other's change has been answered, or it comes with the next reply.
"""

import sys
import time
import traceback

import redis
from redis.cache import CacheConfig

from live_server import LiveServer

STEPS = []


def step(function):
    STEPS.append(function)
    return function


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r} instead of {expected!r}")


def eventually(call, expected):
    """The message is on its way when the change is answered; a reader may be faster than it."""
    deadline = time.monotonic() + 5
    while (found := call()) != expected:
        if time.monotonic() > deadline:
            raise AssertionError(f"{found!r} stays in the cache; {expected!r} is true")


@step
def reads_come_from_the_cache(cached, other):
    other.set("k", "1")
    equal(cached.get("k"), b"1")
    calls = other.info("commandstats")["cmdstat_get"]["calls"]
    for _ in range(100):
        equal(cached.get("k"), b"1")
    equal(other.info("commandstats")["cmdstat_get"]["calls"], calls)
    equal(cached.get_cache().size, 1)


@step
def changes_are_seen(cached, other):
    other.set("k", "1")
    equal(cached.get("k"), b"1")
    other.set("k", "2")
    eventually(lambda: cached.get("k"), b"2")
    other.delete("k")
    eventually(lambda: cached.get("k"), None)


@step
def several_keys(cached, other):
    other.mset({"a": "1", "b": "2"})
    equal(cached.mget("a", "b"), [b"1", b"2"])
    other.rename("a", "b")
    eventually(lambda: cached.mget("a", "b"), [None, b"1"])


@step
def own_changes_are_seen(cached, other):
    cached.set("k", "1")
    equal(cached.get("k"), b"1")
    cached.set("k", "2")
    equal(cached.get("k"), b"2")
    cached.append("k", "3")
    equal(cached.get("k"), b"23")


@step
def deadlines_are_seen(cached, other):
    other.set("k", "1", px=50)
    equal(cached.get("k"), b"1")
    eventually(lambda: cached.get("k"), None)


@step
def flushing_empties_the_cache(cached, other):
    other.set("k", "1")
    equal(cached.get("k"), b"1")
    other.flushall()
    eventually(lambda: cached.get("k"), None)


@step
def figures(cached, other):
    cached.get("k")
    stats = other.info()
    equal((stats["tracking_clients"], stats["tracking_total_keys"], stats["tracking_total_items"]), (1, 1, 1))


def main():
    failed = 0
    for function in STEPS:
        try:
            with LiveServer(sys.argv[1]) as server:
                cached = redis.Redis(port=server.port, protocol=3, cache_config=CacheConfig())
                other = redis.Redis(port=server.port, protocol=3)
                function(cached, other)
                cached.close()
                other.close()
        except Exception:
            failed += 1
            print(f"FAILED {function.__name__}")
            traceback.print_exc()
    print(f"{len(STEPS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
