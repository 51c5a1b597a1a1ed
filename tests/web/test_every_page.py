"""A walk through every link, as an administrator, a manager and a rep, over the small demo: no link leads nowhere, and
every page is whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from django.test import Client

from rounds.jobs.demo.cast import HOUSE

MOST_PAGES = 300
OF_ONE_SHAPE = 3
"""Addresses that differ in ids and values only are tried this often: the thousandth account is like the third."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)")
PEOPLE = {"ada": "admin", "marian": "manager", "olivia": "rep"}


@pytest.fixture(scope="module")
def demo(clone, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The small demo in a database of its own, which Django looks at for this module."""
    from django.db import connections

    name = clone(f"every_page_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name}
    command = [sys.executable, "-c", "from rounds.cli.main import main; main()", "demo", "--data-only", "--small"]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = name
        yield
        connection.close()
        connection.settings_dict["NAME"] = before


@dataclass
class Page(HTMLParser):
    """What one answer holds: its links, its heads, and what a strict content policy would refuse."""

    links: list[tuple[str, bool]] = field(default_factory=list)
    """(address, whether it is asked for as a fragment)"""
    h1: int = 0
    title: str = ""
    lang: str = ""
    ids: Counter = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    _in: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in given}
        self._in = tag
        self.h1 += tag == "h1"
        self.lang = said.get("lang", self.lang) if tag == "html" else self.lang
        if said.get("id"):
            self.ids[said["id"]] += 1
        self.refused += [f"{name}= on <{tag}>" for name in said if name == "style" or re.fullmatch(r"on[a-z]+", name)]
        if tag == "style" or (tag == "script" and "src" not in said and "json" not in said.get("type", "")):
            self.refused.append(f"<{tag}> with its text inside")
        if any(value.strip().lower().startswith("javascript:") for value in said.values()):
            self.refused.append(f"javascript: on <{tag}>")
        if tag == "a" and "href" in said:
            self.links.append((said["href"], False))
        if "data-href" in said:
            self.links.append((said["data-href"], False))
        self.links += [(said[name], True) for name in ("hx-get", "data-preview") if said.get(name)]

    def handle_data(self, data: str) -> None:
        if self._in == "title":
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in = ""


def shape(address: str) -> str:
    """The address without what differs from row to row."""
    parts = urlsplit(address)
    return ID.sub("*", parts.path) + "?" + ",".join(sorted({name for name, _ in parse_qsl(parts.query, True)}))


def inside(address: str) -> bool:
    parts = urlsplit(address)
    away = ("/static/", "/login/", "/logout/")
    return not parts.scheme and not parts.netloc and parts.path.startswith("/") and not parts.path.startswith(away)


def wrong(answer, page: Page | None, fragment: bool) -> list[str]:
    """What is wrong with one answer."""
    if fragment and answer.status_code == 422:
        return []  # asked without the fields that the page would have sent along
    if answer.status_code != 200:
        return [f"answered {answer.status_code}"]
    if page is None:
        return []
    found = list(dict.fromkeys(page.refused))
    found += [f"the id {name} stands {n} times" for name, n in page.ids.items() if n > 1]
    if not fragment:
        found += [] if page.h1 == 1 else [f"{page.h1} <h1>"]
        found += [] if page.title.strip() else ["no title"]
        found += [] if page.lang else ["no language"]
    return found


def walk(client: Client) -> tuple[dict[str, list[str]], set[str]]:
    """Every link from `/`, breadth first: (address → what is wrong there, shapes that were seen)."""
    waiting, known, tried, faults, seen = deque([("/", False, "")]), {("/", False)}, Counter(), {}, set()
    for _ in range(MOST_PAGES):
        if not waiting:
            break
        address, fragment, came_from = waiting.popleft()
        headers = {"HX-Request": "true"} if fragment else {}
        answer = client.get(address, headers=headers, follow=True)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
        page = Page() if is_page else None
        if page is not None:
            page.feed(answer.content.decode())
        if found := wrong(answer, page, fragment):
            faults[f"{address} (from {came_from})"] = found
        seen.add(shape(address))
        for link, part in page.links if page else []:
            # A browser resolves the links of a fragment against the page that asked for it.
            there = urldefrag(urljoin(came_from if fragment else address, link))[0]
            if inside(there) and (there, part) not in known and tried[shape(there), part] < OF_ONE_SHAPE:
                known.add((there, part))
                tried[shape(there), part] += 1
                waiting.append((there, part, came_from if fragment else address))
    return faults, seen


@pytest.mark.req("UI-01")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", PEOPLE)
def test_every_link_leads_to_a_whole_page(demo, name):
    from rounds.models import User

    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email=f"{name}@{HOUSE}"), backend="django.contrib.auth.backends.ModelBackend")
    faults, seen = walk(client)
    assert faults == {}, "\n".join(f"{address}: {', '.join(said)}" for address, said in faults.items())
    assert len(seen) > 25
    for path in ("/market/?", "/playbook/?", "/contacts/?", "/accounts/*/?", "/leads/*/?"):
        assert any(one.startswith(path) for one in seen), f"no link leads to {path}"
