"""Sessions of web applications: Flask and Django keep theirs in Martlet, as their documentation shows it for Redis.

    Tests/Clients/web_sessions.py PROGRAM

A visitor logs in, comes back, and is forgotten: by logging out, and by the key being taken away behind the application's back.
Skips a framework that is not installed, and says so. Tests/install installs both.
"""

import sys

import redis
from live_server import LiveServer

SECONDS = 3600


def expect(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what}: {found!r} instead of {wanted!r}")


def expect_deadline(client, key):
    left = client.ttl(key)
    if not 0 < left <= SECONDS:
        raise SystemExit(f"{key} has {left} seconds left, not up to {SECONDS}")


def visit(name, keys, client, get, log_in, log_out):
    """The visitor's way, whatever the framework: each of the last three answers with the text of a page."""
    expect(f"{name}: a stranger", get(), "nobody, 1")
    expect(f"{name}: the same again", get(), "nobody, 2")
    log_in()
    expect(f"{name}: logged in", get(), "Ada, 3")
    (key,) = keys()
    expect_deadline(client, key)
    client.delete(key)
    expect(f"{name}: the session is gone", get(), "nobody, 1")
    log_in()
    log_out()
    expect(f"{name}: logged out", get(), "nobody, 1")


def flask(port, client):
    from flask import Flask, session
    from flask_session import Session

    app = Flask(__name__)
    app.config.update(
        SESSION_TYPE="redis", SESSION_REDIS=redis.Redis(port=port), SESSION_PERMANENT=True, PERMANENT_SESSION_LIFETIME=SECONDS)
    Session(app)

    @app.get("/")
    def page():
        session["visits"] = session.get("visits", 0) + 1
        return f"{session.get('name', 'nobody')}, {session['visits']}"

    @app.post("/login")
    def log_in():
        session["name"] = "Ada"
        return ""

    @app.post("/logout")
    def log_out():
        session.clear()
        return ""

    visitor = app.test_client()
    visit("Flask", lambda: list(client.scan_iter("session:*")), client, lambda: visitor.get("/").text,
          lambda: visitor.post("/login"), lambda: visitor.post("/logout"))


def django(port, client):
    from django.conf import settings

    settings.configure(
        ALLOWED_HOSTS=["*"], ROOT_URLCONF="web_sessions_urls", SECRET_KEY="of a test", SESSION_COOKIE_AGE=SECONDS,
        SESSION_ENGINE="django.contrib.sessions.backends.cache",
        CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"redis://127.0.0.1:{port}"}},
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"])
    from django import setup
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    setup()

    def page(request):
        request.session["visits"] = request.session.get("visits", 0) + 1
        return HttpResponse(f"{request.session.get('name', 'nobody')}, {request.session['visits']}")

    def log_in(request):
        request.session["name"] = "Ada"
        return HttpResponse()

    def log_out(request):
        request.session.flush()
        return HttpResponse()

    urls = type(sys)("web_sessions_urls")
    urls.urlpatterns = [path("", page), path("login", log_in), path("logout", log_out)]
    sys.modules[urls.__name__] = urls
    visitor = Client()
    visit("Django", lambda: list(client.scan_iter("*django*")), client, lambda: visitor.get("/").content.decode(),
          lambda: visitor.post("/login"), lambda: visitor.post("/logout"))
    from django.core.cache import cache

    cache.set_many({"a": 1, "b": [2]}, timeout=SECONDS)
    expect("Django: get_many", cache.get_many(["a", "b", "c"]), {"a": 1, "b": [2]})
    expect("Django: incr", (cache.incr("a", 5), cache.touch("a", 50), cache.add("a", 1)), (6, True, False))


def main():
    for run in [flask, django]:
        with LiveServer(sys.argv[1]) as server, redis.Redis(port=server.port) as client:
            try:
                run(server.port, client)
            except ModuleNotFoundError as missing:
                print(f"SKIPPED: sessions of {run.__name__}: {missing.name} is not installed (Tests/install installs it)")
            else:
                print(f"sessions of {run.__name__}: passed")


if __name__ == "__main__":
    main()
