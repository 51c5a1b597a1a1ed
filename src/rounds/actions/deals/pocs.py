"""Proofs of concept: opened, described, agreed, kicked off, abandoned (POC-01, PLUS-26)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rounds.actions.deals import poc_plan, stages
from rounds.actions.deals.below import need_open, of_the_deal, tell
from rounds.actions.deals.poc_given import PocNotThere, PocRefused, locked, named, sign, step
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Contact, Opportunity, Poc, User
from rounds.models.base import signature
from rounds.models.deals.poc_standing import stands
from rounds.models.deals.pocs import OPEN
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.poc.plan import plan

TEXTS = ("name", "use_case", "resources", "conversion_terms")
DESCRIBED = (*TEXTS, "weeks", "lead", "executive", "data_owner", "site")


@phi.texts("name", "use_case", "resources", "conversion_terms", written="at")
def open_poc(deal: Opportunity, *, name: str = "", use_case: str = "", resources: str = "", conversion_terms: str = "",
             weeks: int | None = None, lead: User | None = None, by: Actor, at: datetime) -> Poc:  # fmt: skip
    """A draft of a proof of concept; the one that is open already is answered.

    Effects: Poc, a PocStep, poc.opened, an audit entry. Raises PocRefused (422), DealClosed (409).
    """
    need_open(deal)
    weeks = _weeks(weeks)
    with deed(by):
        Opportunity.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        there = Poc.objects.filter(opportunity=deal, state__in=OPEN).first()
        if there is not None:
            return there
        poc = Poc.objects.create(
            opportunity=deal, name=name.strip()[:200] or f"POC at {deal.account.name}", use_case=use_case.strip()[:4000],
            resources=resources.strip()[:4000], conversion_terms=conversion_terms.strip()[:4000], weeks=weeks,
            lead=lead or deal.owner, playbook_hash=active().playbook.hash, **signature(by, at),
        )  # fmt: skip
        step(poc, "draft", by=by, at=at)
        tell("poc.opened", poc, {"name": poc.name}, by=by, at=at)
        audit.note("poc.open", by=by, at=at, kind="poc", subject=poc.id)
    return poc


@phi.texts("said")
def describe(poc: Poc, said: dict[str, Any], *, by: Actor, at: datetime) -> Poc:
    """Say what it is for, who answers for it, and what happens when it succeeds: until it is agreed.

    Effects: those columns, poc.described, an audit entry. Raises PocRefused, NotOfThisDeal (422), PocNotThere (409).
    """
    if unknown := [name for name in said if name not in DESCRIBED]:
        raise PocRefused(f"“{unknown[0][:40]}” is not something to say of a POC.", field=unknown[0])
    with deed(by):
        poc = locked(poc, "draft", why="What was agreed stays; change criteria by agreement, or extend.")
        values = {name: value.strip()[:4000] if isinstance(value, str) else value for name, value in said.items()}
        if "weeks" in values:
            values["weeks"] = _weeks(values["weeks"])
        if values.get("name") == "":
            raise PocRefused("Give it a name.", field="name")
        for person in ("executive", "data_owner"):
            of_the_deal(poc.opportunity, values.get(person), field=person)
        changed = [name for name, value in values.items() if getattr(poc, name) != value]
        for name in changed:
            setattr(poc, name, values[name])
        if changed:
            poc.save(update_fields=changed)
            tell("poc.described", poc, {"name": poc.name}, by=by, at=at)
            audit.note("poc.describe", by=by, at=at, kind="poc", subject=poc.id, detail={"changed": changed})
    return poc


def lacks(poc: Poc) -> list[str]:
    """What is missing before it can be agreed, each as a sentence."""
    book, found = active().playbook.poc_verdict, stands(poc)
    asked = (
        (poc.use_case, "Say which use case it is to prove."),
        (poc.resources, "Say what it takes of the customer."),
        (poc.conversion_terms, "Write the conversion terms: what happens when it succeeds."),
        (poc.executive_id, "Name the customer's executive."),
        (poc.data_owner_id, "Name the customer's data owner."),
        (found.measured, "Agree on at least one criterion."),
        (any(one.criterion.mandatory for one in found.measured), "Mark at least one criterion as mandatory."),
        (sum(one.criterion.weight for one in found.measured), "Give at least one criterion a weight."),
    )
    missing = [sentence for there, sentence in asked if not there]
    wrong = [one.criterion.category for one in found.measured if one.criterion.category not in book.categories]
    return missing + [f"“{name}” is no category of criteria any more." for name in wrong]


def small_samples(poc: Poc) -> list[str]:
    """The criteria whose planned number of cases cannot give an answer, each as a sentence (PLUS-26)."""
    return [f"{one.criterion.name}: {one.sample.why}" for one in stands(poc).measured if not one.sample.enough]


@phi.texts("note")
def agree(poc: Poc, signer: Contact, *, signed_on: date | None = None, note: str = "", by: Actor, at: datetime) -> Poc:
    """The customer signed the agreement. Where a sample is too small for an answer, `note` says why it is run all the same.

    Effects: state agreed, a PocStep, a PocSigning with the terms as they stand, poc.agreed and the stage of the deal, an
    audit entry. Raises PocRefused, NotOfThisDeal (422), PocNotThere (409).
    """
    of_the_deal(poc.opportunity, signer, field="signer")
    with deed(by):
        poc = locked(poc, "draft", why="It is agreed already.")
        need_open(poc.opportunity)
        if missing := lacks(poc):
            raise PocRefused(" ".join(missing))
        short = small_samples(poc)
        if short and not note.strip():
            raise PocRefused(f"Too few cases for an answer. {'; '.join(short)}. Plan more, or say why it is run all the same.", field="note")
        poc.state = "agreed"
        poc.save(update_fields=["state"])
        step(poc, "agreed", why=note, by=by, at=at)
        sign(poc, "agreement", signer, signed_on=signed_on, note=note, terms=_terms(poc), by=by, at=at)
        said = {"name": poc.name, "weeks": poc.weeks, "criteria": poc.criteria.filter(version=poc.version).count(),
                "signed_by": named(signer), "short_samples": short}  # fmt: skip
        event = tell("poc.agreed", poc, said, by=by, at=at)
        stages.triggered(poc.opportunity, "poc.agreed", by=by, at=at, event=event)
        audit.note("poc.agree", by=by, at=at, kind="poc", subject=poc.id)
    return poc


def kick_off(poc: Poc, on: date | None = None, *, by: Actor, at: datetime) -> Poc:
    """It begins: the dates of the plan stand, the criteria are locked.

    Effects: state running, its dates, a PocStep, its milestones, the first review, poc.kicked_off and the stage of the
    deal, an audit entry. Raises PocRefused (422) where a baseline is missing, PocNotThere (409).
    """
    on = on or house_day(at)
    with deed(by):
        poc = locked(poc, "agreed", why="It begins once it is agreed, and once.")
        need_open(poc.opportunity)
        unread = [one.criterion.name for one in stands(poc).measured if one.criterion.baseline is None]
        if unread:
            raise PocRefused(f"Measure the baseline before it begins: {', '.join(unread)}.", field="baseline")
        book = active().playbook.poc_plan
        made = plan(book, on, poc.weeks)
        poc.state, poc.kickoff_on, poc.ends_on, poc.planned_ends_on = "running", on, made.ends, made.ends
        poc.save(update_fields=["state", "kickoff_on", "ends_on", "planned_ends_on"])
        step(poc, "running", by=by, at=at)
        poc_plan.lay_out(poc, made, by=by, at=at)
        said = {"name": poc.name, "kickoff_on": on.isoformat(), "ends_on": made.ends.isoformat()}
        event = tell("poc.kicked_off", poc, said, by=by, at=at)
        stages.triggered(poc.opportunity, "poc.kicked_off", by=by, at=at, event=event)
        audit.note("poc.kick_off", by=by, at=at, kind="poc", subject=poc.id)
    return poc


def _terms(poc: Poc) -> dict[str, Any]:
    """What was signed, word for word."""
    rows = poc.criteria.filter(version=poc.version).order_by("place", "code")
    return {
        "name": poc.name, "use_case": poc.use_case, "resources": poc.resources, "weeks": poc.weeks,
        "conversion_terms": poc.conversion_terms, "executive": str(poc.executive_id), "data_owner": str(poc.data_owner_id),
        "criteria": [{"code": row.code, "name": row.name, "target": row.target, "direction": row.direction, "baseline": row.baseline,
                      "weight": row.weight, "mandatory": row.mandatory} for row in rows],
    }  # fmt: skip


def _weeks(said: int | None) -> int:
    book = active().playbook.poc_plan.weeks
    if said is None:
        return book.standard
    if not isinstance(said, int) or not book.least <= said <= book.stage_most:
        raise PocRefused(f"A POC takes {book.least} to {book.stage_most} weeks.", field="weeks")
    return said


__all__ = ["PocNotThere", "PocRefused", "agree", "describe", "kick_off", "lacks", "open_poc", "small_samples"]
