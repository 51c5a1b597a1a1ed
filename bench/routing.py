"""Routing 10,000 leads to 30 people with mixed leave: fair, whole, explained, never twice; and how fast.

    python -m bench.routing [leads]

Beside the leads a second of `route_many` stands the same run's bare insert of the same leads. The best peer routes 24 a second.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from bench._ground import copy, database, sellers

BAR, PEER = 2_000, 24
FAIR = 1.2


def fill(leads: int) -> None:
    """The cast, thirty sellers of whom every sixth is away, and unowned leads in every place, band and segment."""
    from rounds.actions.people import absences
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.models import User

    at = datetime.now(UTC)
    cast = build_cast(at)
    User.objects.filter(pk__in=[cast.owner.pk, cast.senior_ae.pk, cast.inside.pk, cast.colleague.pk]).update(team=None)
    people = sellers(at)
    for person in people[::6]:
        absences.go_away(person, at.date() - timedelta(days=1), at.date() + timedelta(days=9), by=SYSTEM_ACTOR, at=at)
    began = time.perf_counter()
    insert(leads, at)
    print(f"{leads:,} leads inserted bare in {time.perf_counter() - began:.2f} s ({leads / (time.perf_counter() - began):,.0f}/s)")


def insert(count: int, at: datetime) -> None:
    from rounds.kit.ids import new_id
    from rounds.models import Lead

    bands, places = ("hot", "warm", "warm", "cold", "cold", "cold"), ("Northeast", "Southeast", "Midwest", "Southwest", "West")
    sizes = ("enterprise", "mid_market", "growth")
    copy(Lead, ({
        "id": new_id(), "name": f"Lead {n}", "email": f"p{n}@org.example", "territory": places[n % 5], "segment": sizes[n // 5 % 3],
        "driving_band": bands[n // 15 % 6], "band": bands[n // 15 % 6], "score_total": n % 100, "captured_at": at, "updated_at": at,
    } for n in range(count)))  # fmt: skip


def route(keys: list[Any], found: list[Any]) -> None:
    """One worker: everything it was handed, in chunks as an import does it."""
    from django.db import connection

    from rounds.access.sight import EVERYTHING, sight
    from rounds.actions.leads import routing
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.models import Lead

    try:
        for start in range(0, len(keys), 2_000):
            with sight(EVERYTHING):
                chunk = list(Lead.objects.filter(pk__in=keys[start : start + 2_000]).order_by("id"))
                found += [(row.lead_id, row.owner_id) for row in routing.route_many(chunk, by=SYSTEM_ACTOR, at=datetime.now(UTC))]
    finally:
        connection.close()


def run(leads: int) -> bool:
    """Two workers at the same leads at once; then the checks."""
    from rounds.models import Assignment, Lead, User

    fill(leads)
    keys = list(Lead.objects.order_by("id").values_list("id", flat=True))
    one, other = [], []
    began, computed = time.perf_counter(), time.process_time()
    route(keys[: leads // 2], one)
    alone, computed = leads // 2 / (time.perf_counter() - began), time.process_time() - computed
    # The other half by two workers at once, who are handed the same leads from both ends.
    half = keys[leads // 2 :]
    workers = [threading.Thread(target=route, args=(half, one)), threading.Thread(target=route, args=(half[::-1], other))]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spent = time.perf_counter() - began
    twice = [key for key, many in Counter(key for key, _ in [*one, *other]).items() if many > 1]
    unrouted = Lead.objects.filter(owner=None, queue="").count()
    silent = Assignment.objects.filter(reason="").count()
    held = alone >= BAR and not twice and not unrouted and not silent
    print(f"route_many: {alone:,.0f} leads/s alone (bar {BAR:,}, peer {PEER}), {len(half) / spent:,.0f}/s by two at the same leads;"
          f" {computed / (leads // 2) * 1e6:,.0f} µs of this process a lead;"
          f" given twice {len(twice)}, unrouted {unrouted}, without a reason {silent}")  # fmt: skip
    worst = 1.0
    away = set(User.objects.filter(absences__isnull=False).values_list("id", flat=True))
    loads: dict[Any, list[int]] = {}
    weights = {"hot": 3, "warm": 2, "cold": 1}
    for user in User.objects.filter(email__endswith="@bench.example").exclude(pk__in=away):
        load = sum(weights[band] for band in Lead.objects.filter(owner=user).values_list("driving_band", flat=True))
        loads.setdefault((user.team_id, user.role, tuple(user.territories)), []).append(load)
    for people in loads.values():
        if len(people) > 1 and min(people):
            worst = max(worst, max(people) / min(people))
    gone = Lead.objects.filter(owner__in=away).count()
    print(f"fairness: the fullest {worst:.3f} times the emptiest of its pool (bar {FAIR}); given to somebody away: {gone};"
          f" in a queue: {Lead.objects.filter(owner=None).count():,}")  # fmt: skip
    return held and worst <= FAIR and not gone


def main(leads: int = 10_000) -> bool:
    """Measure and print; True when every bar holds."""
    with database("routing"):
        return run(leads)


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
