"""memcached's clients on Martlet: pymemcache as the README shows it, the same keys through redis-py, and when the port is
to be open.

    Tests/Clients/memcached.py PROGRAM

The example of the README is run on memcached's own port, if nobody else has it.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile

import redis

from live_server import LiveServer, free_port

try:
    from pymemcache.client.base import Client
    from pymemcache.exceptions import MemcacheError
except ImportError:
    print("SKIPPED: pymemcache is not installed (Tests/install installs it)")
    sys.exit(0)

DEFAULT_PORT = 11211
passed = failed = 0


def check(name, holds):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {name}")


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def readme_example(program):
    """On the default port, as a server serves that was told nothing of memcached."""
    if not is_free(DEFAULT_PORT):
        print(f"NOTE: port {DEFAULT_PORT} is taken; the example is tried on another")
        port, options = free_port(), []
        options = ["--memcached-port", str(port)]
    else:
        port, options = DEFAULT_PORT, []
    with LiveServer(program, *options) as server:
        client = Client(("localhost", port))
        reader = redis.Redis(port=server.port, decode_responses=True)
        check("set", client.set("mykey", "Hello, Memcached!") is True)
        check("get", client.get("mykey") == b"Hello, Memcached!")
        check("the same key through redis-py", reader.get("mykey") == "Hello, Memcached!")
        reader.set("mykey", "41", ex=100)
        check("a number of redis-py's", client.incr("mykey", 1) == 42)
        value, unique = client.gets("mykey")
        reader.append("mykey", "0")
        check("cas after a write of redis-py's", client.cas("mykey", "x", unique) is False and value == b"42")
        check("many", client.set_many({f"k{i}": str(i) for i in range(100)}) == [])
        check("many again", client.get_many([f"k{i}" for i in range(101)]) == {f"k{i}": b"%d" % i for i in range(100)})
        check("stats", client.stats()[b"curr_items"] == reader.dbsize())
        client.flush_all()
        check("flush_all", reader.dbsize() == 0)
        client.close()


def taken_ports(program):
    """The default port may be somebody else's; one that was asked for may not."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            pass  # somebody else has it, which is as good
        holder.listen()
        with LiveServer(program) as server:
            check("the server goes on", redis.Redis(port=server.port).ping())
            server.log.seek(0)
            log = server.log.read().decode()
            check("and says so", re.search(r"Could not listen for clients of memcached on \S*:11211.*going on without", log))
    with socket.socket() as holder, tempfile.TemporaryDirectory() as directory:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        ended = subprocess.run(
            [os.path.abspath(program), "--port", str(free_port()), "--memcached-port", str(holder.getsockname()[1])],
            cwd=directory, capture_output=True, text=True, timeout=30)
        check("a port asked for and taken", ended.returncode == 1)
        check("and said so", "Could not listen for clients of memcached" in ended.stdout + ended.stderr)


def passwords(program):
    """memcached's clients cannot give Redis's password, so they are shut out while there is one."""
    port = free_port()
    with LiveServer(program, "--memcached-port", str(port)) as server:
        client = Client(("localhost", port))
        client.set("k", "v")
        reader = redis.Redis(port=server.port)
        reader.config_set("requirepass", "secret")
        check("an open connection is closed", is_closed(client))
        check("nobody new is let in", is_refused(port))
        reader.config_set("requirepass", "")
        check("they are back without one", Client(("localhost", port)).get("k") == b"v")
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("ada:secret\n")
        file.flush()
        options = ["--memcached-port", str(port), "--memcached-auth-file", file.name, "--requirepass", "other"]
        with LiveServer(program, *options), socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"get k\r\n")
            check("credentials are asked for", connection.recv(100) == b"CLIENT_ERROR unauthenticated\r\n")
            connection.sendall(b"set auth 0 0 10\r\nada secret\r\n")
            check("credentials are taken", connection.recv(100) == b"STORED\r\n")


def is_closed(client):
    try:
        client.get("k")
    except (MemcacheError, OSError):
        return True
    return False


def is_refused(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return True
    return False


if __name__ == "__main__":
    for scene in [readme_example, taken_ports, passwords]:
        scene(sys.argv[1])
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
