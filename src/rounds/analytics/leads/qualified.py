"""What qualification comes to: the matrix of band and sheet, the pass rate on history, what overrides came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Lead, Opportunity, QualificationAnswer, QualificationPass
from rounds.playbook import Playbook, with_set
from rounds.rules.qualification import columns

STATES = ("met", "at_risk", "not_met", "unknown")


def override_of(lead: Lead) -> QualificationPass | None:
    """The override that qualified a lead, if one did."""
    last = QualificationPass.objects.filter(lead=lead).order_by("-at", "-id").first()
    return last if last is not None and last.way == "override" else None


def matrix(leads: QuerySet[Lead]) -> dict[tuple[str, str], int]:
    """(band, state of BANT) → how many of `leads`. One query."""
    rows = leads.order_by().values_list("band", "bant").annotate(n=Count("pk"))
    return {(band, bant): n for band, bant, n in rows}


@dataclass(frozen=True)
class PassRate:
    """How many of the leads with a sheet a reading lets through."""

    reading: str
    title: str
    passed: int
    of: int

    @property
    def rate(self) -> float | None:
        return self.passed / self.of if self.of else None


def pass_rates(scope: Scope, book: Playbook, *, at: datetime) -> list[PassRate]:
    """The share of leads whose sheet was filled that each reading of the playbook qualifies, answers as they were said
    (none too old): what the playbook expects on history, beside the seed's 30 % (PLUS-21)."""
    items = list(book.qualification.items)
    rows: dict[Any, dict[str, str]] = {}
    said = QualificationAnswer.objects.filter(lead__in=visible(Lead, scope).values("id"), at__lte=at).order_by("at", "id")
    for lead, item, answer in said.values_list("lead_id", "item", "answer").iterator():
        rows.setdefault(lead, {})[item] = answer
    return [PassRate(name, reading.title, _passed(with_set(book, {"qual.rules": name}), items, list(rows.values())), len(rows))
            for name, reading in book.qualification.readings.items()]  # fmt: skip


def _passed(book: Playbook, items: list[str], rows: list[dict[str, str]]) -> int:
    if not rows:
        return 0
    import ibis

    schema = ibis.schema(dict.fromkeys(items, "string"))
    table = ibis.memtable([tuple(row.get(item) for item in items) for row in rows], schema=schema)
    return int(ibis.duckdb.connect().execute(columns(book, table).qualified.sum()) or 0)


@dataclass(frozen=True)
class Ways:
    """Of the leads that passed one way: how many, how many became a deal."""

    way: str
    passed: int
    converted: int


def ways(scope: Scope) -> list[Ways]:
    """The gate beside the override: what became of those who passed each way (QUAL-13). Wins follow with the deals."""
    seen = QualificationPass.objects.filter(lead__in=visible(Lead, scope).values("id"))
    dealt = Opportunity.objects.exclude(lead=None).values("lead_id")
    counted = seen.order_by().values("way").annotate(n=Count("lead", distinct=True), c=Count("lead", distinct=True, filter=Q(lead__in=dealt)))
    found = {row["way"]: Ways(row["way"], row["n"], row["c"]) for row in counted}
    return [found.get(way, Ways(way, 0, 0)) for way in ("gate", "override")]
