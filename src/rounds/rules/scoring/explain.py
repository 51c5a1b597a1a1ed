"""The answer of a scoring rule in the form every door shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.reach import Reach
from rounds.rules.scoring.checklist import checklist
from rounds.rules.scoring.compiled import Scorer, scorer
from rounds.rules.scoring.score import Score, score


def explain_scoring(playbook: Playbook, rule: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict fields of a scoring rule. `given` may hold `checklist`, the ticked items of LEAD-19."""
    model = scorer(playbook, rule)
    ticked = None
    if "checklist" in given:
        given = dict(given)
        ticked = given.pop("checklist")
    verdict = as_dict(score(model, given))
    if ticked is not None:
        verdict["checklist"] = checklist(model, verdict["band"], ticked)
    return verdict


def as_dict(verdict: Score) -> dict[str, Any]:
    """A score as plain data."""
    fit = verdict.fit
    return {
        "points": verdict.points,
        "levels": verdict.levels,
        "categories": verdict.categories,
        "total": verdict.total,
        "band": verdict.band,
        "provisional": verdict.provisional,
        "label": verdict.label,
        "fit": {"grade": fit.grade, "rate": fit.rate, "known": fit.known, "of": fit.of},
        "completeness": verdict.completeness,
        "answered": verdict.answered,
        "range": [verdict.low, verdict.high],
        "intent": verdict.intent,
        "questions": [
            {
                "criterion": q.criterion,
                "word": q.word,
                "ask": q.ask,
                "gain": q.gain,
                "answers": [{"level": level, "title": title, "points": points} for level, title, points in q.answers],
            }
            for q in verdict.questions
        ],
        "missing": verdict.missing,
        "lines": verdict.lines,
    }


def explain_model(playbook: Playbook, rule: str) -> dict[str, Any]:
    """Facts about the model itself: `RULE#model`."""
    model: Scorer = scorer(playbook, rule)
    reach = Reach.of(model.model)
    lines = [
        {
            "what": line.code,
            "level": None,
            "points": line.best,
            "why": f"{len(line.points)} levels",
            "source": line.source,
        }
        for line in model.lines
    ]
    return {
        "title": model.model.title,
        "min_when_all_answered": reach.lowest,
        "max": reach.highest,
        "unreachable_totals": list(reach.gaps),
        "combinations": reach.combinations,
        "share_in_lowest_band": reach.share_below,
        "blank_total": sum(line.unknown_points for line in model.lines),
        "missing": [],
        "lines": lines,
    }
