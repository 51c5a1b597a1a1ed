"""The dashboards over 100,000 deals, as the web role, with row security on: what an executive, a manager and a rep wait for.

    python -m bench.dashboards [deals] [seconds]

Half of the deals are open, the others were won or lost in the last two years; every one has a stage history and six rows of how
it stood on past days, every second one a lead; quotas, customers and their terms are there. The bar: the
figures of the executive's dashboard within 500 ms for 95 of 100 requests; the next deal of inspection within 150 ms. What is
drawn below the figures comes in a request of its own and has no bar. The reference beside them is the page of health of the
same server in the same run.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from bench._company import past
from bench._ground import HALF, OTHER, ROUNDS, _accounts, _serving, _session, copy, database, measure
from bench.board import deals

BAR, NEXT = 500.0, 150.0
WON = 0.3


def closed(rows: list[Any], now: datetime) -> None:
    """Every second deal was decided some day of the last two years."""
    chance = random.Random(11)
    for row in rows[::2]:
        row.closed_at = now - timedelta(days=chance.randrange(1, 730))
        row.opened_at = row.closed_at - timedelta(days=chance.randrange(60, 400))
        row.stage = "O9" if chance.random() < WON else "O10"


def fill(count: int) -> tuple[dict[str, str], str]:
    """The rows; a session for each viewer, and the address of a deal under inspection."""
    from django.db import connection, transaction

    from rounds.jobs.demo.cast import build_cast
    from rounds.models import Account, Opportunity, StageEntry

    now = datetime.now(UTC)
    with transaction.atomic():
        cast = build_cast(now)
        copy(Account, list(_accounts(2_000, now)))
        units = list(Account.objects.filter(is_unit=True))
        rows = [*deals(count // 2, units, now, [cast.owner, cast.senior_ae], HALF), *deals(count - count // 2, units, now, [cast.colleague], OTHER)]
        closed(rows, now)
        copy(Opportunity, ({field.attname: getattr(row, field.attname) for field in Opportunity._meta.concrete_fields} for row in rows))
        copy(StageEntry, ({"opportunity_id": row.pk, "now": code, "process_now": row.process, "way": way, "entered_at": when, "at": when}
                          for row in rows for code, way, when in (("O1", "opened", row.opened_at), (row.stage, "forward", row.closed_at or row.stage_since))))  # fmt: skip
        past(rows, [cast.owner, cast.senior_ae, cast.colleague], now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    mine = next(row for row in rows if row.closed_at is None)
    return {"executive": _session(cast.executive), "manager": _session(cast.manager), "rep": _session(cast.owner)}, f"/inspection/{mine.pk}/"


def run(port: int, sessions: dict[str, str], deal: str, seconds: float) -> bool:
    """Each page with one client; True when every bar holds."""
    kinds = (("health (reference)", "executive", "/health/live/", None), ("executive, figures", "executive", "/dashboards/executive/", BAR), ("executive, drawn", "executive", "/dashboards/executive/pictures/", None),
             ("manager, figures", "manager", "/dashboards/manager/", None), ("rep, figures", "rep", "/dashboards/rep/", None), ("scorecard", "executive", "/scorecard/", None),
             ("inspection", "manager", "/inspection/", None), ("inspection, next", "manager", deal, NEXT))  # fmt: skip
    held, base = True, 0.0
    for name, who, address, bar in kinds:
        headers = {"Cookie": f"sessionid={sessions[who]}"}

        def request(n: int, address=address):
            return "GET", address, None

        measure(port, request, headers, clients=1, seconds=0.1, expect=200)
        found = measure(port, request, headers, clients=1, seconds=seconds, expect=200)
        base = base or found.p50
        word = "" if bar is None else "held" if found.p95 <= bar else "MISSED"
        held &= word != "MISSED"
        print(f"{name:20s} p50 {found.p50:7.1f} ms  p95 {found.p95:7.1f} ms  {found.p50 / base:6.1f} × health  {f'bar {bar:.0f} ms  {word}' if bar else ''}", flush=True)
    return held


def main(count: int = 100_000, seconds: float = 10.0) -> bool:
    """Measure and print; True when every bar holds."""
    with database("dashboards"):
        sessions, deal = fill(count)
        print(f"{count:,} deals, half of them open", flush=True)
        with _serving(ROUNDS) as port:
            return run(port, sessions, deal, seconds)


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
