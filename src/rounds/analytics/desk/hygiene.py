"""What is left undone, counted: by check, by rep, against some weeks ago (PLUS-24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Sum

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Account, Contact, HygieneCount, Lead, Opportunity, User
from rounds.models.deals import hygiene as of_deals
from rounds.models.flow.days import day_of
from rounds.models.leads.hygiene import undone
from rounds.playbook import Playbook
from rounds.playbook.shapes.tended import HygieneCheck

MODELS: dict[str, Any] = {"lead": Lead, "account": Account, "contact": Contact, "opportunity": Opportunity}
FIRST = {"contact": "name", "opportunity": "-amount_company_cents"}
"""Noun → what its first rows are ordered by; the others by their heat."""
KNOWN = of_deals.OF_DEALS


@dataclass(frozen=True)
class Found:
    """What one check found: how many rows, how many of them rest on an old verdict, how many there were before."""

    check: HygieneCheck
    rows: int
    stale: int
    before: int | None
    first: list[Any]


@dataclass(frozen=True)
class Rep:
    """One owner's rows: now, and by the day of the last counts."""

    owner: User | None
    rows: int
    before: int | None
    points: list[tuple[date, int]]


def rows_of(check: HygieneCheck, scope: Scope, at: datetime) -> QuerySet[Any]:
    """The rows of a check one may see."""
    return visible(MODELS[check.noun], scope).filter(undone(check, at))


def found(book: Playbook, scope: Scope, *, at: datetime, nouns: tuple[str, ...], first: int = 3) -> list[Found]:
    """Every check of `nouns`, the fullest first. Two queries a check."""
    before = _before(book, scope, at)
    told = []
    for check in book.hygiene.checks:
        if check.noun not in nouns:
            continue
        rows = rows_of(check, scope, at)
        old = Q(scored_at__lt=at - timedelta(days=book.hygiene.stale_after_days.value)) if check.noun in ("lead", "account") else Q(pk__in=[])
        counted = rows.aggregate(n=Count("pk"), stale=Count("pk", filter=old))
        some = list(rows.order_by(FIRST.get(check.noun, "-heat"), "id")[:first]) if counted["n"] else []
        told.append(Found(check, counted["n"], counted["stale"], None if before is None else before.get(code_of(check), 0), some))
    return sorted(told, key=lambda one: -one.rows)


def of_row(book: Playbook, scope: Scope, noun: str, key: UUID, *, at: datetime) -> list[HygieneCheck]:
    """What is left undone on the row `key` of `noun`, as far as one sees it, in the order of the playbook. One query."""
    checks = book.hygiene.of(noun)
    asked = {f"undone_{n}": ExpressionWrapper(undone(check, at), output_field=BooleanField()) for n, check in enumerate(checks)}
    found = visible(MODELS[noun], scope).filter(pk=key).annotate(**asked).values(*asked).first() or {}
    return [check for n, check in enumerate(checks) if found.get(f"undone_{n}")]


def code_of(check: HygieneCheck) -> str:
    """How a check is called among all nouns."""
    return f"{check.noun}.{check.check}"


def _before(book: Playbook, scope: Scope, at: datetime) -> dict[str, int] | None:
    """The counts of the last day that lies as far back as the trend looks; None where nothing was counted yet."""
    day = day_of(book, at) - timedelta(days=book.hygiene.trend_days.value)
    seen = visible(HygieneCount, scope)
    last = seen.filter(day__lte=day).order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return None
    return {row["check_code"]: row["n"] for row in seen.filter(day=last).order_by().values("check_code").annotate(n=Sum("rows"))}


def reps(book: Playbook, scope: Scope, *, at: datetime) -> list[Rep]:
    """Who has how much, and how it went: from the nightly counts. Two queries."""
    since = day_of(book, at) - timedelta(days=book.hygiene.trend_days.value)
    by_owner: dict[UUID | None, dict[date, int]] = {}
    counts = visible(HygieneCount, scope).filter(day__gte=since).order_by().values("owner_id", "day").annotate(n=Sum("rows"))
    for row in counts:
        by_owner.setdefault(row["owner_id"], {})[row["day"]] = row["n"]
    people = {person.id: person for person in User.objects.filter(pk__in=[key for key in by_owner if key])}
    told = []
    for owner, days in by_owner.items():
        points = sorted(days.items())
        told.append(Rep(people.get(owner), points[-1][1], points[0][1] if len(points) > 1 else None, points))
    return sorted(told, key=lambda rep: (-rep.rows, rep.owner.name if rep.owner else ""))


def counts(book: Playbook, *, at: datetime) -> list[tuple[UUID | None, UUID | None, str, str, int]]:
    """(owner, team, territory, check, rows) of everything, for the nightly count; with whole sight."""
    told = []
    for check in book.hygiene.checks:
        rows = MODELS[check.noun].objects.filter(undone(check, at)).order_by().values("owner_id", "owner__team_id").annotate(n=Count("pk"))
        told += [(row["owner_id"], row["owner__team_id"], "", code_of(check), row["n"]) for row in rows]
    return told
