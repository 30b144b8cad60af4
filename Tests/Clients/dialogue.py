"""A first dialogue of redis-py with Martlet: what an application does with strings, keys and its connection.

Every step runs with RESP2 and RESP3 against a server of its own; what redis-py makes of the replies
(its callbacks for INFO, CLIENT LIST, CONFIG GET, SCAN) is part of what is tested.
"""

import sys
import time
import traceback

import redis

from live_server import LiveServer

STEPS = []


def step(function):
    STEPS.append(function)
    return function


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r} instead of {expected!r}")


def refused(call, words):
    try:
        found = call()
    except redis.ResponseError as error:
        if words not in str(error):
            raise AssertionError(f"{error} does not say {words!r}") from None
    else:
        raise AssertionError(f"{found!r} instead of an error with {words!r}")


@step
def strings(client):
    equal(client.set("k", "v"), True)
    equal(client.get("k"), "v")
    equal(client.get("none"), None)
    equal(client.set("k", "w", nx=True), None)
    equal(client.set("other", "w", xx=True), None)
    equal(client.set("k", "w", xx=True), True)
    equal(client.set("k", "x", get=True), "w")
    equal(client.append("k", "yz"), 3)
    equal(client.strlen("k"), 3)
    equal(client.getrange("k", 1, -1), "yz")
    equal(client.setrange("k", 1, "YZ"), 3)
    equal(client.getdel("k"), "xYZ")
    equal(client.exists("k"), 0)


@step
def binary_values(client):
    every_byte = bytes(range(256)) * 300
    client.set("bytes", every_byte)
    raw = redis.Redis(
        port=client.connection_pool.connection_kwargs["port"],
        protocol=client.connection_pool.connection_kwargs["protocol"])
    equal(raw.get("bytes"), every_byte)
    raw.set(b"\x00\r\n\xff", b"")
    equal(raw.get(b"\x00\r\n\xff"), b"")
    raw.close()


@step
def counters(client):
    equal(client.incr("n"), 1)
    equal(client.incrby("n", 41), 42)
    equal(client.decr("n"), 41)
    equal(client.decrby("n", 1), 40)
    equal(float(client.incrbyfloat("n", 0.5)), 40.5)
    client.set("text", "text")
    refused(lambda: client.incr("text"), "not an integer")


@step
def several_keys(client):
    equal(client.mset({"a": 1, "b": 2}), True)
    equal(client.mget("a", "none", "b"), ["1", None, "2"])
    equal(client.msetnx({"b": 3, "c": 3}), False)
    equal(client.delete("a", "b", "c"), 2)
    equal(client.unlink("a"), 0)


@step
def lifetimes(client):
    client.set("k", "v", ex=100)
    equal(90 < client.ttl("k") <= 100, True)
    equal(client.expire("k", 50, gt=True), False)
    equal(client.expire("k", 200, gt=True), True)
    equal(client.pexpire("k", 5000), True)
    equal(4000 < client.pttl("k") <= 5000, True)
    equal(client.persist("k"), True)
    equal(client.ttl("k"), -1)
    equal(client.ttl("none"), -2)
    at = int(time.time()) + 100
    equal(client.expireat("k", at), True)
    equal(client.expiretime("k"), at)
    equal(client.getex("k", ex=10), "v")
    equal(0 < client.ttl("k") <= 10, True)
    equal(client.getex("k", persist=True), "v")
    equal(client.ttl("k"), -1)
    equal(client.set("k", "w", px=100000, keepttl=False), True)
    equal(client.set("k", "x", keepttl=True), True)
    equal(client.pttl("k") > 0, True)
    # In the past: gone at once.
    equal(client.expireat("k", 1), True)
    equal(client.exists("k"), 0)


@step
def pipelines(client):
    with client.pipeline(transaction=False) as pipeline:
        for number in range(1000):
            pipeline.set(f"k{number}", number)
        for number in range(1000):
            pipeline.get(f"k{number}")
        pipeline.incr("k7")
        replies = pipeline.execute()
    equal(replies[:1000], [True] * 1000)
    equal(replies[1000:2000], [str(number) for number in range(1000)])
    equal(replies[2000], 8)
    with client.pipeline(transaction=False) as pipeline:
        pipeline.set("text", "text").incr("text").get("text")
        replies = pipeline.execute(raise_on_error=False)
    equal([replies[0], replies[2]], [True, "text"])
    equal(isinstance(replies[1], redis.ResponseError), True)


@step
def iteration(client):
    wanted = {f"user:{number}" for number in range(1000)}
    client.mset(dict.fromkeys(wanted, "x"))
    client.set("stranger", "x")
    equal(set(client.scan_iter(match="user:*", count=50)), wanted)
    equal(set(client.scan_iter(_type="string")), wanted | {"stranger"})
    equal(set(client.scan_iter(_type="list")), set())
    equal(set(client.keys("user:99?")), {f"user:99{number}" for number in range(10)})
    equal(client.dbsize(), 1001)
    equal(client.randomkey() in wanted | {"stranger"}, True)


@step
def keys_as_such(client):
    client.set("a", "1")
    equal(client.type("a"), "string")
    equal(client.rename("a", "b"), True)
    client.set("a", "2")
    equal(client.renamenx("a", "b"), False)
    equal(client.copy("a", "c"), True)
    equal(client.touch("a", "b", "c", "d"), 3)
    equal(client.move("c", 1), True)
    equal(client.object("encoding", "a"), "int")
    refused(lambda: client.rename("none", "x"), "no such key")
    equal(client.flushdb(), True)
    equal(client.dbsize(), 0)


@step
def bits(client):
    equal(client.setbit("b", 7, 1), 0)
    equal(client.getbit("b", 7), 1)
    equal(client.bitcount("b"), 1)
    equal(client.bitpos("b", 1), 7)
    client.set("x", b"\xf0")
    client.set("y", b"\x3c")
    equal(client.bitop("AND", "z", "x", "y"), 1)
    equal(client.bitcount("z"), 2)
    equal(client.bitfield("f").set("u8", 0, 200).incrby("u8", 0, 100, overflow="SAT").get("u8", 0).execute(), [0, 255, 255])


@step
def hyperloglogs(client):
    equal(client.pfadd("h", *range(1000)), 1)
    equal(950 < client.pfcount("h") < 1050, True)
    client.pfadd("i", *range(500, 1500))
    equal(client.pfmerge("j", "h", "i"), True)
    equal(1400 < client.pfcount("j") < 1600, True)
    equal(client.pfcount("j"), client.pfcount("h", "i"))


@step
def clients(client):
    port = client.connection_pool.connection_kwargs["port"]
    protocol = client.connection_pool.connection_kwargs["protocol"]
    other = redis.Redis(port=port, protocol=protocol, client_name="other", decode_responses=True, single_connection_client=True)
    identifier = other.client_id()
    found = [entry for entry in client.client_list() if entry["id"] == str(identifier)]
    equal([entry["name"] for entry in found], ["other"])
    equal(found[0]["resp"], str(protocol))
    equal(found[0]["lib-name"].startswith("redis-py"), True)
    equal(other.client_info()["id"], identifier)
    equal(other.client_setname("renamed"), True)
    equal(other.client_getname(), "renamed")
    equal(client.client_kill_filter(_id=identifier), 1)
    try:
        other.ping()
        # redis-py may have connected anew without a word.
        equal(other.client_id() != identifier, True)
    except redis.ConnectionError:
        pass
    other.close()
    equal([entry for entry in client.client_list() if entry["id"] == str(identifier)], [])


@step
def pool_survives_a_kill(client):
    port = client.connection_pool.connection_kwargs["port"]
    protocol = client.connection_pool.connection_kwargs["protocol"]
    pool = redis.ConnectionPool(port=port, protocol=protocol, decode_responses=True)
    pooled = redis.Redis(connection_pool=pool)
    pooled.set("k", "v")
    equal(client.client_kill_filter(_id=pooled.client_id()), 1)
    equal(pooled.get("k"), "v")
    pool.disconnect()


@step
def settings(client):
    equal(client.config_get("maxclients")["maxclients"], "10000")
    equal(client.config_set("timeout", 100), True)
    equal(client.config_get("time*")["timeout"], "100")
    equal(client.config_set("timeout", 0), True)
    refused(lambda: client.config_set("nosuch", 1), "Unknown option")
    equal(client.config_resetstat(), True)


@step
def information(client):
    info = client.info()
    equal(info["redis_version"], "7.2.4")
    equal(info["server_name"], "martlet")
    equal(info["tcp_port"], client.connection_pool.connection_kwargs["port"])
    for field in ["connected_clients", "used_memory", "total_commands_processed", "uptime_in_seconds", "expired_keys"]:
        equal(isinstance(info[field], int), True)
    client.set("k", "v", ex=100)
    space = client.info("keyspace")["db0"]
    equal((space["keys"], space["expires"]), (1, 1))
    statistics = client.info("commandstats")
    equal(statistics["cmdstat_set"]["calls"] > 0, True)


@step
def commands(client):
    table = client.command()
    equal(table["get"]["arity"], 2)
    equal("readonly" in table["get"]["flags"], True)
    equal(client.command_count(), len(table))
    equal(client.command_getkeys("MSET", "a", 1, "b", 2), ["a", "b"])
    equal(client.echo("hello"), "hello")
    equal(client.ping(), True)
    equal(len(client.time()), 2)


@step
def passwords(client):
    port = client.connection_pool.connection_kwargs["port"]
    protocol = client.connection_pool.connection_kwargs["protocol"]
    equal(client.config_set("requirepass", "secret"), True)
    try:
        with redis.Redis(port=port, protocol=protocol, password="secret") as known:
            equal(known.ping(), True)
        with redis.Redis(port=port, protocol=protocol, username="default", password="secret") as known:
            equal(known.ping(), True)
        for password in [None, "wrong"]:
            with redis.Redis(port=port, protocol=protocol, password=password) as stranger:
                try:
                    stranger.ping()
                except (redis.AuthenticationError, redis.ResponseError):
                    continue
                raise AssertionError(f"let in with {password!r}")
    finally:
        client.config_set("requirepass", "")


@step
def databases(client):
    port = client.connection_pool.connection_kwargs["port"]
    protocol = client.connection_pool.connection_kwargs["protocol"]
    client.set("k", "zero")
    with redis.Redis(port=port, protocol=protocol, db=5, decode_responses=True) as fifth:
        equal(fifth.get("k"), None)
        fifth.set("k", "five")
        equal(client.swapdb(0, 5), True)
        equal((client.get("k"), fifth.get("k")), ("five", "zero"))
    equal(client.flushall(), True)


@step
def transactions(client):
    with client.pipeline(transaction=True) as pipe:
        equal(pipe.set("a", "1").incr("a").get("a").execute(), [True, 2, "2"])
        pipe.set("b", "x").incr("b").set("c", "1")
        refused(pipe.execute, "not an integer")
        equal(client.get("c"), "1")
    with client.pipeline() as pipe:
        pipe.watch("a")
        equal(pipe.get("a"), "2")
        client.set("a", "changed")
        pipe.multi()
        pipe.set("a", "3")
        try:
            pipe.execute()
            raise AssertionError("EXEC did not see the change")
        except redis.WatchError:
            equal(client.get("a"), "changed")
    client.set("n", 0)

    def increment(pipe):
        value = int(pipe.get("n"))
        pipe.multi()
        pipe.set("n", value + 1)

    for _ in range(10):
        client.transaction(increment, "n")
    equal(client.get("n"), "10")


@step
def monitor(client):
    with client.monitor() as monitor:
        client.set("k", "v w")
        # What the library says when it connects is shown first.
        seen = monitor.next_command()
        while seen["command"].split()[0] in ("HELLO", "CLIENT"):
            seen = monitor.next_command()
        equal((seen["command"], seen["db"], seen["client_type"]), ("SET k v w", 0, "tcp"))
    equal(client.ping(), True)


def main(program):
    passed = failed = 0
    for protocol in (2, 3):
        for step in STEPS:
            with LiveServer(program) as server:
                client = redis.Redis(
                    port=server.port, protocol=protocol, decode_responses=True, socket_timeout=20)
                try:
                    step(client)
                    passed += 1
                except Exception:
                    failed += 1
                    print(f"FAILED: {step.__name__}, RESP{protocol}")
                    traceback.print_exc(file=sys.stdout)
                finally:
                    client.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
