"""The path to signature of one deal: what it says otherwise than the playbook, and steps of its own (PLUS-28)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.kit.refusal import Refusal
from rounds.models import Opportunity, SigningStep
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

LONGEST = 730
MOST = 30
FIELDS = ("title", "whose", "days", "begins_on", "meets_on", "done_on", "left_out")


class StepRefused(Refusal):
    """The path cannot have this step like this."""

    status = 422


@phi.texts("**")
def change(deal: Opportunity, step: str, *, by: Actor, at: datetime, **said: Any) -> SigningStep:
    """Change a step of the path: title, whose, days, begins_on, meets_on, done_on, left_out; what is not said stays, None
    goes back to what the playbook says. Effects: SigningStep, path.changed, an audit entry. Raises StepRefused (422)."""
    _check(said, house_day(at))
    known = {one.step: one.title for one in active().playbook.signing_path.steps}
    with deed(by):
        Opportunity.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        row = SigningStep.objects.filter(opportunity=deal, code=step).first()
        if row is None:
            if step not in known:
                raise StepRefused(f"The path has no step “{step}”; it has {', '.join(known)}.", field="step")
            row = SigningStep(opportunity=deal, code=step, updated_at=at, **signature(by, at))
        if row.own and not (said.get("title", row.title) or "").strip():
            raise StepRefused("A step of your own needs a name.", field="title")
        before = {name: getattr(row, name) for name in said}
        given = {name: _plain(name, value) for name, value in said.items()}
        changed = {name: [_json(before[name]), _json(value)] for name, value in given.items() if value != before[name]}
        if not changed:
            return row
        for name, value in given.items():
            setattr(row, name, value)
        row.updated_at = at
        row.save()
        _tell(deal, row, row.title or known.get(step, step), changed, by=by, at=at)
    return row


@phi.texts("title", "whose", needed=("title",))
def add(deal: Opportunity, title: str, days: int, *, by: Actor, at: datetime, whose: str = "", begins_on: date | None = None,
        meets_on: date | None = None) -> SigningStep:  # fmt: skip
    """Put a step of its own on the path; the contract waits for it. Effects: SigningStep, path.changed, an audit entry.
    Raises StepRefused (422)."""
    said = {"title": title, "whose": whose, "days": days, "begins_on": begins_on, "meets_on": meets_on}
    _check(said, house_day(at))
    if not title.strip() or days is None:
        raise StepRefused("A step needs a name and a number of days.", field="title" if not title.strip() else "days")
    with deed(by):
        Opportunity.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        if SigningStep.objects.filter(opportunity=deal).count() >= MOST:
            raise StepRefused(f"A path has at most {MOST} changed steps; put some of them together.")
        given = {name: _plain(name, value) for name, value in said.items()}
        row = SigningStep.objects.create(opportunity=deal, code=f"own_{new_id().hex[-12:]}", own=True, updated_at=at, **given, **signature(by, at))
        _tell(deal, row, row.title, {"days": [None, days]}, by=by, at=at)
    return row


def reset(deal: Opportunity, step: str, *, by: Actor, at: datetime) -> bool:
    """Go back to what the playbook says of a step; one of the deal's own goes. Whether something changed.
    Effects: SigningStep, path.changed, an audit entry."""
    known = {one.step: one.title for one in active().playbook.signing_path.steps}
    with deed(by):
        row = SigningStep.objects.select_for_update(of=("self",)).filter(opportunity=deal, code=step).first()
        if row is None:
            return False
        changed = {name: [_json(getattr(row, name)), None] for name in FIELDS if getattr(row, name) not in (None, "", False)}
        _tell(deal, row, row.title or known.get(step, step), changed, by=by, at=at)
        row.delete()
    return True


def _plain(name: str, value: Any) -> Any:
    if name in ("title", "whose"):
        return (value or "").strip()[:200]
    return bool(value) if name == "left_out" else value


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _check(said: dict[str, Any], today: date) -> None:
    if unknown := sorted(set(said) - set(FIELDS)):
        raise StepRefused(f"“{unknown[0]}” is nothing a step says.", field=unknown[0])
    days = said.get("days")
    if days is not None and not 1 <= days <= LONGEST:
        raise StepRefused(f"A step takes 1 to {LONGEST} days.", field="days")
    if (done := said.get("done_on")) is not None and done > today:
        raise StepRefused("A step cannot be done in the future; give the day it was finished.", field="done_on")


def _tell(deal: Opportunity, row: SigningStep, title: str, changed: dict[str, list[Any]], *, by: Actor, at: datetime) -> None:
    said = {"step": row.code, "title": title, "changed": changed}
    events.record("path.changed", said, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=row.id)
    audit.note("path.change", by=by, at=at, kind="opportunity", subject=deal.id, detail={"step": row.code, "fields": sorted(changed)})
