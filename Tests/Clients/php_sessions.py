"""php-redis keeps sessions in Martlet, with its locks: several processes serve one visitor, and no count is lost.

    Tests/Clients/php_sessions.py PROGRAM

php-redis takes a lock by SET NX PX and gives it back by a script, as its documentation says. Skips where php or its redis
extension is not installed. Tests/install installs both.
"""

import os
import shutil
import subprocess
import sys

import redis
from live_server import LiveServer

PROCESSES = 4
TURNS = 25


def main():
    php = shutil.which("php")
    if php is None or "redis" not in subprocess.run([php, "-m"], capture_output=True, text=True).stdout.split():
        print("SKIPPED: php-redis is not installed (Tests/install installs it)")
        return
    with LiveServer(sys.argv[1]) as server, redis.Redis(port=server.port) as client:
        settings = {
            "session.save_handler": "redis", "session.save_path": f"tcp://127.0.0.1:{server.port}",
            "redis.session.locking_enabled": 1, "redis.session.lock_retries": 2000, "redis.session.lock_wait_time": 2000,
            "redis.session.lock_expire": 20, "session.use_cookies": 0, "session.cache_limiter": "",
        }
        options = [word for name, value in settings.items() for word in ["-d", f"{name}={value}"]]
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "php_sessions.php")
        visits = [
            subprocess.Popen([php, *options, script, str(TURNS)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for _ in range(PROCESSES)
        ]
        for visit in visits:
            said, _ = visit.communicate(timeout=60)
            if visit.returncode or said:
                raise SystemExit(f"php ended with {visit.returncode}: {said}")
        stored = client.get("PHPREDIS_SESSION:visitor")
        if stored != b"count|i:%d;" % (PROCESSES * TURNS):
            raise SystemExit(f"the session holds {stored!r}, not {PROCESSES * TURNS}")
        if client.exists("PHPREDIS_SESSION:visitor_LOCK"):
            raise SystemExit("the lock was not given back")
        print("sessions of php-redis, with locks: passed")


if __name__ == "__main__":
    main()
