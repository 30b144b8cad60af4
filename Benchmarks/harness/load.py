"""Building and running martlet-load, and building martlet-server."""

import json
import os
import shutil
import subprocess

from .servers import Cores

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RESULTS = os.path.join(ROOT, ".build", "benchmarks")


class LoadFailed(Exception):
    """The load generator could not drive the server, or the server replied with errors."""


class BuildFailed(Exception):
    """A product that could not be built."""


def build(product):
    """Builds a product for release; the answer is the path of its executable."""
    if not shutil.which("swift"):
        raise BuildFailed(f"swift is not installed: build {product} elsewhere and give its path")
    command = ["swift", "build", "--package-path", ROOT, "-c", "release"]
    print(f"building {product} …", flush=True)
    built = subprocess.run([*command, "--product", product], capture_output=True, text=True)
    if built.returncode != 0:
        raise BuildFailed(f"{product} does not build:\n{built.stdout}{built.stderr}")
    directory = subprocess.run([*command, "--show-bin-path"], capture_output=True, text=True, check=True)
    return os.path.join(directory.stdout.strip(), product)


class LoadGenerator:
    def __init__(self, path, cores):
        self.path = path
        self.cores = cores

    def run(self, server, workload, **options):
        """Runs a workload; the answer is the generator's JSON. `seconds=3` stands for `--seconds 3`, `preload=True`
        for `--preload`."""
        command = [self.path, "--json", "--port", str(server.port), "--workload", workload]
        for name, value in options.items():
            option = "--" + name.replace("_", "-")
            if value is True:
                command.append(option)
            elif value is not False and value is not None:
                command += [option, str(value)]
        ended = subprocess.run(Cores.pin(self.cores.client, command), capture_output=True, text=True)
        if ended.returncode not in (0, 1):
            raise LoadFailed(ended.stderr.strip().splitlines()[0] if ended.stderr.strip() else f"status {ended.returncode}")
        result = json.loads(ended.stdout)
        if result["errors"]:
            raise LoadFailed(f"{result['errors']} errors, the first: {result['first_error']}")
        return result
