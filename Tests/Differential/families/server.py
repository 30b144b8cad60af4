"""The server about itself: the command table, the configuration, and the instruments of DEBUG."""
from grammar import Family
from values import requests

# What this family changes, with Redis's defaults: set again before every episode.
DEFAULTS = {
    b"maxmemory": b"0", b"maxmemory-policy": b"noeviction", b"maxmemory-samples": b"5", b"hll-sparse-max-bytes": b"3000",
    b"hash-max-listpack-entries": b"512", b"hash-max-listpack-value": b"64", b"list-max-listpack-size": b"-2",
    b"set-max-intset-entries": b"512", b"zset-max-listpack-entries": b"128", b"zset-max-listpack-value": b"64",
    b"slowlog-max-len": b"128", b"lfu-log-factor": b"10", b"lfu-decay-time": b"1", b"notify-keyspace-events": b"",
    b"lazyfree-lazy-user-del": b"no", b"lazyfree-lazy-user-flush": b"no", b"tracking-table-max-keys": b"1000000",
    b"list-compress-depth": b"0", b"stream-node-max-entries": b"100", b"active-expire-effort": b"1",
}
family = Family("server", prologue=[[b"CONFIG", b"SET"] + [word for pair in DEFAULTS.items() for word in pair]])

KNOWN = b"""
    appendonly databases save timeout tcp-keepalive maxclients hz appendfsync proto-max-bulk-len requirepass
    rename-command loglevel client-output-buffer-limit list-max-ziplist-size busy-reply-threshold lua-time-limit
    replica-read-only slave-priority nosuchparameter MAXMEMORY dbfilename rdbcompression auto-aof-rewrite-min-size
    """.split() + list(DEFAULTS) + [b""]
GLOBS = [b"hash-max-*", b"*-max-intset-*", b"lfu-*", b"maxmemory-p*", b"z?et-max-listpack-*", b"[st]et-max-*", b"nosuch*",
         b"*user-del"]
SETTINGS = b"""
    0 1 5 10 64 100 128 512 3000 -1 -2 -6 -5 yes no YES abc 1gb 2GB 1500mb 1.5gb noeviction allkeys-lru
    volatile-lfu allkeys-random volatile-ttl KEA Kx KEg$ AKE 9223372036854775807 99999999999999999999 1kk 65535
    2147483648 ALLKEYS-LRU""".split() + [b"", b"1 "]
# Under a limit of less than a gigabyte the servers would have to agree on the bytes they use.
LIMITS = [b"0", b"1gb", b"2GB", b"1500mb", b"2000000000", b"-1", b"abc", b"", b"1.5gb", b"1kk", b"99999999999999999999999"]

COMMANDS = b"""
    GET set SETEX MSET MSETNX MGET GETEX APPEND LCS SUBSTR INCRBYFLOAT SETRANGE SETBIT BITOP BITPOS BITFIELD
    BITFIELD_RO BITCOUNT PFADD PFCOUNT PFMERGE PFDEBUG PFSELFTEST DEL UNLINK EXISTS RENAME COPY MOVE SWAPDB KEYS
    SCAN RANDOMKEY EXPIRE PEXPIREAT EXPIRETIME PERSIST TYPE TOUCH OBJECT object|encoding DBSIZE FLUSHALL SELECT
    ECHO PING AUTH HELLO CLIENT client|kill CLIENT|REPLY RESET QUIT COMMAND command|docs CONFIG config|get DEBUG
    TIME LASTSAVE GETDEL GETSET STRLEN DECRBY TTL nosuch get|x client|nosuch INCR GETRANGE PSETEX SETNX GETBIT
    PTTL EXPIREAT RENAMENX FLUSHDB""".split() + [b""]
GETKEYS = requests(b"""
    GET a; SET a v; MSET a 1 b 2; MSETNX a 1; MGET a b c; DEL a b; RENAME a b; COPY a b DB 1; BITOP AND d a b;
    PFCOUNT a b; PFMERGE d a; PFADD a; LCS a b LEN; BITFIELD a; BITFIELD a GET u8 0; BITFIELD a SET u8 0 1;
    SET a v GET; SET a v get NX; GETEX a PERSIST; OBJECT ENCODING a; PING; SELECT 1; NOSUCH a; GET; GET a b;
    MSET a; EXPIRE a 1; KEYS *; OBJECT HELP; OBJECT; DEBUG OBJECT a; SETRANGE a 0 v; GETDEL a; TOUCH a b; SCAN 0;
    PFDEBUG ENCODING a; PFSELFTEST; MOVE a 1; UNLINK a; EXISTS a a; CLIENT ID""")
TYPES = b"string integer double bignum null array set map attrib push verbatim true false".split()


@family.add(8, exact=True)
def command_info(g):
    """Seldom without a name: that is the whole table."""
    return [g.word(b"COMMAND"), g.word(b"INFO")] + g.few(lambda: g.pick(COMMANDS), 0 if g.chance(0.005) else 1, 3)


@family.add(10, exact=True)
def command_getkeys(g):
    return [b"COMMAND", g.word(b"GETKEYS", b"GETKEYSANDFLAGS")] + (g.pick(GETKEYS) if g.chance(0.97) else [])


LISTS = requests(b"""
    ; FILTERBY PATTERN get*; FILTERBY ACLCAT hyperloglog; FILTERBY ACLCAT nosuch; FILTERBY MODULE none;
    FILTERBY; FILTERBY foo bar; FILTERBY PATTERN""")


@family.add(0.7, exact=True)
def command_list(g):
    return [b"COMMAND", b"LIST"] + g.pick(LISTS)


@family.add(1, exact=True)
def help_(g):
    return [g.pick((b"COMMAND", b"CONFIG", b"OBJECT", b"DEBUG", b"MEMORY", b"LATENCY")), g.word(b"HELP")]


@family.add(8, exact=True)
def config_get(g):
    """Never the pattern that means everything: folders and ports are in it."""
    return [b"CONFIG", g.word(b"GET")] + g.few(lambda: g.pick(KNOWN) if g.chance(0.85) else g.pick(GLOBS), 1, 3)


def setting(g):
    name = g.pick(list(DEFAULTS))
    if name == b"maxmemory":
        return [name, g.pick(LIMITS)]
    return [g.word(name), g.pick(SETTINGS) if g.chance(0.75) else DEFAULTS[name]]


@family.add(8, exact=True)
def config_set(g):
    args = [b"CONFIG", g.word(b"SET")]
    for _ in range(1 if g.chance(0.8) else 3):
        args += setting(g)
    luck = g.random()
    if luck < 0.05:
        args += [b"nosuchparameter", b"1"]
    elif luck < 0.1:
        args.pop()
    elif luck < 0.13:
        args += [g.pick((b"databases", b"port2", b"daemonize", b"supervised", b"io-threads")), b"1"]
    return args


CONFIG_OTHER = requests(b"CONFIG RESETSTAT; CONFIG REWRITE; CONFIG; CONFIG GET; CONFIG RESETSTAT x")


@family.add(0.5, exact=True)
def config_other(g):
    return g.pick(CONFIG_OTHER)


@family.add(8, rigid=True)
def debug_digest_value(g):
    return [b"DEBUG", g.word(b"DIGEST-VALUE")] + g.few(g.any_key, 0, 4)


@family.add(6, exact=True)
def debug_protocol(g):
    return [b"DEBUG", g.word(b"PROTOCOL"), g.word(*TYPES) if g.chance(0.95) else b"nosuch"]


ERRORS = [b"boom", b"ERR boom", b"-CUSTOM boom", b"", b"a\r\nb", b"WRONGTYPE x", b"x" * 300, b"- x", b"-", b"-A", b"\xff"]


@family.add(3, exact=True)
def debug_error(g):
    return [b"DEBUG", g.word(b"ERROR"), g.pick(ERRORS)]


DEBUG_OTHER = requests(b"""
    DEBUG; DEBUG nosuch; DEBUG DIGEST x; DEBUG ERROR; DEBUG PROTOCOL; DEBUG POPULATE 5; DEBUG POPULATE 4 k;
    DEBUG POPULATE 3 p 30; DEBUG POPULATE abc; DEBUG POPULATE -1; DEBUG SLEEP 0""")


@family.add(1, exact=True)
def debug_other(g):
    return g.pick(DEBUG_OTHER)


ABOUT = requests(b"""
    TIME; LASTSAVE; INFO keyspace; INFO KEYSPACE; INFO nosuchsection; DBSIZE; ROLE; ACL WHOAMI; ACL CAT;
    ACL CAT nosuch; ACL CAT bitmap; SLOWLOG HELP; SLOWLOG GET abc; LATENCY HISTORY nosuch; LATENCY RESET x;
    MEMORY USAGE never:set; MEMORY USAGE; MEMORY USAGE k0 SAMPLES; TIME x; MEMORY USAGE k0 SAMPLES -1; WAIT 0 0;
    WAIT abc 0""")


@family.add(3, exact=True)
def about(g):
    return g.pick(ABOUT)


@family.add(10)
def data(g):
    return g.pick(([b"SET", g.key(), g.value()], [b"DEL", g.any_key()], [b"APPEND", g.key(), g.value()],
                   [b"GET", g.any_key()], [b"SELECT", g.pick((b"0", b"0", b"1"))]))
