"""The whole product as a person meets it: a small demo in a database of its own, the real server and worker, a browser.

Whatever the browser complains of, a refused script or style, a script error, a page that was not answered, fails the
journey.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT
from tests.serving import ROUNDS, free_port, until_ready

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
expect.set_options(timeout=15_000)  # a machine that runs everything at once answers late, not wrongly
HOUSE = "northwind-rounds.example"


def pytest_collection_modifyitems(items):
    """Everything in this folder is a journey; without a browser or the built assets it says why it does not run."""
    here = [item for item in items if "tests/journeys" in str(item.path)]
    built = (ROOT / "src" / "rounds" / "web" / "static" / "build" / "app.js").is_file()
    why = "the assets are not built: npm ci && npm run build" if not built else ""
    for item in here:
        item.add_marker(pytest.mark.journey)
        item.add_marker(pytest.mark.timeout(180))
        if why:
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium where there is one, or the one at PLAYWRIGHT; else playwright's own."""
    found = os.environ.get("PLAYWRIGHT") or shutil.which("chromium") or shutil.which("chromium-browser")
    return {**browser_type_launch_args, "args": FLAGS} | ({"executable_path": found} if found else {})


@dataclass
class World:
    """A running product: where it listens and the environment its commands need."""

    address: str
    environment: dict[str, str]
    mailbox_port: int = 0
    """Where a journey may set up a mail server of its own: the product may speak to it."""
    sessions: dict[str, dict] = field(default_factory=dict)
    """Who logged in already → the browser's cookies, so that a person logs in once for all journeys."""

    def run(self, *command: str) -> str:
        """One of our commands, to its end; what it printed."""
        done = subprocess.run([*ROUNDS, *command], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def link(self, name: str) -> str:
        """A log-in link of one of the cast."""
        return json.loads(self.run("user", "link", f"{name}@{HOUSE}", "--json"))["link"]


@pytest.fixture(scope="session")
def small_demo(clone) -> str:
    """The database of the small demo, made once; nobody works in it, every world is a copy."""
    name = clone(f"small_demo_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    World("", {**os.environ, "ROUNDS_DATABASE_NAME": name}).run("demo", "--data-only", "--small")
    return name


@pytest.fixture(scope="module")
def world(clone, small_demo, request, tmp_path_factory) -> Iterator[World]:
    """The small demo, served and worked for; its letters fall into a folder, as in a demo.

    Each file of journeys has a world of its own: what one leaves behind is no other's beginning.
    """
    port, mailboxes = free_port(), free_port()
    address = f"http://127.0.0.1:{port}"
    name = clone(f"{request.module.__name__.rpartition('.')[2]}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}", of=small_demo)
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_PUBLIC_URL": address,
                   "ROUNDS_OUTBOUND_ALLOW": f'["127.0.0.1:{mailboxes}"]', "ROUNDS_MAIL_DROP": str(tmp_path_factory.mktemp("letters")),
                   "ROUNDS_POSTAL_ADDRESS": "12 Ward Street, Boston, MA 02110"}  # fmt: skip
    world = World(address, environment, mailboxes)
    commands = (["serve", "--port", str(port), "--workers", "1"], ["worker"])
    running = [subprocess.Popen([*ROUNDS, *command], env=environment, stdout=subprocess.DEVNULL) for command in commands]
    try:
        until_ready(address, running[0])
        yield world
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(timeout=40)
        clone.drop(name)


@dataclass
class Visitor:
    """A person at the browser. `expected` are statuses a step may be answered with on purpose."""

    page: object
    world: World
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def watch(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("response", self._answered)

    def _said(self, message) -> None:
        # A page that was answered with 4xx is counted by its response, not by the browser's echo of it.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _answered(self, response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def go(self, path: str):
        """Open a page of the product."""
        self.page.goto(self.world.address + path)
        return self.page


@pytest.fixture
def visitor(browser, world) -> Iterator[Callable[..., Visitor]]:
    """`visitor("olivia")` logs that person in, in a window of their own; nobody: `visitor()`. Complaints fail the test."""
    opened: list[Visitor] = []

    def visit(name: str | None = None, **window: object) -> Visitor:
        known = {"storage_state": world.sessions[name]} if name in world.sessions else {}
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **window, **known})
        found = Visitor(context.new_page(), world)
        found.page.set_default_timeout(15_000)
        found.watch()
        opened.append(found)
        if name in world.sessions:
            found.go("/")
        elif name:
            found.page.goto(world.link(name))
            found.page.get_by_role("button", name="Log in").click()
            found.page.wait_for_url(world.address + "/")
            world.sessions[name] = context.storage_state()
        return found

    yield visit
    for one in opened:
        one.page.context.close()
    assert [said for one in opened for said in one.complaints] == []
