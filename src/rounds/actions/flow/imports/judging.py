"""Verdicts on thousands of leads: the same rules as for one. Leads about which the same is known are judged once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.leads.scoring import judge, scored
from rounds.kit.written import as_json
from rounds.models import Account
from rounds.models.facts import answers_of, facts_of_account, with_given
from rounds.models.flow.active import Active

COLUMNS = (
    "fit_grade", "fit_rate", "fit_known", "completeness", "score_total", "score_low", "score_high", "intent", "band",
    "band_provisional", "quick_total", "quick_band", "driving_band", "lifecycle", "territory", "segment", "owner_role",
)  # fmt: skip
RECORDED = (
    "model", "total", "band", "provisional", "fit_grade", "fit_rate", "completeness", "low", "high", "intent", "categories",
    "points", "levels", "lines", "missing", "facts",
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
class Verdict:
    """The columns of the lead, the two score records (values of RECORDED, JSON as text), the payload of lead.scored."""

    columns: tuple[Any, ...]
    records: tuple[tuple[Any, ...], ...]
    payload: dict[str, Any]
    hops: list[dict[str, Any]]


class Judge:
    """Judges drafts of leads that are not written yet, under the whole sight: what a score says hangs on nobody's eyes."""

    def __init__(self, now: Active, at: datetime) -> None:
        self.now, self.at = now, at
        self.known: dict[tuple, Verdict] = {}
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
        everything = [*heard, *(("lead_fit", criterion, level) for criterion, level in answers.items())]
        found = judge(draft, self.now, facts=with_given(dict(base), draft), answers=everything, acts=(), at=self.at)
        records = tuple(_record(model, score, given) for model, score, given in found)
        hops = [{"step": "match", "outcome": row.name if row else "no account found", "ms": 0},
                {"step": "score", "outcome": f"{draft.score_total}, {draft.band}", "ms": 0},
                {"step": "territory", "outcome": draft.territory or "queue", "ms": 0},
                {"step": "segment", "outcome": draft.segment or "none", "ms": 0},
                {"step": "role", "outcome": draft.owner_role or "no human owner", "ms": 0}]  # fmt: skip
        return Verdict(tuple(getattr(draft, name) for name in COLUMNS), records, scored(found[0][1], (None, ""), "imported"), hops)


def _record(model: str, score: Any, given: dict[str, Any]) -> tuple[Any, ...]:
    return (
        model, score.total, score.band or "", score.provisional, (score.fit.grade or "") if score.fit else "",
        score.fit.rate if score.fit else None, score.completeness, score.low, score.high, score.intent,
        *(as_json(part) for part in (score.categories, score.points, score.levels, score.lines, score.missing)), _given(given),
    )  # fmt: skip


def _listed(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


_given = json.JSONEncoder(default=_listed).encode
