"""Rounds as a deployment runs it: production mode, `rounds serve`, collected assets, a TLS-ending proxy in front
(played by the header it sets), the three roles over a local socket."""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.serving import ROUNDS, free_port

ROOT = Path(__file__).resolve().parents[2]
HOST = "rounds.example"
COOKIE = """
import django; django.setup()
from django.test import Client
from rounds.access.sight import sight
from rounds.kit.scope import Scope
from rounds.models import User
client = Client()
with sight(Scope(everything=True)):
    user = User.objects.get(email="{email}")
client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
from django.conf import settings
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


def sound(folder: Path, server, database: str) -> dict[str, str]:
    """The environment of a sound production over the embedded server's socket."""
    from rounds.kit import keys

    ring = folder / "ring.json"
    if not ring.exists():
        keys.write(ring, keys.fresh())
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDS_") and name != "DATABASE_URL"}
    return {
        **kept,
        "ROUNDS_MODE": "production",
        "ROUNDS_SECRET_KEY": secrets.token_hex(40),
        "ROUNDS_KEYRING": str(ring),
        "ROUNDS_PUBLIC_URL": f"https://{HOST}",
        "ROUNDS_HOSTS": f'["{HOST}"]',
        "ROUNDS_BEHIND_TLS_PROXY": "true",
        "ROUNDS_PROXIES": "1",
        "ROUNDS_STATIC_DIR": str(folder / "static"),
        "DATABASE_URL": server.dsn("rounds_owner", database),
        "ROUNDS_DATABASE_URL_WEB": server.dsn("rounds_web", database),
        "ROUNDS_DATABASE_URL_WORKER": server.dsn("rounds_worker", database),
        "DJANGO_SETTINGS_MODULE": "rounds.project.settings",
    }


def command(environment: dict[str, str], *words: str, patience: int = 60) -> subprocess.CompletedProcess:
    """One `rounds` command to its end."""
    return subprocess.run([*ROUNDS, *words], env=environment, capture_output=True, text=True, check=False,
                          cwd=ROOT, timeout=patience)  # fmt: skip


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def one(self, name: str) -> str:
        """The value of a header that stands at most once."""
        found = self.all(name)
        assert len(found) <= 1, (name, found)
        return found[0] if found else ""


@dataclass
class Place:
    """A running server. `ask` goes through the proxy unless `proxied` is False."""

    environment: dict[str, str]
    port: int = 0
    cookie: str = ""
    process: subprocess.Popen | None = field(default=None, repr=False)

    def start(self, log: Path) -> None:
        self.port = free_port()
        with log.open("w") as out:
            self.process = subprocess.Popen([*ROUNDS, "serve", "--port", str(self.port), "--workers", "1"],
                                            env=self.environment, stdout=out, stderr=out, cwd=ROOT)  # fmt: skip
        for _ in range(300):
            assert self.process.poll() is None, log.read_text()[-2000:]
            with contextlib.suppress(OSError):
                if self.ask("/health/ready/", proxied=False).status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the server did not answer within 30 seconds")

    def log_in(self, email: str) -> None:
        """The session of a person who logged in."""
        script = COOKIE.format(email=email)
        done = subprocess.run([sys.executable, "-c", script], env={**self.environment, "ROUNDS_PROCESS": "web"},
                              capture_output=True, text=True, check=False, cwd=ROOT)  # fmt: skip
        assert done.returncode == 0, done.stderr
        self.cookie = f"__Host-session={done.stdout.strip()}"

    def ask(self, path: str, method: str = "GET", body: bytes | str = b"", *, proxied: bool = True, host: str = HOST,
            signed_in: bool = True, **headers: str) -> Answer:  # fmt: skip
        """One request; `headers` take underscores for dashes."""
        said = {"Host": host, "X-Forwarded-For": "198.51.100.7"}
        if proxied:
            said["X-Forwarded-Proto"] = "https"
        if signed_in and self.cookie:
            said["Cookie"] = self.cookie
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, said)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def end(self) -> None:
        if self.process:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
            self.process.kill()
