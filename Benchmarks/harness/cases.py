"""What the comparison runs: one row per case."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SpeedCase:
    """A workload of martlet-load at a pipeline depth over a number of preloaded keys."""

    name: str
    workload: str
    pipeline: int
    keys: int
    # The workload that asks memcached for the same; None where it has no such command.
    memcached: str | None = None
    # Run without being named by --only.
    default: bool = True


MILLION = 1_000_000

SPEED = [
    SpeedCase("get", "get", 1, 10_000, "memcached-get"),
    SpeedCase("set", "set", 1, 10_000, "memcached-set"),
    SpeedCase("mget10", "mget10", 1, 10_000, "memcached-mget10"),
    SpeedCase("get-p16", "get", 16, MILLION, "memcached-get"),
    SpeedCase("set-p16", "set", 16, MILLION, "memcached-set"),
    SpeedCase("incr-p16", "incr", 16, MILLION),
    SpeedCase("mget10-p16", "mget10", 16, MILLION, "memcached-mget10"),
    SpeedCase("setex-p16", "setex", 16, MILLION, "memcached-setex"),
    SpeedCase("hset-p16", "hset", 16, MILLION),
    SpeedCase("hset5-p16", "hset5", 16, MILLION),
    SpeedCase("lpush-p16", "lpush", 16, MILLION),
    SpeedCase("rpop-p16", "rpop", 16, MILLION),
    SpeedCase("lrange100-p16", "lrange100", 16, 1_000),
    SpeedCase("lrange600-p16", "lrange600", 16, 1_000),
    SpeedCase("sadd-p16", "sadd", 16, MILLION),
    SpeedCase("spop-p16", "spop", 16, MILLION),
    SpeedCase("zadd-p16", "zadd", 16, MILLION),
    SpeedCase("zmove-p16", "zmove", 16, MILLION),
    SpeedCase("zrank-p16", "zrank", 16, MILLION),
    SpeedCase("zrange10-p16", "zrange10", 16, 100_000),
    SpeedCase("get-p64", "get", 64, MILLION, "memcached-get"),
    SpeedCase("set-p64", "set", 64, MILLION, "memcached-set"),
    SpeedCase("ping", "ping", 1, 10_000, default=False),
    SpeedCase("ping-p16", "ping", 16, 10_000, default=False),
    SpeedCase("mixed", "mixed", 1, 10_000, default=False),
    SpeedCase("mixed-p16", "mixed", 16, MILLION, default=False),
]


@dataclass(frozen=True)
class MemoryCase:
    """A shape of key and value to fill a server with."""

    name: str
    summary: str
    workload: str
    value_size: int
    memcached: str | None = None
    # All of it is one key's value, so that the figure is per element.
    one_key: bool = False


MEMORY = [
    MemoryCase("string-8", "16-byte key, 8-byte value", "set", 8, "memcached-set"),
    MemoryCase("string-64", "16-byte key, 64-byte value", "set", 64, "memcached-set"),
    MemoryCase("string-64-ttl", "the same with a TTL", "setex", 64, "memcached-setex"),
    MemoryCase("integer", "16-byte key, eight-digit integer", "setint", 8),
    MemoryCase("hash-5", "hash of five fields, eight-digit values", "hset5", 8),
    MemoryCase("field", "16-byte field of one hash, 16-byte value", "hset", 16, one_key=True),
    MemoryCase("member", "17-byte member of one set", "sadd", 8, one_key=True),
    MemoryCase("scored", "17-byte member of one sorted set, nine-digit score", "zadd", 8, one_key=True),
    MemoryCase("element", "16-byte element of one list", "lpush", 16, one_key=True),
]


def choose(cases, only):
    """The cases to run: those named, in the table's order, or all defaults."""
    if not only:
        return [case for case in cases if getattr(case, "default", True)]
    names = only.split(",")
    unknown = set(names) - {case.name for case in cases}
    if unknown:
        raise ValueError(f"no such case: {', '.join(sorted(unknown))} (there are {', '.join(c.name for c in cases)})")
    return [case for case in cases if case.name in names]
