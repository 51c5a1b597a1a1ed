"""Every page there is, opened in a browser by several people, in a world where each text is an attack: nothing runs,
nothing is asked of anybody else, the console is silent, axe finds nothing in light or dark.

Pages are found by the resolver, so a new one is here by itself; what its address needs is taught to tests/access/world.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.access.test_routes import addresses
from tests.journeys.hostile import filled, plant
from tests.serving import serving

PEOPLE = ("admin", "compliance", "rep", "portal", "anonymous")
ENDS_THE_SESSION = ("logout/",)
WRONG = "img[src='x'], svg[onload], script:not([src]):not([type='application/json']), [onerror], [onclick], a[href^='javascript']"
AXE = {"resultTypes": ["violations"]}
CONTRAST = {**AXE, "runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.fixture(scope="module")
def hostile(clone, django_db_setup, django_db_blocker) -> Iterator[tuple[str, object]]:
    """(address, world) of a server on a hostile world of its own."""
    from django.conf import settings
    from django.db import connections

    from rounds.access.sight import sight
    from rounds.kit.scope import Scope
    from tests.access.world import build

    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    name = clone(f"hostile_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict["NAME"] = name
        hosts, settings.ALLOWED_HOSTS = settings.ALLOWED_HOSTS, ["*"]
        world = build()
        with sight(Scope(everything=True)):
            assert plant() > 25
            paths = [(pattern, filled(world, pattern)) for method, pattern in addresses()
                     if method == "GET" and not pattern.startswith("api/") and pattern not in ENDS_THE_SESSION]  # fmt: skip
        cookies = {role: client.cookies["sessionid"].value for role, client in world.clients.items() if "sessionid" in client.cookies}
        connections.close_all()
        connection.settings_dict["NAME"], settings.ALLOWED_HOSTS = before, hosts
    with serving(name) as address:
        yield address, paths, cookies


@dataclass
class Watch:
    """What a browser complains of, with the page it stood on."""

    address: str
    at: str = ""
    found: list[str] = field(default_factory=list)

    def over(self, page) -> None:
        page.on("console", lambda said: said.type in ("error", "warning") and "Failed to load" not in said.text and self.say(said.text))
        page.on("pageerror", lambda error: self.say(f"script: {error}"))
        page.on("dialog", lambda dialog: (self.say(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda asked: self.home(asked.url) or self.say(f"asked {asked.url[:80]}"))
        page.on("response", lambda said: said.status >= 500 and self.say(f"{said.status} {said.url}"))
        page.on("requestfailed", lambda asked: "ERR_ABORTED" in (asked.failure or "") or self.say(f"failed: {asked.url} {asked.failure}"))

    def home(self, url: str) -> bool:
        return url.startswith((self.address, "data:", "blob:", "about:"))

    def say(self, text: str) -> None:
        self.found.append(f"{self.at}: {text[:240]}")


def violations(page, options: dict) -> list[str]:
    """What axe finds, one line a rule with where."""
    from axe_playwright_python.sync_playwright import Axe

    return [f"{one['id']}: {'; '.join(' '.join(node['target']) for node in one['nodes'][:3])}"[:200]
            for one in Axe().run(page, options=options).response["violations"]]  # fmt: skip


@pytest.mark.req("UI-01", "SEC-05")
@pytest.mark.timeout(900)
def test_every_page_is_silent_safe_and_accessible(hostile, browser):
    address, paths, cookies = hostile
    looked, opened, faults = set(), set(), []
    for person in PEOPLE:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
        if person in cookies:
            context.add_cookies([{"name": "sessionid", "value": cookies[person], "url": address}])
        page, watch = context.new_page(), Watch(address)
        watch.over(page)
        for pattern, path in paths:
            watch.at = f"{person} {path}"
            answer = context.request.get(path, max_redirects=0)
            if answer.status >= 500:
                watch.say(str(answer.status))
            file = "attachment" in answer.headers.get("content-disposition", "")
            if answer.status != 200 or file or "text/html" not in answer.headers.get("content-type", ""):
                continue
            if " object at 0x" in answer.text():
                watch.say("shows a piece of Python instead of words")
            whole = answer.text().lstrip()[:15].lower() == "<!doctype html>"
            if not whole or (person != "admin" and pattern in opened):
                continue
            page.goto(path)
            opened.add(pattern)
            if page.evaluate("window.ran") or page.locator(WRONG).count():
                watch.say("a payload became part of the page")
            if pattern not in looked:
                looked.add(pattern)
                faults += [f"{watch.at}: {line}" for line in violations(page, AXE)]
                page.evaluate("document.documentElement.dataset.theme = 'dark'")
                page.wait_for_timeout(250)  # colours glide
                faults += [f"{watch.at} in the dark: {line}" for line in violations(page, CONTRAST)]
        faults += watch.found
        context.close()
    assert not faults, "\n".join(faults)
    assert len(opened) > 45, sorted(opened)
