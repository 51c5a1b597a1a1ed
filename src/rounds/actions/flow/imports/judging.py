"""Verdicts on thousands of leads: the same rules as for one. Leads about which the same is known are judged once, and those
whose criteria stand at the same levels share all but the words and the facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.leads.scoring import MODELS, judge, scored
from rounds.kit.written import as_json
from rounds.models import Account
from rounds.models.facts import answers_of, facts_of_account, with_given
from rounds.models.flow.active import Active
from rounds.models.whole import Lines
from rounds.rules.given import given_for
from rounds.rules.routing.segment import segment
from rounds.rules.scoring import Scorer, scorer
from rounds.rules.scoring.alike import Reader, key_of
from rounds.rules.scoring.score import Reading

COLUMNS = (
    "fit_grade", "fit_rate", "fit_known", "completeness", "score_total", "score_low", "score_high", "intent", "band",
    "band_provisional", "quick_total", "quick_band", "driving_band", "lifecycle", "territory", "segment", "owner_role",
)  # fmt: skip
RECORDED = (
    "model", "total", "band", "provisional", "fit_grade", "fit_rate", "completeness", "low", "high", "intent", "categories",
    "missing", "lines", "facts",
)  # fmt: skip
"""Columns of a score record that are the same for everybody judged alike."""
MOST_KEPT = 20_000


@dataclass
class Draft:
    """What `judge` reads of a lead and writes on it; no row."""

    account_id: UUID | None
    account: Account | None
    buying_unit: Account | None
    state: str
    source: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What leads share whose criteria stand at the same levels, in the same place: the columns of the lead, the score
    records but for lines and facts, the payload of lead.scored, the hops after the first."""

    columns: tuple[Any, ...]
    records: tuple[tuple[Any, ...], ...]
    scored: dict[str, Any]
    hops: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict: its shape, the two score records (values of RECORDED, JSON as text), the account it was matched with."""

    shape: Shape
    records: tuple[tuple[Any, ...], ...]
    matched: str

    @property
    def columns(self) -> tuple[Any, ...]:
        return self.shape.columns


class Judge:
    """Judges drafts of leads that are not written yet, under the whole sight: what a score says hangs on nobody's eyes."""

    def __init__(self, now: Active, at: datetime) -> None:
        self.now, self.at = now, at
        self.readers = [Reader(scorer(now.playbook, model)) for model in MODELS]
        self.known: dict[tuple, Verdict] = {}
        self.shapes: dict[tuple, Shape] = {}
        self.lines: dict[tuple, str] = {}
        self.accounts: dict[UUID, tuple[Account, dict[str, Any], list[tuple[str, str, str]]]] = {}

    def meet(self, accounts: Iterable[UUID | None]) -> None:
        """Read the accounts the next drafts belong to, with their units and what people answered of them."""
        wanted = {key for key in accounts if key is not None} - self.accounts.keys()
        if len(self.accounts) > MOST_KEPT:
            self.accounts.clear()
        if not wanted:
            return
        with sight(EVERYTHING):
            rows = list(Account.objects.select_related("buying_unit").filter(pk__in=wanted))
            answers = answers_of(rows, self.at)
            for row in rows:
                self.accounts[row.id] = (row, facts_of_account(row), answers.get(row.id, []))

    def unit_of(self, account: UUID | None) -> UUID | None:
        """The buying unit of an account that was met."""
        return self.accounts[account][0].buying_unit_id if account in self.accounts else None

    def state_of(self, account: UUID | None) -> str:
        return self.accounts[account][0].state if account in self.accounts else ""

    def verdict(self, account: UUID | None, state: str, source: str, facts: dict[str, Any], answers: dict[str, str]) -> Verdict:
        """The verdict on a lead with which nothing has happened yet; `facts` and `answers` were given with it."""
        key = (account, state, source, as_json([facts, answers]) if facts or answers else "")
        found = self.known.get(key)
        if found is None:
            if len(self.known) > MOST_KEPT:
                self.known.clear()
            found = self.known[key] = self._judged(account, state, source, facts, answers)
        return found

    def _judged(self, account: UUID | None, state: str, source: str, facts: dict[str, Any], answers: dict[str, str]) -> Verdict:
        row, base, heard = self.accounts.get(account, (None, {}, []))
        draft = Draft(account if row else None, row, row.buying_unit if row else None, state, source, facts)
        everything = [*heard, *(("lead_fit", criterion, level) for criterion, level in answers.items())] if answers else heard
        known = with_given(dict(base), draft)
        given = [given_for(self.now.playbook, model, known, everything) for model in MODELS]
        read = [reader(one) for reader, one in zip(self.readers, given, strict=True)]
        key = (*map(key_of, read), self._place(draft, known))
        shape = self.shapes.get(key)
        if shape is None:
            if len(self.shapes) > MOST_KEPT:
                self.shapes.clear()
            shape = self.shapes[key] = self._shape(draft, known, everything)
        told = [_given(given[0])]
        told.append(told[0] if given[1] == given[0] else _given(given[1]))
        records = tuple([
            (*record, self._lines(reader.model, readings), said)
            for record, reader, readings, said in zip(shape.records, self.readers, read, told, strict=True)
        ])  # fmt: skip
        return Verdict(shape, records, row.name if row else "no account found")

    def _place(self, draft: Draft, facts: dict[str, Any]) -> tuple[Any, ...]:
        """What `place` reads of a draft besides its band, the segment as what it makes of the figures."""
        unit = draft.buying_unit
        programme = unit.programme if unit is not None else None
        size = segment(self.now.playbook, facts.get("beds"), facts.get("deal_potential_usd"), programme).segment
        return (unit.territory if unit is not None else "", facts.get("state"), programme, size)

    def _shape(self, draft: Draft, facts: dict[str, Any], answers: list[tuple[str, str, str]]) -> Shape:
        found = judge(draft, self.now, facts=facts, answers=answers, acts=(), at=self.at)
        hops = [{"step": "score", "outcome": f"{draft.score_total}, {draft.band}", "ms": 0},
                {"step": "territory", "outcome": draft.territory or "queue", "ms": 0},
                {"step": "segment", "outcome": draft.segment or "none", "ms": 0},
                {"step": "role", "outcome": draft.owner_role or "no human owner", "ms": 0}]  # fmt: skip
        records = tuple(_record(model, score) for model, score, _ in found)
        return Shape(tuple(getattr(draft, name) for name in COLUMNS), records, scored(found[0][1], (None, ""), "imported"), hops)

    def _lines(self, model: Scorer, readings: Sequence[Reading]) -> str:
        """The lines of a verdict as they are stored. Each that was said before is not written out again."""
        said, parts = self.lines, []
        for line, reading in zip(model.lines, readings, strict=True):
            part = said.get((line.source, line.code, reading))
            if part is None:
                if len(said) > MOST_KEPT:
                    said.clear()
                level, points, why = reading
                told = {"what": line.code, "level": level, "points": line.unknown_points if points is None else points, "why": why, "source": line.source}
                part = said[line.source, line.code, reading] = as_json(Lines.one(told))
            parts.append(part)
        return f"[{','.join(parts)}]"


def _record(model: str, score: Any) -> tuple[Any, ...]:
    return (
        model, score.total, score.band or "", score.provisional, (score.fit.grade or "") if score.fit else "",
        score.fit.rate if score.fit else None, score.completeness, score.low, score.high, score.intent,
        as_json(score.categories), as_json(score.missing),
    )  # fmt: skip


def _listed(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


_given = json.JSONEncoder(default=_listed).encode
