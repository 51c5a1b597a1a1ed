"""How the customer approves and pays: the steps of approval, whether a committee decides, the budget (ACCT-15, LEGAL-06)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Max

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import ApprovalStep, BuyingProcess, Contact, Event, Opportunity
from rounds.models.base import signature
from rounds.models.deals.committee import STATES
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

DECIDED = ("approved", "refused", "not_needed")
KNOWN = ("", "yes", "no")
MONTHS = range(1, 13)
MOST = 40


class ApprovalRefused(Refusal):
    """This approval step cannot be written like this."""

    status = 422


@phi.texts("title", "whose", "note", needed=("title",))
def add(deal: Opportunity, title: str, *, by: Actor, at: datetime, whose: str = "", code: str = "", contact: Contact | None = None,
        due_on: date | None = None, note: str = "") -> ApprovalStep:  # fmt: skip
    """Add a step the customer's approval has to go through, after those that are there. An offered one (`code`) is there
    once. Effects: ApprovalStep, approval.changed, an audit entry. Raises ApprovalRefused (422)."""
    if not title.strip():
        raise ApprovalRefused("Say what is to be approved.", field="title")
    with deed(by):
        Opportunity.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        there = ApprovalStep.objects.filter(opportunity=deal)
        if code and (same := there.filter(code=code).first()):
            return same
        if there.count() >= MOST:
            raise ApprovalRefused(f"A deal has at most {MOST} steps of approval; remove one first.")
        last = there.aggregate(n=Max("place"))["n"]
        row = ApprovalStep.objects.create(
            opportunity=deal, place=0 if last is None else last + 1, code=code, title=title.strip()[:200], whose=whose.strip()[:200],
            contact=contact, due_on=due_on, note=note.strip()[:2000], updated_at=at, **signature(by, at),
        )  # fmt: skip
        _tell(deal, row, None, by=by, at=at)
        audit.note("approval.add", by=by, at=at, kind="opportunity", subject=deal.id, detail={"code": code})
    return row


def offer(deal: Opportunity, *, by: Actor, at: datetime) -> list[ApprovalStep]:
    """The steps the playbook offers, those that are not there yet. Effects: those of add, for each."""
    with deed(by):
        return [add(deal, one.title, whose=one.whose, code=one.step, by=by, at=at) for one in active().playbook.committee.approvals.offered]


@phi.texts("note", "title", "whose")
def change(step: ApprovalStep, *, by: Actor, at: datetime, state: str | None = None, note: str | None = None, title: str | None = None,
           whose: str | None = None, due_on: date | str | None = "", decided_on: date | None = None) -> ApprovalStep:  # fmt: skip
    """Change a step: where it stands, whose it is, until when ("" leaves the day). A decision keeps its day and who said so.

    Effects: the row, approval.changed, an audit entry; nothing where nothing changes. Raises ApprovalRefused (422).
    """
    if state is not None and state not in STATES:
        raise ApprovalRefused(f"“{state}” is no state; use one of {', '.join(STATES)}.", field="state")
    if title is not None and not title.strip():
        raise ApprovalRefused("Say what is to be approved.", field="title")
    if decided_on is not None and decided_on > house_day(at):
        raise ApprovalRefused("A decision cannot lie in the future; give the day it was made.", field="decided_on")
    with deed(by):
        row = ApprovalStep.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=step.pk)
        before = row.state
        given: dict[str, Any] = {"title": title and title.strip()[:200], "whose": None if whose is None else whose.strip()[:200],
                                 "note": None if note is None else note.strip()[:2000], "state": state}  # fmt: skip
        given = {name: value for name, value in given.items() if value is not None and value != getattr(row, name)}
        if due_on != "" and due_on != row.due_on:
            given["due_on"] = due_on
        if state in DECIDED and (state != before or decided_on not in (None, row.decided_on)):
            given |= {"decided_on": decided_on or house_day(at), "decided_by_name": by.name}
        elif state is not None and state not in DECIDED and row.decided_on is not None:
            given |= {"decided_on": None, "decided_by_name": ""}
        if not given:
            return row
        for name, value in given.items():
            setattr(row, name, value)
        row.updated_at = at
        row.save(update_fields=[*given, "updated_at"])
        _tell(row.opportunity, row, before, by=by, at=at)
        audit.note("approval.change", by=by, at=at, kind="opportunity", subject=row.opportunity_id, detail={"fields": sorted(given)})
    return row


def remove(step: ApprovalStep, *, by: Actor, at: datetime) -> None:
    """Take a step off the tracker; its field history stays. Effects: the row goes, approval.removed, an audit entry."""
    with deed(by):
        row = ApprovalStep.objects.select_for_update(of=("self",)).select_related("opportunity").filter(pk=step.pk).first()
        if row is None:
            return
        deal, title, key = row.opportunity, row.title, row.id
        row.delete()
        events.record("approval.removed", {"title": title}, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=key)
        audit.note("approval.remove", by=by, at=at, kind="opportunity", subject=deal.id)


def say_buying(deal: Opportunity, *, by: Actor, at: datetime, committee_required: str | None = None, annual_budget: str | None = None,
               fye_month: int | str | None = "") -> BuyingProcess:  # fmt: skip
    """Say how the customer decides and pays: yes, no or "" (not known); the month their fiscal year ends with ("" leaves it,
    None: as the account says). Effects: BuyingProcess, buying.said, an audit entry. Raises ApprovalRefused (422)."""
    for name, value in (("committee_required", committee_required), ("annual_budget", annual_budget)):
        if value is not None and value not in KNOWN:
            raise ApprovalRefused("Answer yes, no, or leave it open.", field=name)
    if fye_month not in ("", None) and fye_month not in MONTHS:
        raise ApprovalRefused("The fiscal year ends with one of the months 1 to 12.", field="fye_month")
    with deed(by):
        Opportunity.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        row, _ = BuyingProcess.objects.get_or_create(opportunity=deal, defaults={"updated_at": at, **signature(by, at)})
        given = {name: value for name, value in (("committee_required", committee_required), ("annual_budget", annual_budget))
                 if value is not None and value != getattr(row, name)}  # fmt: skip
        if fye_month != "" and fye_month != row.fye_month:
            given["fye_month"] = fye_month
        if not given:
            return row
        changed = {name: [getattr(row, name), value] for name, value in given.items()}
        for name, value in given.items():
            setattr(row, name, value)
        row.updated_at = at
        row.save(update_fields=[*given, "updated_at"])
        events.record("buying.said", {"changed": changed}, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=row.id)
        audit.note("buying.say", by=by, at=at, kind="opportunity", subject=deal.id, detail={"fields": sorted(given)})
    return row


def _tell(deal: Opportunity, row: ApprovalStep, before: str | None, *, by: Actor, at: datetime) -> Event:
    said = {"title": row.title, "whose": row.whose, "before": before, "after": row.state, "due_on": row.due_on and row.due_on.isoformat(),
            "note": row.note}  # fmt: skip
    return events.record("approval.changed", said, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=row.id)
