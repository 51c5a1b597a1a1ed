"""The answer of `qualification/gate` in the form every door shows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.facts import Check, Checker, choice, number, refuse, whole
from rounds.rules.qualification.gate import Counted, Verdict, gap, judged, of_counts, reading_at
from rounds.rules.qualification.standing import Said, derived, standing

COUNTS = ("indicators_met", "indicators_no", "blockers", "cautions")


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`answers` {item: yes, no, unknown} and raw facts, or `dimensions` {dimension: {indicators_met, blockers}} where the
    counting is done; `stage` of the deal, `segment` of the lead."""
    facts = _checker(playbook)(given)
    stage = facts.get("stage")
    if "dimensions" in facts:
        verdict = of_counts(playbook, _counted(playbook, facts["dimensions"], stage), reading_at(playbook, stage))
        return as_dict(playbook, verdict)
    said = {item: Said(answer) for item, answer in facts.get("answers", {}).items()}
    holds = standing(playbook, said, derived(playbook, facts))
    return as_dict(playbook, judged(playbook, {item: one.answer for item, one in holds.items()}, stage=stage))


def as_dict(playbook: Playbook, verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data."""
    named = {entry.dimension: entry for entry in playbook.qualification.dimensions}
    return {
        "qualified": verdict.qualified,
        "bant": verdict.bant,
        "reading": verdict.reading,
        "unmet": list(verdict.unmet),
        "states": {code: one.state for code, one in verdict.dimensions.items()},
        "missing": [code for code, one in verdict.dimensions.items() if one.state == "unknown"],
        "lines": [
            {"what": code, "level": one.state, "points": one.met, "source": named[code].origin,
             "why": "; ".join(gap(playbook, one)) or one.path or f"{one.met} of {one.needed} needed"}
            for code, one in verdict.dimensions.items()
        ],
    }  # fmt: skip


def _counted(playbook: Playbook, given: Mapping[str, Mapping[str, int]], stage: int | None) -> dict[str, Counted]:
    counts_all = reading_at(playbook, stage).counts == "all"
    found = {}
    for code, said in given.items():
        blockers, cautions = (("",) * said.get(name, 0) for name in ("blockers", "cautions"))
        flags = blockers + cautions if counts_all else blockers
        found[code] = Counted(said.get("indicators_met", 0), said.get("indicators_no", 0), flags, () if counts_all else cautions)
    return found


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    book = playbook.qualification
    segments = tuple(segment.segment for segment in playbook.segments.segments)
    counted = {name: whole(name, 0, 1000) for name in (
        "c_level_met", "c_level_known", "supporter_levels", "stakeholders", "privacy_officers_met", "clinical_champions", "it_blockers")}  # fmt: skip
    return Checker(playbook, {
        "answers": _answers(tuple(book.items)), "dimensions": _dimensions(tuple(entry.dimension for entry in book.dimensions)),
        "stage": whole("stage", 0, 100), "segment": choice("segment", segments), "fiscal_year_end": number("fiscal_year_end", 1, 12),
        "hipaa_status": choice("hipaa_status", playbook.picklists.hipaa_status.values), **counted,
    })  # fmt: skip


def _answers(items: tuple[str, ...]) -> Check:
    def check(value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise refuse("answers", 'answers by item, such as {"pain_point": "yes"}', value)
        for item, answer in value.items():
            if item not in items:
                raise refuse("answers", "answers to known items (" + ", ".join(items) + ")", item)
            if answer not in ("yes", "no", "unknown"):
                raise refuse(f"answers.{item}", "yes, no or unknown", answer)
        return dict(value)

    return check


def _dimensions(names: tuple[str, ...]) -> Check:
    def check(value: Any) -> dict[str, dict[str, int]]:
        if not isinstance(value, Mapping):
            raise refuse("dimensions", 'counts by dimension, such as {"need": {"indicators_met": 3}}', value)
        for code, said in value.items():
            if code not in names:
                raise refuse("dimensions", "known dimensions (" + ", ".join(names) + ")", code)
            if not isinstance(said, Mapping) or set(said) - set(COUNTS):
                raise refuse(f"dimensions.{code}", "counts of " + ", ".join(COUNTS), said)
            for name, times in said.items():
                whole(f"dimensions.{code}.{name}", 0, 100)(times)
        return {code: dict(said) for code, said in value.items()}

    return check
