"""The ground of the benches that go through the real server: a database of their own, a server, many clients.

The database is made, filled by COPY and dropped again; the server is `rounds serve` (granian) as the web role, so
that row security is in force; the viewer is a rep whose territories hold half of the rows.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HALF = ("NY", "NJ", "PA", "MA", "OH", "MI", "IL", "IN")
OTHER = ("CA", "WA", "OR", "TX", "AZ", "FL", "GA", "NC")
WORDS = ["Harbour", "Summit", "Cedar", "River", "Granite", "Prairie", "Lakeside", "Maple", "Union", "Valley", "Mercy", "Trinity", "Beacon", "Willow"]
KINDS = ("Health", "Medical Center", "Hospital", "Regional Hospital", "Health System", "Clinic")
FIRST = ["Ann", "Bea", "Carl", "Dana", "Eli", "Fay", "Gus", "Hana", "Ivo", "June", "Kai", "Lena", "Max", "Nora", "Otto", "Pia", "Quin", "Rosa", "Sam", "Tess"]
LAST = ["Abel", "Brook", "Chen", "Diaz", "Eder", "Frost", "Gale", "Hale", "Ito", "Joss", "Kerr", "Lund", "Moss", "Nash", "Ode", "Park", "Rand", "Shaw", "Tran", "Voss"]


SYLLABLES = ("bel", "cor", "dan", "ell", "far", "gil", "hav", "lin", "mar", "nor", "pet", "ros", "san", "tor", "ver", "wes")
TOWNS = [f"{a}{b}{c}".title() for a in SYLLABLES for b in SYLLABLES for c in ("ton", "ville", "field", "burg")]


@dataclass
class Ground:
    """What a bench works with: the server's address, the viewer's token and session."""

    port: int
    token: str
    session: str


ROUNDS = [sys.executable, "-c", "from rounds.cli.main import main; main()"]


@contextmanager
def database(what: str) -> Iterator[None]:
    """A migrated database of the bench's own, gone afterwards; Django stands on it as its owner."""
    from rounds.kit import postgres

    server = postgres.ensure(ROOT / "var" / "postgres")
    name = f"rounds_bench_{what}_{os.getpid()}"
    postgres.create_database(server, name)
    os.environ.update(ROUNDS_DATABASE_NAME=name, ROUNDS_MODE="test", DJANGO_SETTINGS_MODULE="rounds.project.settings")
    try:
        subprocess.run([*ROUNDS, "migrate"], check=True, stdout=subprocess.DEVNULL)
        os.environ["ROUNDS_PROCESS"] = "owner"
        import django

        django.setup()
        yield
    finally:
        from django.db import connections

        connections.close_all()
        postgres.drop_database(server, name)


@contextmanager
def ground(accounts: int, leads: int, contacts: int = 0) -> Iterator[Ground]:
    """A filled database and a server on it, both gone afterwards."""
    with database("ground"):
        begun = time.perf_counter()
        token, session = _fill(accounts, leads, contacts)
        print(f"{accounts:,} accounts, {leads:,} leads, {contacts:,} contacts filled in {time.perf_counter() - begun:.1f} s")
        with _serving(ROUNDS) as port:
            yield Ground(port, token, session)


@contextmanager
def _serving(rounds: list[str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ROUNDS_PROCESS": "web"}
    process = subprocess.Popen([*rounds, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                if ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "GET", "/health/ready/")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("The server did not start.")
        yield port
    finally:
        process.terminate()
        process.wait(15)


def _fill(accounts: int, leads: int, contacts: int) -> tuple[str, str]:
    """Rows by COPY, half of them in the viewer's territories; the viewer's token and session."""
    from django.db import connection, transaction

    from rounds.actions.trust import tokens
    from rounds.jobs.demo.cast import build_cast
    from rounds.models import Account, Contact, Lead

    now = datetime.now(UTC)
    with transaction.atomic():
        viewer = build_cast(now).owner
        units = list(_accounts(accounts, now))
        copy(Account, units)
        copy(Lead, _leads(leads, units, now))
        copy(Contact, _contacts(contacts, units, now))
        sellers(now)
        _, token = tokens.make(viewer, name="bench", scopes=tokens.scopes_for(viewer), by=viewer.actor, at=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return token, _session(viewer)


def sellers(now: datetime, teams: int = 3, each: int = 10) -> list[Any]:
    """People leads are given to: `each` in every one of the segments' teams, for two groups of territories, three roles."""
    from rounds.actions.people import users
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.models import Team, User

    places = (["Northeast", "Midwest"], ["Southeast", "Southwest", "West"])
    made = []
    for team in Team.objects.filter(ended_at=None).order_by("id")[:teams]:
        for n in range(each):
            role = ("ae", "ae", "ae", "senior_ae", "inside_sales")[n // 2]
            made.append(users.add(f"{team.segment}{n}@bench.example", f"{team.name} {n}", role=role, team=team,
                                  territories=places[n % 2], by=SYSTEM_ACTOR, at=now))  # fmt: skip
    User.objects.update(capacity=1_000_000)
    return made


def session_of(role: str) -> str:
    """A session of the cast's person with `role`."""
    from rounds.models import User

    return _session(User.objects.filter(role=role).order_by("id").first())


def _session(user: Any) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store.create()
    return store.session_key


def copy(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """COPY `rows` (field name → value) into the table of `model`; what a row leaves out gets the field's default."""
    from django.db import connection
    from psycopg.types.json import Jsonb

    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as out:
        for row in rows:
            values = [row[f.attname] if f.attname in row else f.get_default() for f in fields]
            out.write_row([Jsonb(v) if isinstance(v, dict) else v for v in values])


def _accounts(count: int, now: datetime) -> Iterator[dict[str, Any]]:
    """One buying unit in four, the rest hospitals under them."""
    from rounds.kit.ids import new_id
    from rounds.kit.text import plain_organization
    from rounds.models.flow.active import active
    from rounds.rules.routing.territory import territory

    dice, unit, book = random.Random(7), None, active().playbook
    places = {state: territory(book, state).territory or "" for state in (*HALF, *OTHER)}
    for n in range(count):
        is_unit = n % 4 == 0
        state = dice.choice(HALF if (n // 4) % 2 else OTHER)
        # Some words stand in every other name, some in one of fourteen, most in a few: as hospitals are called.
        second = dice.choice(WORDS) if n % 3 == 0 else dice.choice(TOWNS)
        name = f"{dice.choice(WORDS)} {second} {dice.choice(KINDS)} {n}"
        row = {
            "id": new_id(), "name": name, "plain_name": plain_organization(name), "state": state,
            "level": "system" if is_unit else "hospital", "is_unit": is_unit, "territory": places[state],
            "beds": dice.randrange(10, 1200), "ehr_vendor": dice.choice(["Epic", "Oracle Health", "MEDITECH", ""]),
            "ehr_confidence": dice.random(), "deal_potential_cents": dice.randrange(1, 90) * 10_000_000,
            "fit_grade": dice.choice("ABCD"), "fit_rate": dice.random(), "score_total": dice.randrange(100),
            "band": dice.choice(["hot", "warm", "cold", "unqualified"]), "completeness": dice.random(),
            "tier": dice.randrange(4) if is_unit else None, "fye_month": dice.randrange(1, 13), "fye_day": 30,
            "domain": f"org{n // 4}.example", "city": dice.choice(WORDS) + " City", "scored_at": now,
            "segment": "enterprise", "created_at": now, "updated_at": now,
        }  # fmt: skip
        unit = row["id"] if is_unit else unit
        row["buying_unit_id"], row["parent_id"] = unit, None if is_unit else unit
        yield row


def _leads(count: int, units: list[dict[str, Any]], now: datetime) -> Iterator[dict[str, Any]]:
    from rounds.kit.ids import new_id

    dice = random.Random(8)
    for n in range(count):
        place = dice.choice(units)
        captured = now - timedelta(minutes=dice.randrange(60 * 24 * 700))
        yield {
            "id": new_id(), "name": f"{dice.choice(FIRST)} {dice.choice(LAST)} {n}", "email": f"p{n}@{place['domain']}",
            "title": dice.choice(["CIO", "CMIO", "Director of IT", "CFO"]), "organization": place["name"],
            "state": place["state"], "territory": place["territory"], "account_id": place["id"],
            "buying_unit_id": place["buying_unit_id"], "status": dice.choice(["New", "Working", "Nurture", "Qualified"]),
            "source": dice.choice(["Web form", "Referral", ""]), "score_total": dice.randrange(100),
            "band": dice.choice(["hot", "warm", "cold", "unqualified"]), "quick_total": dice.randrange(100),
            "quick_band": "warm", "driving_band": "warm", "heat": max(0, dice.randrange(-80, 60)),
            "fit_grade": dice.choice("ABCD"), "fit_rate": dice.random(), "completeness": dice.random(),
            "segment": dice.choice(["enterprise", "mid_market", "growth"]), "scored_at": now,
            "facts": {"beds": dice.randrange(10, 900)}, "captured_at": captured, "updated_at": captured,
        }  # fmt: skip


def _contacts(count: int, units: list[dict[str, Any]], now: datetime) -> Iterator[dict[str, Any]]:
    from rounds.kit.ids import new_id

    dice = random.Random(9)
    for n in range(count):
        place = dice.choice(units)
        yield {
            "id": new_id(), "name": f"{dice.choice(FIRST)} {dice.choice(LAST)} {n}", "account_id": place["id"],
            "buying_unit_id": place["buying_unit_id"], "territory": place["territory"], "title": "CIO",
            "email": f"c{n}@{place['domain']}", "created_at": now, "updated_at": now,
        }  # fmt: skip


def ask(link: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None,
        headers: dict[str, str] | None = None) -> tuple[int, bytes]:  # fmt: skip
    """One request on an open connection: (status, body)."""
    link.request(method, path, body, headers or {})
    answer = link.getresponse()
    return answer.status, answer.read()


@dataclass
class Measured:
    """Milliseconds of each request in order of length, and the requests a second over all clients."""

    times: list[float]
    rate: float

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return self.times[int(len(self.times) * 0.95)]


def measure(port: int, requests: Callable[[int], tuple[str, str, bytes | None]], headers: dict[str, str], *,
            clients: int, seconds: float, expect: int) -> Measured:  # fmt: skip
    """Send what `requests(n)` says (method, path, body) from `clients` keep-alive connections for `seconds`."""
    numbers, times, lock = itertools.count(), [], threading.Lock()
    stop = time.perf_counter() + seconds

    def client() -> None:
        link, own = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
        while time.perf_counter() < stop:
            asked = requests(next(numbers))
            begun = time.perf_counter()
            status, body = ask(link, *asked, headers)
            own.append((time.perf_counter() - begun) * 1000)
            if status != expect:
                raise RuntimeError(f"{asked[0]} {asked[1]} answered {status}: {body[:300]!r}")
        with lock:
            times.extend(own)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Measured(sorted(times), len(times) / (time.perf_counter() - begun))
