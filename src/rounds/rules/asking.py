"""One way to ask any rule: by its name, with given facts, on a playbook, perhaps with another choice."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rounds.kit.refusal import Refusal
from rounds.playbook import Playbook, with_set
from rounds.rules import breaching, heat, qualification, recording, tiers
from rounds.rules.demos import audience, feedback
from rounds.rules.implementation import health as customer_health
from rounds.rules.implementation import nps, success
from rounds.rules.implementation import plan as implementation_plan
from rounds.rules.numbers import asked
from rounds.rules.pipeline import planner, probability
from rounds.rules.poc import plan as poc_plan
from rounds.rules.poc import roi as poc_roi
from rounds.rules.poc import verdict as poc_verdict
from rounds.rules.pricing import discount, value
from rounds.rules.reach import choosing, dates
from rounds.rules.routing import assignment_asked, recycle, role, segment, sla, territory
from rounds.rules.scoring import columns as scoring_columns
from rounds.rules.scoring import scorer
from rounds.rules.scoring.explain import explain_model, explain_scoring


class UnknownRule(Refusal):
    """There is no such rule."""

    status = 404


Answer = dict[str, Any]
_EXPLAIN: dict[str, Callable[[Playbook, Mapping[str, Any]], Answer]] = {
    "tiers/abm": tiers.explain,
    "routing/territory": territory.explain,
    "routing/segment": segment.explain,
    "routing/role": role.explain,
    "routing/assignment": assignment_asked.explain,
    "routing/sla": sla.explain,
    "routing/recycle": recycle.explain,
    "qualification/gate": qualification.explain,
    "pipeline/calendar": planner.explain,
    "pipeline/probability": probability.explain,
    "demos/audience": audience.explain,
    "demos/feedback": feedback.explain,
    "poc/plan": poc_plan.explain,
    "poc/verdict": poc_verdict.explain,
    "poc/roi": poc_roi.explain,
    "pricing/value": value.explain,
    "pricing/discount": discount.explain,
    "trust/breach_clock": breaching.explain,
    "trust/recording": recording.explain,
    "implementation/plan": implementation_plan.explain,
    "implementation/success": success.explain,
    "implementation/health": customer_health.explain,
    "reach/nurture": choosing.explain,
    "metrics/stage_conversion": asked.explain_conversion,
    "metrics/win_rate_target": asked.explain_target,
    "metrics/nps": nps.explain,
    "metrics/time_to_first_value": nps.explain_days,
}
_COLUMNS: dict[str, Callable[[Playbook, Any], Any]] = {
    "tiers/abm": tiers.columns,
    "routing/territory": territory.columns,
    "routing/segment": segment.columns,
    "routing/role": role.columns,
    "qualification/gate": qualification.columns,
    "pipeline/probability": probability.columns,
    "pricing/value": value.columns,
    "pricing/discount": discount.columns,
    "implementation/health": customer_health.columns,
}
RULES = (
    "scoring/lead_fit",
    "scoring/crm_quick",
    "scoring/abm_account",
    "scoring/integration_complexity",
    "scoring/heat",
    *_EXPLAIN,
    *(f"metrics/{name}" for name in asked.FORMULAS),
)


def explain(
    playbook: Playbook,
    rule: str,
    given: Mapping[str, Any],
    *,
    at: datetime | None = None,
    set: Mapping[str, Any] | None = None,
) -> Answer:
    """The verdict of a rule on one record, with its reasons.

    `rule` is a name of RULES, or RULE#model / routing/territory#table about the rule itself. `set` tries other
    choices for this call. Raises UnknownRule (404), WrongFact (422), UnknownKey (422).
    """
    name, _, about = rule.partition("#")
    if set:
        playbook = with_set(playbook, set, name)
    verdict = _about(playbook, name, about) if about else _asked(playbook, name, given, at)
    return {"rule": rule, "playbook": playbook.hash, "at": at.isoformat() if at is not None else None, **verdict}


def _asked(playbook: Playbook, name: str, given: Mapping[str, Any], at: datetime | None) -> Answer:
    if name == "scoring/heat":
        return heat.explain(playbook, given, at)
    if name.startswith("scoring/") and name[8:] in playbook.scoring:
        return explain_scoring(playbook, name, given)
    if name.startswith("metrics/") and name[8:] in asked.FORMULAS:
        return asked.explain(playbook, name[8:], given)
    if name.startswith("sequences/") and name[10:] in playbook.sequences:
        return dates.explain(playbook, name[10:], given)
    answer = _EXPLAIN.get(name)
    if answer is None:
        raise _unknown(name)
    return answer(playbook, given)


def _about(playbook: Playbook, name: str, about: str) -> Answer:
    if about == "model" and name.startswith("scoring/") and name[8:] in playbook.scoring:
        return explain_model(playbook, name)
    if about == "table" and name == "routing/territory":
        return territory.explain_table(playbook)
    raise _unknown(f"{name}#{about}")


def _unknown(name: str) -> UnknownRule:
    near = difflib.get_close_matches(name, RULES, n=1)
    hint = f"Did you mean {near[0]}?" if near else "Rules: " + ", ".join(RULES) + "."
    return UnknownRule(f"There is no rule named '{name[:80]}'. {hint}")


def columns(playbook: Playbook, rule: str, table: Any, **options: Any) -> Any:
    """The same verdict as new columns of an Ibis table (see each rule for the names). Raises UnknownRule.

    Scoring takes `outputs=`, the columns wanted (rules.scoring.OUTPUTS, points, levels, categories).
    """
    if rule.startswith("scoring/") and rule[8:] in playbook.scoring:
        return scoring_columns(scorer(playbook, rule), table, **options)
    reading = _COLUMNS.get(rule)
    if reading is None:
        raise _unknown(rule)
    return reading(playbook, table, **options)
