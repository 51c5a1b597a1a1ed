"""Today in numbers: leads that wait, scores that moved, windows that open, good fits nobody talks to, best questions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Max, Min, Q, QuerySet, Sum, When

from rounds.access import fields
from rounds.access.roles import sells
from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Account, Event, Lead, ScoreRecord, User
from rounds.models.leads.listing import answered_q
from rounds.models.market.listing import BANDS, whitespace_q
from rounds.playbook import Playbook
from rounds.rules import budget
from rounds.rules.scoring import scorer
from rounds.rules.scoring.score import Question, question

OUTSIDE = ("federal", "psychiatric")
"""Programmes with queues of their own (PLUS-09): not part of anybody's day here."""
GONE = ("Disqualified", "Converted")
CANDIDATES = 60
"""Units whose open questions are compared: the viewer's own first, then by potential."""
MOST_EVENTS = 400
RANKS = {band: rank for rank, (band, _) in enumerate(BANDS)}
"""Bands from the best, 0, to the last."""


@dataclass(frozen=True)
class Waiting:
    """New leads nobody has answered yet. `oldest`: the longest-waiting hand-raise, or lead where none raised a hand."""

    rows: list[Lead]
    total: int
    raised: int
    oldest: datetime | None


@dataclass(frozen=True)
class Moved:
    """A lead whose score is another than it was: where from, where to, and what did it."""

    lead: Lead
    before: int
    after: int
    band_before: str
    band_after: str
    cause: str
    at: datetime

    @property
    def crossed(self) -> bool:
        return self.band_before != self.band_after

    @property
    def settled(self) -> bool:
        """Whether the band only ceased to be provisional: it moved against the score."""
        return _settled(self.before, self.after, self.band_before, self.band_after)

    @property
    def gain(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Market:
    """The units in sight: windows that open soon, and whitespace. Money in cents, None where nothing is known.

    `scored_at`: the newest verdict in sight, of a unit or a lead.
    """

    units: int
    mine: int
    soon: int
    soon_mine: int
    soon_cents: int | None
    white: int
    white_cents: int | None
    white_soon: int
    scored_at: datetime | None


@dataclass(frozen=True)
class Asking:
    """The best open question of one unit, and whether a good answer could lift its band."""

    unit: Account
    question: Question
    reaches: int


def whose(user: User) -> Q:
    """The leads of a person's day: a rep's own and those nobody owns; the team's, or all, for those who lead."""
    return Q(owner=user) | Q(owner=None) if sells(user) else Q()


def waiting(scope: Scope, user: User, *, most: int = 8) -> Waiting:
    """New leads without an answer: hand-raises first (PLUS-20), then by heat (PLUS-04), then by score. Two queries."""
    rows = visible(Lead, scope).filter(whose(user), answered_q("is", ["no"], None), status="New")
    raised = Q(hand_raise=True)
    found = rows.aggregate(
        total=Count("pk"), raised=Count("pk", filter=raised), oldest=Min("captured_at"),
        oldest_raised=Min("captured_at", filter=raised),
    )  # fmt: skip
    by_worth = ("-hand_raise", "-heat", F("score_total").desc(nulls_last=True), "captured_at", "pk")
    first = list(rows.select_related("account", "owner").order_by(*by_worth)[:most])
    return Waiting(first, found["total"], found["raised"], found["oldest_raised"] or found["oldest"])


def moved(scope: Scope, user: User, *, since: datetime, most: int = 6) -> list[Moved]:
    """Leads whose score is another than at `since`, those that crossed a band first; what a new playbook did comes
    last, because it is no news of the buyer. Two queries."""
    told = Event.objects.filter(kind="lead.scored", at__gt=since, lead_id__isnull=False).order_by("-at")[:MOST_EVENTS]
    runs: dict[Any, list[tuple[datetime, dict]]] = {}
    for lead, at, payload in told.values_list("lead_id", "at", "payload"):
        if payload.get("before") is not None:
            runs.setdefault(lead, []).append((at, payload))
    changed = {lead: _net(steps) for lead, steps in runs.items()}
    changed = {lead: net for lead, net in changed.items() if net["before"] != net["after"]}
    first = sorted(changed, key=lambda lead: _rank(changed[lead]))[: most * 8]
    rows = visible(Lead, scope).filter(whose(user), pk__in=first).exclude(status__in=GONE).select_related("account", "owner")
    seen = {row.pk: row for row in rows}
    return [Moved(seen[lead], **changed[lead]) for lead in first if lead in seen][:most]


def _net(steps: list[tuple[datetime, dict]]) -> dict[str, Any]:
    """From the first verdict to the last; the cause is that of the largest step. `steps` run from new to old."""
    (last_at, last), (_, first) = steps[0], steps[-1]
    largest = max((said for _, said in steps), key=lambda said: abs(said["after"] - said["before"]))
    return {"before": first["before"], "after": last["after"], "band_before": first.get("band_before") or "",
            "band_after": last["band_after"], "cause": largest["cause"], "at": last_at}  # fmt: skip


def _settled(before: int, after: int, band_before: str, band_after: str) -> bool:
    if band_before not in RANKS or band_after not in RANKS or band_before == band_after:
        return False
    return (after - before) * (RANKS[band_before] - RANKS[band_after]) < 0


def _rank(net: dict[str, Any]) -> tuple:
    ours = net["cause"].startswith("playbook")
    bands = net["band_before"], net["band_after"]
    crossed = bands[0] != bands[1] and not _settled(net["before"], net["after"], *bands)
    return ours, not crossed, -abs(net["after"] - net["before"]), -net["at"].timestamp()


def units(scope: Scope) -> QuerySet[Account]:
    """The open buying units in sight, less those with queues of their own."""
    return visible(Account, scope).filter(is_unit=True, status="open").exclude(programme__in=OUTSIDE)


def market(scope: Scope, user: User, book: Playbook, on: date) -> Market:
    """The figures of the market, and when a unit or a lead was scored last. Three queries: whitespace asks which
    playbook is active."""
    soon = Q(fye_month__in=budget.months_in(book, "soon", on))
    white, mine, cents = whitespace_q("is", ["yes"], None), Q(owner=user), "deal_potential_cents"
    found = units(scope).aggregate(
        units=Count("pk"), mine=Count("pk", filter=mine), soon=Count("pk", filter=soon),
        soon_mine=Count("pk", filter=soon & mine), soon_cents=Sum(cents, filter=soon), white=Count("pk", filter=white),
        white_cents=Sum(cents, filter=white), white_soon=Count("pk", filter=white & soon), scored_at=Max("scored_at"),
    )  # fmt: skip
    leads = visible(Lead, scope).aggregate(at=Max("scored_at"))["at"]
    return Market(**found | {"scored_at": max((at for at in (found["scored_at"], leads) if at), default=None)})


def opening(scope: Scope, user: User, book: Playbook, on: date, *, most: int = 5) -> list[Account]:
    """The units whose budget window opens soon, the viewer's own first, then the largest. One query."""
    rows = units(scope).filter(fye_month__in=budget.months_in(book, "soon", on))
    return list(_own_first(rows, user).select_related("owner")[:most])


def unspoken(scope: Scope, *, most: int = 3) -> list[Account]:
    """The largest good fits that nobody is talking to. Two queries."""
    rows = units(scope).filter(whitespace_q("is", ["yes"], None))
    return list(rows.order_by(F("deal_potential_cents").desc(nulls_last=True), "pk")[:most])


def asking(scope: Scope, user: User, book: Playbook, *, most: int = 5) -> list[Asking]:
    """The open questions that could change most, one a unit: by gain, then by potential. Two queries."""
    rows = _own_first(units(scope).filter(score_total__isnull=False, tier__gt=0), user)
    candidates = list(rows.select_related("owner")[:CANDIDATES])
    records = ScoreRecord.objects.filter(account_id__in=[unit.pk for unit in candidates], model="lead_fit")
    newest = records.order_by("account_id", "-at", "-pk").distinct("account_id")
    missing = dict(newest.values_list("account_id", "missing"))
    found, silent = [], fields.criteria(book, "lead_fit", scope.hidden)
    for unit in candidates:
        best = _best(book, [code for code in missing.get(unit.pk, ()) if code not in silent])
        if best is not None:
            found.append(Asking(unit, best, (unit.score_total or 0) + best.gain))
    found.sort(key=lambda one: (-one.question.gain, one.unit.owner_id != user.pk, -(one.unit.deal_potential_cents or 0)))
    return found[:most]


def _best(book: Playbook, missing: Collection[str]) -> Question | None:
    """The question that could add most among the criteria nobody has answered."""
    model = scorer(book, "lead_fit")
    place = next((place for place in model.asked if model.lines[place].code in missing), None)
    return None if place is None else question(model, place)


def _own_first(rows: QuerySet[Account], user: User) -> QuerySet[Account]:
    own = Case(When(owner=user, then=True), default=False, output_field=BooleanField())
    return rows.annotate(own=own).order_by("-own", F("deal_potential_cents").desc(nulls_last=True), "pk")


def lately(book: Playbook, at: datetime) -> datetime:
    """Since when something counts as news."""
    return at - timedelta(days=book.universe.freshness.news_days)
