"""The database is killed under a running web server: pages say so, and it goes on by itself when the database is back."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import psutil
import psycopg
import pytest

from rounds.kit import postgres
from tests.serving import ROUNDS

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15
"""Seconds until an answer that must come; generous, because the machine may be busy."""


@dataclass
class Answer:
    status: int
    retry_after: str
    body: str
    took: float


class Place:
    """A database of its own with a web server on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cookies = folder, {}
        self.environment = {**os.environ, "ROUNDS_DATA_DIR": str(folder), "ROUNDS_DATABASE_NAME": "rounds"}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.run("migrate")
        self.link = json.loads(self.run("user", "add", "ada@faults.example", "Ada", "--role", "admin", "--json"))["link"]
        said = self.run("user", "token", "ada@faults.example", "--name", "faults", "--scope", "accounts:read", "--json")
        self.token = json.loads(said)["token"]
        self.log = (folder.parent / "server.log").open("w")
        serve = [*ROUNDS, "serve", "--port", str(self.port), "--workers", "1"]
        self.process = subprocess.Popen(serve, env=self.environment, stdout=self.log, stderr=self.log)

    def run(self, *command: str) -> str:
        done = subprocess.run([*ROUNDS, *command], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, path: str, method: str = "GET", body: str = "") -> Answer:
        """One request with the cookie of whoever logged in."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        if path.startswith("/api/"):
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request(method, path, body, headers)
            said = connection.getresponse()
            for name, value in said.getheaders():
                if name.lower() == "set-cookie":
                    self.cookies.update([value.split(";")[0].split("=", 1)])
            text = said.read().decode()
            return Answer(said.status, said.headers.get("Retry-After", ""), text, time.monotonic() - began)
        finally:
            connection.close()

    def until(self, path: str, status: int, patience: float = PATIENCE) -> float:
        """Ask until `path` answers `status`; the seconds it took."""
        began, last = time.monotonic(), None
        while time.monotonic() - began < patience:
            assert self.process.poll() is None, (self.folder.parent / "server.log").read_text()[-2000:]
            with contextlib.suppress(OSError):
                last = self.ask(path)
                if last.status == status:
                    return time.monotonic() - began
            time.sleep(0.1)
        raise AssertionError(f"{path} did not answer {status} within {patience} s; last: {last}")

    def log_in(self) -> None:
        path = "/login/link/" + self.link.rstrip("/").rsplit("/", 1)[1] + "/"
        page = self.ask(path)
        token = page.body.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        assert self.ask(path, "POST", f"csrfmiddlewaretoken={token}").status == 302

    def kill_the_database(self) -> None:
        """kill -9 of the postmaster, then of everything it leaves."""
        data = str(postgres.status(self.folder).at / "pgdata")
        ours = [p for p in psutil.process_iter(["name", "cwd"]) if p.info["cwd"] == data]
        for process in sorted(ours, key=lambda p: p.create_time()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def kill_a_backend(self) -> None:
        """kill -9 of one backend: PostgreSQL ends all others and recovers by itself."""
        with psycopg.connect(postgres.ensure(self.folder).dsn("postgres", "rounds")) as connection:
            pid = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = 'rounds_web' LIMIT 1"
            ).fetchone()[0]
        os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        self.process.kill()
        self.log.close()
        postgres.stop(self.folder)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    base = Path(tempfile.mkdtemp(prefix="flt-", dir="/tmp"))
    base.chmod(0o755)
    made = None
    try:
        made = Place(base / "db")
        made.until("/health/ready/", 200, 60)
        made.log_in()
        yield made
    finally:
        if made:
            made.end()
        shutil.rmtree(base, ignore_errors=True)


PAGE = "/search/?q=harbor"


def test_a_killed_database_is_said_and_survived(place: Place):
    assert place.ask(PAGE).status == place.ask("/api/v1/accounts").status == 200
    place.kill_the_database()
    gone = time.monotonic()
    paths = (PAGE, "/login/", "/health/ready/", "/api/v1/accounts")
    with ThreadPoolExecutor(len(paths)) as at_once:
        answers = list(at_once.map(place.ask, paths))
    for path, answer in zip(paths, answers, strict=True):
        assert answer.status == 503, (path, answer)
        assert int(answer.retry_after) > 0, path
        assert answer.took < 8, (path, answer.took)
        assert "Traceback" not in answer.body
    assert place.ask("/health/live/").status == 200, "the process itself lives"
    assert place.process.poll() is None

    time.sleep(max(0, 8 - (time.monotonic() - gone)))
    postgres.ensure(place.folder)
    assert place.until(PAGE, 200) < 6, "however long the database was away, the server is back at once"
    assert "Ada" in place.ask(PAGE).body, "and still knows who is logged in"


def test_a_killed_backend_costs_seconds(place: Place):
    place.until(PAGE, 200)
    place.kill_a_backend()
    answer = place.ask(PAGE)
    assert answer.status in (200, 503)
    place.until(PAGE, 200)


def test_nothing_confirmed_is_lost_and_nothing_is_half_written(place: Place):
    """Somebody clicks on while the database dies: every click is done or refused, and both chains hold."""
    place.until(PAGE, 200)
    answers: list[int] = []

    def choose(theme: str) -> int:
        return place.ask("/self/theme/", "POST", f"theme={theme}&csrfmiddlewaretoken={place.cookies['csrftoken']}").status

    def click() -> None:
        for theme in ("dark", "light") * 60:
            with contextlib.suppress(OSError):
                answers.append(choose(theme))

    clicking = Thread(target=click)
    clicking.start()
    while len(answers) < 10 and clicking.is_alive():
        time.sleep(0.01)
    place.kill_the_database()
    time.sleep(0.3)
    postgres.ensure(place.folder)
    clicking.join(60)
    assert set(answers) <= {302, 503}, set(answers)
    assert answers.count(302) > 10
    place.until(PAGE, 200)
    assert choose("dark") == 302
    with psycopg.connect(postgres.ensure(place.folder).dsn("rounds_owner", "rounds")) as owner:
        assert owner.execute("SELECT theme FROM rounds_user").fetchone() == ("dark",)
        for chain in ("write", "read"):
            owner.execute("SELECT rounds_seal_reads()")
            _, broken_at, unsealed = owner.execute("SELECT * FROM rounds_verify_chain(%s)", [chain]).fetchone()
            assert (broken_at, unsealed) == (None, 0)
