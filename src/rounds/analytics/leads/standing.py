"""How one lead stands: both scores, what they rest on, and what they would be if something were otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.models import Answer, Lead, PlaybookVersion, ScoreRecord
from rounds.models.facts import facts_of_lead, said_of, standing_answers, warming, window_days
from rounds.models.flow.active import Active, PlaybookUnreadable, active, by_hash
from rounds.rules import heat
from rounds.rules.given import checked_level, given_for
from rounds.rules.heat import Heat
from rounds.rules.scoring import Fit, Score, Scorer, score, scorer
from rounds.rules.scoring.checklist import checklist
from rounds.rules.scoring.score import label_of, questions

TICKED = "checklist"
"""The `model` of answers that tick a characteristic of a band; their criterion is the item's code."""


@dataclass(frozen=True)
class Standing:
    """The verdicts on one lead as of now, by the playbook in force, and what they rest on."""

    now: Active
    facts: dict[str, Any]
    answers: list[Answer]
    score: Score
    quick: Score
    warmth: Heat

    @property
    def disagree(self) -> bool:
        """Whether the two models name different bands (CQS-11)."""
        return self.score.band != self.quick.band

    @property
    def answered(self) -> dict[str, Answer]:
        """Criterion → the answer that stands, of the 100-point model."""
        return {answer.criterion: answer for answer in self.answers if answer.model == "lead_fit"}


@dataclass(frozen=True)
class Recorded:
    """The verdict in the books: who or what caused it, when, and the playbook that gave it (X-1)."""

    record: ScoreRecord
    score: Score
    number: int | None
    model: Any


def standing(lead: Lead, *, at: datetime) -> Standing:
    """The lead's verdicts at `at`. Four queries: the playbook's number, the activities (twice), the answers."""
    now = active()
    facts = facts_of_lead(lead, at=at, window_days=window_days(now.playbook))
    answers = standing_answers(lead=lead, account=lead.account if lead.account_id else None, at=at)
    said = said_of(answers)
    base, quick = _score(now, "lead_fit", facts, said), _score(now, "crm_quick", facts, said)
    acts = warming(lead, at)
    warmth = heat.heat(now.playbook, acts.values_list("kind", "happened_at"), at, base.total)
    fit = heat.graded(now.playbook, scorer(now.playbook, "lead_fit"), base, warmth)
    return Standing(now, facts, answers, fit, quick, warmth)


def with_answers(held: Standing, levels: Mapping[str, str | None]) -> Score:
    """The 100-point score if these criteria were at these levels (None: not known). Writes nothing (LEAD-23).

    Raises WrongFact (422) naming a criterion or level the playbook does not know.
    """
    said = [one for one in said_of(held.answers) if one[1] not in levels]
    given = given_for(held.now.playbook, "lead_fit", held.facts, said)
    model = scorer(held.now.playbook, "lead_fit")
    unknown = []
    for criterion, level in levels.items():
        if level:
            given[criterion] = checked_level(held.now.playbook, "lead_fit", criterion, level)
        else:
            unknown.append(criterion)
    return heat.graded(held.now.playbook, model, score(model, _without(model, given, unknown)), held.warmth)


def _without(model: Any, given: dict[str, Any], criteria: list[str]) -> dict[str, Any]:
    """`given` without everything the named criteria read. A fact two criteria share goes for both."""
    gone = set(criteria)
    for line in model.lines:
        if line.code in criteria:
            gone |= {line.level_fact}
            gone |= {reading.fact for readings in line.criterion.readings.values() for reading in readings}
    return {name: value for name, value in given.items() if name not in gone}


def recorded(lead: Lead) -> Recorded | None:
    """The newest verdict in the books as it was written down, with the words of the playbook it was given with (of the
    one in force, where this version of Rounds cannot read that one)."""
    record = ScoreRecord.objects.filter(lead=lead, model="lead_fit").order_by("-at", "-id").first()
    if record is None:
        return None
    number = PlaybookVersion.objects.filter(hash=record.playbook_hash).order_by("-number").values_list("number").first()
    try:
        book = by_hash(record.playbook_hash)
    except PlaybookUnreadable:
        book = active().playbook
    return Recorded(record, as_written(record, scorer(book, "lead_fit")), number[0] if number else None, book.scoring["lead_fit"])


def as_written(record: ScoreRecord, model: Scorer) -> Score:
    """A verdict from the lines it left, in the order of `model`; nothing is counted again. A criterion that was not
    asked then counts as missing."""
    told = {line["what"]: line for line in record.lines}
    silent = [place for place, line in enumerate(model.lines) if line.code not in told or line.code in record.missing]
    missing = [model.lines[place].code for place in silent]
    unasked = {"level": None, "points": 0, "why": "not asked then", "source": ""}
    fit_known = sum(line.weight for line in model.lines if line.in_fit and line.code not in missing)
    fit = Fit(record.fit_grade or None, record.fit_rate, fit_known, model.fit_weight)
    return Score(
        points={line.code: record.points.get(line.code, 0) for line in model.lines},
        levels={line.code: record.levels.get(line.code) for line in model.lines},
        categories={name: record.categories.get(name, 0) for name in model.categories},
        total=record.total, band=record.band or None, provisional=record.provisional, fit=fit,
        completeness=record.completeness or 0.0, answered=1 - len(silent) / len(model.lines),
        low=record.total if record.low is None else record.low, high=record.high, intent=record.intent or 0,
        missing=missing, questions=questions(model, silent),
        lines=[told.get(line.code, {"what": line.code, **unasked}) for line in model.lines],
        label=label_of(fit, record.provisional),
    )  # fmt: skip


def ticks(held: Standing) -> dict[str, Any]:
    """The checklist of the score's band with its ticks, and whether the ticks speak for another band (LEAD-19)."""
    model = scorer(held.now.playbook, "lead_fit")
    known = {item for step in model.model.bands.steps for item in step.checklist}
    ticked = {a.criterion: a for a in held.answers if a.model == TICKED and a.level == "yes" and a.criterion in known}
    found = checklist(model, held.score.band, list(ticked))
    every = [{"band": step.band, "title": step.title,
              "items": [{"item": item, "title": title, "by": ticked.get(item)} for item, title in step.checklist.items()]}
             for step in model.model.bands.steps]  # fmt: skip
    return found | {"bands": every}


def _score(now: Active, model: str, facts: dict[str, Any], said: list[tuple[str, str, str]]) -> Score:
    return score(scorer(now.playbook, model), given_for(now.playbook, model, facts, said))
