"""A browser on the sheet of components, served without a database under the product's own content policy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.web.look import sheet
from tests.web.look.server import STATIC, Server

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium where there is one."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return {**browser_type_launch_args, "args": FLAGS} | ({"executable_path": found} if found else {})


@pytest.fixture(scope="session")
def built() -> Path:
    """The built assets; the tests that need them say how to get them."""
    if not (STATIC / "build" / "app.js").is_file():
        pytest.skip("the assets are not built: npm ci && npm run build")
    return STATIC / "build"


class Sheet:
    """The sheet in a browser: `open` goes there, `asked` is what was sent, `complaints` what the browser said."""

    def __init__(self, page, server: Server) -> None:
        self.page, self.server, self.changes = page, server, {}
        self.complaints: list[str] = []
        page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        server.context = self.context
        server.asked.clear()

    def context(self) -> dict:
        made = sheet.context()
        made["user"] |= self.changes
        return made

    def open(self, path: str = "/look/?sort=-beds", **user: object):
        self.changes = user
        self.page.goto(self.server.url + path)
        return self.page

    @property
    def asked(self) -> list:
        return self.server.asked


@pytest.fixture(scope="session")
def sheet_server(built):
    server = Server(sheet.context)
    yield server
    server.shutdown()


@pytest.fixture
def look(page, sheet_server) -> Sheet:
    """The sheet in a fresh page of the browser."""
    return Sheet(page, sheet_server)
