"""What the scenarios share: their options, their server, and how they print."""

import argparse
import os
import signal
import sys

from . import load, servers


def parser(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--server", metavar="PATH", help="the server to test (default: build martlet-server)")
    parser.add_argument("--load-generator", metavar="PATH", help="martlet-load (default: build it)")
    return parser


def prepare(options):
    """The server's kind and the load generator, built where no path was given."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends too
    try:
        path = os.path.abspath(options.server) if options.server else load.build("martlet-server")
        program = options.load_generator or load.build("martlet-load")
    except load.BuildFailed as failure:
        sys.exit(str(failure))
    if not os.access(path, os.X_OK):
        sys.exit(f"not an executable: {path}")
    return servers.Kind(os.path.basename(path), path), load.LoadGenerator(program, servers.Cores.choose())


def mebibytes(count):
    return f"{count / 2**20:,.1f} MiB"


def milliseconds(seconds):
    return f"{seconds * 1e3:,.1f} ms"


def line(label, value):
    print(f"{label + ':':<42}{value}", flush=True)
