"""The board of 2,000 open deals and the room of a deal with 1,000 entries, as the web role, for a viewer who sees half.

    python -m bench.board [deals] [seconds]

`deals` open deals are the viewer's, as many again are not; every one has a stage history, a tenth have a committee. The
bars: board, time view, the room of the fullest deal and a page of its timeline within 200 ms for 95 of 100 requests. The
reference beside them is the page of health of the same server in the same run.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from bench._ground import HALF, OTHER, ROUNDS, Ground, _accounts, _serving, _session, copy, database, measure

BAR = 200.0
ENTRIES = 1_000
ROLES, SEATS = ("CFO", "CIO", "Nurse Manager"), 6
STAGES = ("O1", "O2", "O3", "O4", "O5", "O6", "O7", "O8")


def deals(count: int, units: list[Any], now: datetime, owners: list[Any], places: tuple[str, ...]) -> Iterator[Any]:
    """Open deals with the units of `places`, over all stages, opened within the last 200 days."""
    from rounds.models import Opportunity
    from rounds.models.flow.active import active

    book, chance = active().playbook.stages, random.Random(7)
    ours = [unit for unit in units if unit.state in places]
    for n in range(count):
        unit, stage, days = ours[n % len(ours)], STAGES[n % len(STAGES)], chance.randrange(1, 200)
        amount = chance.randrange(50, 900) * 100_000
        yield Opportunity(
            name=f"{unit.name}, programme {n}", account=unit, buying_unit=unit, owner=owners[n % len(owners)], territory=unit.territory, stage=stage,
            process=book.process_of(stage), stage_since=now - timedelta(days=days // 3), process_since=now - timedelta(days=days // 2),
            amount_cents=amount, amount_company_cents=amount, opened_at=now - timedelta(days=days), close_on=(now + timedelta(days=chance.randrange(10, 300))).date(),
            next_step="" if n % 4 == 0 else "Workshop", updated_at=now, at=now, by_name="bench",
        )  # fmt: skip


def entries(deal: Any, count: int, contact: UUID, now: datetime) -> tuple[list[Any], list[Any]]:
    """Half events, half activities of one deal, an hour apart."""
    from rounds.kit.ids import new_id
    from rounds.models import Event, LeadActivity

    events, acts = [], []
    for n in range(count):
        when = now - timedelta(hours=n)
        if n % 2:
            acts.append(LeadActivity(account=deal.account, contact_id=contact, kind="call", happened_at=when, subject=f"Call {n}", at=when))
        else:
            changed = {"changed": {"next_step": ["", f"Step {n}"]}, "reason": ""}
            events.append(Event(id=new_id(), kind="opportunity.changed", account_id=deal.account_id, opportunity_id=deal.id, payload=changed, at=when))
    return events, acts


def fill(count: int) -> tuple[str, UUID]:
    """The rows; the viewer's session and the fullest deal."""
    from django.db import connection, transaction

    from rounds.jobs.demo.cast import build_cast
    from rounds.models import Account, Contact, DealContact, Event, LeadActivity, Opportunity, StageEntry

    now = datetime.now(UTC)
    with transaction.atomic():
        cast = build_cast(now)
        copy(Account, list(_accounts(2_000, now)))
        units = list(Account.objects.filter(is_unit=True))
        rows = [*deals(count, units, now, [cast.owner, cast.senior_ae], HALF), *deals(count, units, now, [cast.colleague], OTHER)]
        Opportunity.objects.bulk_create(rows, batch_size=1000)
        StageEntry.objects.bulk_create([StageEntry(opportunity=row, now=row.stage, process_now=row.process, way="opened", entered_at=row.opened_at,
                                                   at=row.opened_at) for row in rows], batch_size=1000)  # fmt: skip
        some = rows[::10]
        people = [Contact(account=row.account, buying_unit=row.account, name=f"Person {n} of {row.name[:20]}", role=ROLES[n % 3], owner=row.owner,
                          territory=row.territory, created_at=now, updated_at=now) for row in some for n in range(SEATS)]  # fmt: skip
        Contact.objects.bulk_create(people, batch_size=1000)
        DealContact.objects.bulk_create([DealContact(opportunity=row, contact=people[SEATS * place + n], roles=[ROLES[n % 3]], influence=n % 6,
                                                     updated_at=now, at=now) for place, row in enumerate(some) for n in range(SEATS)], batch_size=1000)  # fmt: skip
        events, acts = entries(rows[0], ENTRIES, people[0].id, now)
        Event.objects.bulk_create(events)
        LeadActivity.objects.bulk_create(acts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return _session(cast.owner), rows[0].id


def run(place: Ground, full: UUID, seconds: float) -> bool:
    """Each page with one client; True when every bar holds."""
    headers = {"Cookie": f"sessionid={place.session}"}
    kinds = (
        ("health (reference)", "/health/live/", None), ("board", "/opportunities/board/?f=", BAR),
        ("board, one owner", "/opportunities/board/?f=owner.is.me", BAR), ("time view", "/opportunities/time/?f=", BAR),
        ("deal room", f"/opportunities/{full}/", BAR), ("timeline", f"/opportunities/{full}/timeline/", BAR),
        ("gate", f"/opportunities/{full}/gate/?to=O2", BAR),
    )  # fmt: skip
    held, base = True, 0.0
    for name, address, bar in kinds:
        def request(n: int, address=address):
            return "GET", address, None

        measure(place.port, request, headers, clients=1, seconds=1.0, expect=200)
        found = measure(place.port, request, headers, clients=1, seconds=seconds, expect=200)
        base = base or found.p50
        word = "" if bar is None else "held" if found.p95 <= bar else "MISSED"
        held &= word != "MISSED"
        print(f"{name:20s} p50 {found.p50:7.1f} ms  p95 {found.p95:7.1f} ms  {found.p50 / base:6.1f} × health  {f'bar {bar:.0f} ms  {word}' if bar else ''}")
    return held


def main(count: int = 2_000, seconds: float = 5.0) -> bool:
    """Measure and print; True when every bar holds."""
    with database("board"):
        session, full = fill(count)
        print(f"{count:,} open deals of the viewer's, {count:,} of others; one with {ENTRIES:,} entries")
        with _serving(ROUNDS) as port:
            return run(Ground(port, "", session), full, seconds)


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
