"""What if: the records of today under another playbook, before anything is published (LEAD-23).

Every stored verdict keeps what the rule was given, so the other playbook is asked the same question again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from rounds.kit.clock import now
from rounds.models import Account, Lead, LeadActivity, ScoreRecord
from rounds.models.facts import SIGNALS
from rounds.models.leads.leads import CLOSED
from rounds.playbook import Playbook
from rounds.rules import heat
from rounds.rules.facts import WrongFact
from rounds.rules.scoring import Score, scorer
from rounds.rules.scoring import score as score_with
from rounds.rules.tiers import tier

BANDS = ("hot", "warm", "cold", "unqualified")


@dataclass(frozen=True, slots=True)
class Moved:
    """One record whose verdict changes. `because` names the criteria that moved, the largest first."""

    kind: str
    id: UUID
    name: str
    organization: str
    owner: str
    before: str
    after: str
    score_before: int
    score_after: int
    because: list[tuple[str, int]]
    provisional_before: bool = False
    provisional_after: bool = False


@dataclass
class Comparison:
    """Bands of leads and tiers of buying units under two playbooks. `bands[before][after]` counts leads."""

    leads: int = 0
    units: int = 0
    bands: dict[str, Counter] = field(default_factory=lambda: {band: Counter() for band in BANDS})
    tiers: dict[int, Counter] = field(default_factory=lambda: {number: Counter() for number in (1, 2, 3, 0)})
    moved: list[Moved] = field(default_factory=list)
    unread: int = 0

    @property
    def leads_moved(self) -> list[Moved]:
        return [m for m in self.moved if m.kind == "lead"]

    @property
    def units_moved(self) -> list[Moved]:
        return [m for m in self.moved if m.kind == "account"]

    @property
    def rise(self) -> int:
        return sum(BANDS.index(m.after) < BANDS.index(m.before) for m in self.leads_moved)

    @property
    def fall(self) -> int:
        return len(self.leads_moved) - self.rise

    def says(self) -> str:
        """The comparison in one sentence."""
        return (
            f"{len(self.leads_moved):,} of {self.leads:,} open leads change band ({self.rise:,} rise, {self.fall:,} fall); "
            f"{len(self.units_moved):,} of {self.units:,} buying units change tier. Nothing is written until you publish."
        )

    def plain(self) -> dict[str, Any]:
        """The comparison as data, for `--json` and the API."""
        return {
            "leads": self.leads, "units": self.units, "rise": self.rise, "fall": self.fall, "unread": self.unread,
            "bands": {before: dict(after) for before, after in self.bands.items()},
            "tiers": {before: dict(after) for before, after in self.tiers.items()},
            "moved": [{name: getattr(m, name) for name in Moved.__slots__} for m in self.moved],
        }  # fmt: skip


def compare(ours: Playbook, theirs: Playbook) -> Comparison:
    """Ask `theirs` what `ours` was asked, for every open lead and buying unit the running sight shows.

    Reads the newest verdict of each record; writes nothing. A record whose facts `theirs` cannot read (a level that
    is gone) counts as unread and keeps its place.
    """
    found = Comparison()
    _leads(ours, theirs, found)
    _units(ours, theirs, found)
    return found


def _newest(subject: str, model: str) -> Subquery:
    return Subquery(
        ScoreRecord.objects.filter(**{subject: OuterRef("pk")}, model=model).order_by("-at", "-id").values("facts")[:1]
    )


def _leads(ours: Playbook, theirs: Playbook, found: Comparison) -> None:
    rows = Lead.objects.exclude(status__in=CLOSED).annotate(given=_newest("lead", "lead_fit"))
    rows = rows.values_list("id", "name", "organization", "owner__name", "given", "account_id", "buying_unit_id")
    us, them = scorer(ours, "lead_fit"), scorer(theirs, "lead_fit")
    acts, at = _acts(ours, theirs), now()
    for key, name, organization, owner, given, *places in rows.iterator(chunk_size=2000):
        found.leads += 1
        pair = _both(us, them, given or {}, found)
        if pair is None:
            continue
        was, becomes = (
            heat.graded(book, model, score, heat.heat(book, [act for one in {key, *places} for act in acts.get(one, ())], at, score.total))
            for book, model, score in zip((ours, theirs), (us, them), pair, strict=True)
        )
        found.bands[was.band or "unqualified"][becomes.band or "unqualified"] += 1
        if was.band != becomes.band:
            found.moved.append(
                Moved("lead", key, name, organization, owner or "", was.band, becomes.band, was.total, becomes.total,
                      _because(was, becomes), was.provisional, becomes.provisional)
            )  # fmt: skip


def _acts(*books: Playbook) -> dict[UUID, list[tuple[str, datetime]]]:
    """What happened with each lead and what became new about each account, where one of the playbooks lets acts move the
    band (C-03); else nothing."""
    found: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    days = max((heat.reach(book) for book in books if book.heat.mode == "boost"), default=0)
    if days:
        rows = LeadActivity.objects.filter(withdrawn_at=None, machine="", happened_at__gt=now() - timedelta(days=days))
        for lead, kind, when in rows.exclude(lead=None).values_list("lead_id", "kind", "happened_at").iterator():
            found[lead].append((kind, when))
        for account, kind, when in rows.filter(lead=None, kind__in=SIGNALS).values_list("account_id", "kind", "happened_at"):
            found[account].append((kind, when))
    return found


def _both(us, them, given: dict[str, Any], found: Comparison) -> tuple[Score, Score] | None:
    try:
        return score_with(us, given), score_with(them, given)
    except WrongFact:
        found.unread += 1
        return None


def _because(was: Score, becomes: Score) -> list[tuple[str, int]]:
    names = {**was.points, **becomes.points}
    changes = [(name.replace("_", " "), (becomes.points.get(name) or 0) - (was.points.get(name) or 0)) for name in names]
    return sorted((c for c in changes if c[1]), key=lambda c: -abs(c[1]))


def _units(ours: Playbook, theirs: Playbook, found: Comparison) -> None:
    rows = Account.objects.filter(is_unit=True, status="open").annotate(given=_newest("account", "abm_account"))
    rows = rows.values_list("id", "name", "owner__name", "given", "custom", "tier_stage", "tier")
    us, them = scorer(ours, "abm_account"), scorer(theirs, "abm_account")
    for key, name, owner, given, custom, stage, kept in rows.iterator(chunk_size=2000):
        found.units += 1
        if stage == "override":
            found.tiers[kept or 0][kept or 0] += 1
            continue
        pair = _both(us, them, given or {}, found)
        if pair is None:
            continue
        gates = (custom or {}).get("gates", {})
        before, after = (_tier(book, s, given or {}, gates) for book, s in zip((ours, theirs), pair, strict=True))
        found.tiers[before][after] += 1
        if before != after:
            found.moved.append(
                Moved("account", key, name, "", owner or "", str(before), str(after), pair[0].total, pair[1].total,
                      _because(*pair))
            )  # fmt: skip


def _tier(book: Playbook, score: Score, facts: dict[str, Any], gates: dict[str, bool]) -> int:
    given = {**facts, "score": score.total, "score_rate": score.fit.rate, "completeness": score.completeness}
    return tier(book, {**{k: v for k, v in given.items() if v is not None}, "gates": gates}).tier or 0
