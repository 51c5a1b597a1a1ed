"""Who is sent away is out within five seconds, at every door of the running product: cookie, token, link, export, job.

The real server and the real worker, each with its own processes and connections; the sending away is a command.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from http.cookiejar import CookieJar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener, urlopen

import psycopg
import pytest

from tests.serving import ROUNDS

ROWS = 6_000
"""So many that the worker is long at it: the sending away begins while most of them still wait."""
WITHIN = 5.0


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


class Browser:
    """Cookies, forms with their CSRF token, and no following of redirects."""

    def __init__(self, address: str) -> None:
        self.address, self.jar = address, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar), NoRedirect())

    def ask(self, path: str, said: dict | None = None, **headers: str) -> tuple[int, str, str]:
        """(status, Location, body)"""
        body = None
        if said is not None:
            csrf = next(cookie.value for cookie in self.jar if cookie.name.endswith("csrftoken"))
            body = urlencode(said | {"csrfmiddlewaretoken": csrf}).encode()
            headers |= {"Referer": self.address, "Origin": self.address}
        try:
            answer = self.opener.open(Request(self.address + path, data=body, headers=headers), timeout=30)
        except HTTPError as refused:
            answer = refused
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()


@pytest.fixture
def product(clone, server, tmp_path):
    """(environment, address, owner's connection) of a served and worked database."""
    name = clone("sent_away")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_PUBLIC_URL": address}
    lines = "\n".join(f"Person {n},p{n}@org.example,Org {n % 50},NY,x{n}" for n in range(ROWS))
    (tmp_path / "leads.csv").write_text(f"Name,Email,Organization,State,External ID\n{lines}\n")
    run(environment, "lead", "import", str(tmp_path / "leads.csv"))
    commands = (["serve", "--port", str(port), "--workers", "1"], ["worker"])
    running = [subprocess.Popen([*ROUNDS, *one], env=environment, stderr=subprocess.DEVNULL) for one in commands]
    try:
        until(lambda: ready(address), 60)
        with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as connection:
            yield environment, address, connection
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(timeout=40)


def run(environment, *command: str) -> str:
    done = subprocess.run([*ROUNDS, *command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ready(address: str) -> bool:
    try:
        with urlopen(f"{address}/health/ready/", timeout=5):
            return True
    except (URLError, OSError):
        return False


def until(holds, seconds: float) -> float:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.req("SEC-02", "SEC-05", "SEC-11")
@pytest.mark.timeout(240)
def test_cookie_token_link_export_and_job_are_dead_within_five_seconds(product):
    environment, address, database = product
    run(environment, "user", "add", "ada@vendor.example", "Ada", "--role", "admin")
    said = json.loads(run(environment, "user", "add", "ben@vendor.example", "Ben", "--role", "admin", "--json"))
    scopes = ["--scope", "leads:read", "--scope", "people:write"]
    token = json.loads(run(environment, "user", "token", "ben@vendor.example", "--name", "t", *scopes, "--json"))["token"]
    grant = run(environment, "user", "link", "ben@vendor.example").strip()
    ben = Browser(address)
    into(ben, said["link"])
    assert ben.ask("/leads/?f=")[0] == 200
    assert ben.ask("/lists/lead/exports/", {"query": "f=", "as": "csv", "reason": "for the test"})[0] == 200
    assert api(address, token, "GET", "/leads") == 200

    # Two changes of all rows, one after the other: the worker is in the first, the second waits.
    change = {"all": "1", "query": "f=", "status": "Recycled"}
    batches = [batch_of(ben.ask("/lists/lead/changes/lead.status/doing/", change)) for _ in range(2)]
    until(lambda: state(database, batches[0])[0] > 0, 60)

    run(environment, "user", "leave", "ben@vendor.example", "--heir", "ada@vendor.example", "--reason", "left")
    sent = time.monotonic()
    done = changed(database)
    for path in ("/", "/leads/?f=", "/people/?f=", "/me/", "/palette/?q=a", "/search/?q=a"):
        assert ben.ask(path)[:2][0] == 302, path
    assert ben.ask("/palette/?q=a", **{"HX-Request": "true"})[0] == 401
    status, location, _ = ben.ask("/lists/lead/exports/", {"query": "f=", "as": "csv", "reason": "for the test"})
    assert (status, "/login/" in location) == (302, True)
    assert api(address, token, "GET", "/leads") == 401
    assert api(address, token, "GET", "/self") == 401
    assert api(address, token, "DELETE", f"/users/{said['id']}?reason=x") == 401
    other = Browser(address)
    assert into(other, grant) == 403
    assert time.monotonic() - sent < WITHIN

    assert all(state(database, batch)[1] for batch in batches), "both ended with the sending away"
    until(lambda: jobs_left(database) == 0, 60)
    assert changed(database) == done < ROWS, "not one more row after it"
    assert [state(database, batch)[2] for batch in batches] == ["Ben was sent away; the rest was left as it is."] * 2
    verified = run(environment, "audit", "verify")
    assert "BROKEN" not in verified


def into(browser: Browser, link: str) -> int:
    path = "/" + link.split("/", 3)[3]
    browser.ask(path)
    return browser.ask(path, {})[0]


def api(address: str, token: str, method: str, path: str) -> int:
    asked = Request(f"{address}/api/v1{path}", method=method, headers={"Authorization": f"Bearer {token}"})
    try:
        with urlopen(asked, timeout=30) as answer:
            return answer.status
    except HTTPError as refused:
        return refused.code


def batch_of(answer: tuple[int, str, str]) -> str:
    assert answer[0] == 302, answer[2][:500]
    return re.fullmatch(r"/changes/([0-9a-f-]{36})/", answer[1])[1]


def state(database, batch: str) -> tuple[int, bool, str]:
    row = database.execute(
        "SELECT chunks_done, finished_at IS NOT NULL, detail->>'stopped' FROM rounds_batch WHERE id = %s", [batch]
    ).fetchone()
    return row


def changed(database) -> int:
    return database.execute("SELECT count(*) FROM rounds_lead WHERE status = 'Recycled'").fetchone()[0]


def jobs_left(database) -> int:
    return database.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'desk.change_many' AND status IN ('todo', 'doing')"
    ).fetchone()[0]
