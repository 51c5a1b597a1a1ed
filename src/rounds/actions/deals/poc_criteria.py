"""Criteria of a proof of concept: given before the kickoff, afterwards changed by agreement of both (POC-03, PLUS-26)."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

from rounds.actions.deals.below import tell
from rounds.actions.deals.poc_given import PocNotThere, PocRefused, locked, named, sign
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Contact, Poc, PocCriterion
from rounds.models.base import signature
from rounds.models.flow.active import active

FIELDS = ("name", "category", "kind", "unit", "direction", "baseline", "target", "weight", "mandatory", "planned_n", "deviation")
NUMBERS = ("baseline", "target", "deviation")
DIRECTIONS = ("at_least", "at_most")


@phi.texts("said")
def add(poc: Poc, said: dict[str, Any], *, by: Actor, at: datetime) -> PocCriterion:
    """One more criterion, before the kickoff. A share is said from 0 to 1.

    Effects: PocCriterion, an audit entry. Raises PocRefused (422), PocNotThere (409) once it is agreed.
    """
    with deed(by):
        poc = locked(poc, "draft", why="Criteria are locked; change one by agreement of both.")
        values = checked(said, {"weight": 1, "mandatory": False, "kind": "share", "direction": "at_least", "unit": ""})
        there = list(poc.criteria.filter(version=poc.version))
        row = PocCriterion.objects.create(opportunity=poc.opportunity, poc=poc, version=poc.version, place=len(there),
                                          code=_code(values["name"], {one.code for one in there}), **values, **signature(by, at))  # fmt: skip
        audit.note("poc.add_criterion", by=by, at=at, kind="poc", subject=poc.id, detail={"criterion": row.code})
    return row


@phi.texts("said")
def change(criterion: PocCriterion, said: dict[str, Any], *, by: Actor, at: datetime) -> PocCriterion:
    """Say it differently, before it is agreed; once agreed, only its baseline, until the kickoff.

    Effects: those columns, an audit entry. Raises PocRefused (422), PocNotThere (409).
    """
    with deed(by):
        poc = locked(criterion.poc, "draft", "agreed", why="Criteria are locked; change one by agreement of both.")
        if poc.state == "agreed" and set(said) - {"baseline", "deviation"}:
            raise PocNotThere("It is agreed: until the kickoff only the baseline is filled in.")
        row = PocCriterion.objects.get(pk=criterion.pk)
        values = checked(said, {name: getattr(row, name) for name in FIELDS})
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, values[name])
        if changed:
            row.save(update_fields=changed)
            audit.note("poc.change_criterion", by=by, at=at, kind="poc", subject=poc.id, detail={"criterion": row.code, "changed": changed})
    return row


def remove(criterion: PocCriterion, *, by: Actor, at: datetime) -> None:
    """Leave one out, before it is agreed. Effects: the row goes, an audit entry. Raises PocNotThere (409)."""
    with deed(by):
        poc = locked(criterion.poc, "draft", why="Criteria are locked; change one by agreement of both.")
        audit.note("poc.remove_criterion", by=by, at=at, kind="poc", subject=poc.id, detail={"criterion": criterion.code})
        PocCriterion.objects.filter(pk=criterion.pk).delete()


@phi.texts("said", "why", needed=("why",))
def revise(criterion: PocCriterion, said: dict[str, Any], *, why: str, signer: Contact, signed_on: date | None = None, by: Actor,
           at: datetime) -> Poc:  # fmt: skip
    """Both parties change a criterion while it runs: a new version of all of them, the old one stays as it was.

    Effects: PocCriterion rows of the next version, a PocSigning, the version of the POC, poc.criteria_revised, an audit
    entry. Raises PocRefused, NotOfThisDeal (422), PocNotThere (409).
    """
    if not by.is_human:
        raise PocRefused("Only people agree on criteria.")
    if not why.strip():
        raise PocRefused("Say why it is changed; both sides will read it.", field="why")
    with deed(by):
        poc = locked(criterion.poc, "running", why="Before the kickoff criteria are simply changed; afterwards they stand.")
        rows = list(PocCriterion.objects.filter(poc=poc, version=poc.version).order_by("place"))
        old = next((row for row in rows if row.code == criterion.code), None)
        if old is None or old.pk != criterion.pk:
            raise PocNotThere("Somebody changed the criteria meanwhile; look at the version in force.")
        values = checked(said, {name: getattr(old, name) for name in FIELDS})
        if all(getattr(old, name) == value for name, value in values.items()):
            raise PocRefused("Nothing would change.")
        for row in rows:
            said_ = values if row.code == old.code else {name: getattr(row, name) for name in FIELDS}
            PocCriterion.objects.create(opportunity=poc.opportunity, poc=poc, version=poc.version + 1, code=row.code, place=row.place,
                                        **said_, **signature(by, at))  # fmt: skip
        before, poc.version = poc.version, poc.version + 1
        poc.save(update_fields=["version"])
        sign(poc, "criteria", signer, signed_on=signed_on, note=why, version=poc.version, by=by, at=at)
        told = {"name": poc.name, "before": before, "after": poc.version, "criterion": old.name, "why": why.strip()[:2000], "signed_by": named(signer)}
        tell("poc.criteria_revised", poc, told, by=by, at=at)
        audit.note("poc.revise_criteria", by=by, at=at, kind="poc", subject=poc.id, detail={"version": poc.version})
    return poc


def checked(said: dict[str, Any], stood: dict[str, Any]) -> dict[str, Any]:
    """The whole criterion: what stood with what was said, in its plain form. Raises PocRefused (422) by field."""
    if unknown := [name for name in said if name not in FIELDS]:
        raise PocRefused(f"“{unknown[0][:40]}” says nothing of a criterion.", field=unknown[0])
    book, values = active().playbook.poc_verdict, {**stood, **said}
    values["name"], values["unit"] = str(values.get("name") or "").strip()[:120], str(values.get("unit") or "").strip()[:20]
    if not values["name"]:
        raise PocRefused("Give the criterion a name.", field="name")
    for field, known in (("category", book.categories), ("kind", book.kinds.titles), ("direction", DIRECTIONS)):
        if values.get(field) not in known:
            raise PocRefused(f"{field.capitalize()} is one of: {', '.join(known)}.", field=field)
    if values.get("target") is None:
        raise PocRefused("Say the target.", field="target")
    for field in NUMBERS:
        values[field] = _number(values.get(field), field, values["kind"])
    for field, most in (("weight", 100), ("planned_n", 10**7)):
        if values.get(field) is not None and not (isinstance(values[field], int) and 0 <= values[field] <= most):
            raise PocRefused(f"{field.replace('_', ' ').capitalize()} is a whole number from 0 to {most:,}.", field=field)
    values["weight"], values["planned_n"] = values.get("weight") or 0, values.get("planned_n") or None
    values["mandatory"] = bool(values.get("mandatory"))
    _way(values)
    return {name: values[name] for name in FIELDS}


def _number(value: Any, field: str, kind: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e12:
        raise PocRefused(f"{field.capitalize()} is a number.", field=field)
    if field == "deviation" and value < 0:
        raise PocRefused("A standard deviation is not below 0.", field=field)
    if kind == "share" and field != "deviation" and not 0 <= value <= 1:
        raise PocRefused(f"{field.capitalize()} of a share lies between 0 and 100 %.", field=field)
    return float(value)


def _way(values: dict[str, Any]) -> None:
    """The target is better than the baseline. Raises PocRefused."""
    baseline, target = values["baseline"], values["target"]
    if baseline is not None and (target <= baseline if values["direction"] == "at_least" else target >= baseline):
        raise PocRefused("The target is no better than the baseline: change one of them, or the direction.", field="target")


def _code(name: str, taken: set[str]) -> str:
    code = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "criterion"
    return next(one for one in (code, *(f"{code}_{n}" for n in range(2, 200))) if one not in taken)
