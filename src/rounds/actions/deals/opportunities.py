"""Deals: opened directly, changed, priced, given to somebody (PIPE-25, 28)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError

from rounds.actions.deals.entering import first_entry
from rounds.actions.deals.given import cents, checked, day, term
from rounds.actions.deals.placing import put_below
from rounds.actions.deals.telling import DealRefused, locked, need_open, need_permission, tell
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Opportunity, StageSignal, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pipeline.amounts import in_company, rate_of


class OwnerAway(Refusal):
    """That person no longer works here; choose somebody active."""

    status = 422
    field = "owner"


class ExternalIdTaken(Refusal):
    """A deal of this external id is there already."""

    field = "external_id"


@phi.texts("name", "**", skip=("external_id",), needed=("name",))
def open_deal(account: Account, name: str, *, by: Actor, at: datetime, owner: User | None = None, kind: str = "expansion",
              opened_at: datetime | None = None, parent: Opportunity | None = None, **said: Any) -> Opportunity:  # fmt: skip
    """Open a deal without a lead, in the first stage, with a qualification sheet of its own (PIPE-28).

    Effects: Opportunity, its first StageEntry and signal, opportunity.opened, an audit entry. Raises DealRefused (422)
    naming the field, OwnerAway, ExternalIdTaken.
    """
    if owner is not None and not owner.is_active:
        raise OwnerAway
    fields = checked({**said, "name": name, "kind": kind})
    if opened_at is not None and opened_at > at:
        raise DealRefused("A deal is opened now or was earlier.", field="opened_at")
    if opened_at is not None and house_day(opened_at) < house_day(at):
        need_permission(by, active().playbook.stages.moves.back_date.may)
    deal = Opportunity(
        account=account, buying_unit_id=account.buying_unit_id or account.id, owner=owner,
        team_id=owner.team_id if owner else account.team_id, territory=account.territory, opened_at=opened_at or at, **fields,
    )  # fmt: skip
    try:
        with deed(by):
            begin(deal, cause="opened", by=by, at=at)
            if parent is not None:
                deal = put_below(deal, parent, by=by, at=at)
    except IntegrityError as error:
        if "external_id" in str(error):
            raise ExternalIdTaken from error
        raise
    return deal


def begin(deal: Opportunity, *, cause: str, by: Actor, at: datetime) -> Opportunity:
    """Write a new deal into the first stage. Runs inside the caller's deed.

    Effects: Opportunity, its first StageEntry, the signal of `cause` (opened, lead), opportunity.opened, an audit entry.
    """
    book = active().playbook
    first = book.stages.open[0]
    deal.stage, deal.process = first, book.stages.process_of(first)
    deal.stage_since = deal.process_since = deal.opened_at
    deal.forecast_category, deal.currency = book.closing.forecast.from_stage[first], deal.currency or book.closing.currencies.company
    deal.updated_at = at
    for column, value in signature(by, at).items():
        setattr(deal, column, value)
    deal.save(force_insert=True)
    said = {"name": deal.name, "stage": first, "lead": str(deal.lead_id) if deal.lead_id else None}
    event = tell("opportunity.opened", deal, said, by=by, at=at, detail={"stage": first})
    first_entry(deal, cause=cause, event=event.id, by=by, at=at)
    kind = "lead.qualified" if deal.lead_id else "opportunity.opened"
    StageSignal.objects.create(opportunity=deal, kind=kind, on=house_day(at), stage=first, outcome="advanced", event=event.id,
                               says=book.stages.by_code[first].title, **signature(by, at))  # fmt: skip
    return deal


@phi.texts("**", "reason", skip=("external_id",))
def change(deal: Opportunity, *, by: Actor, at: datetime, reason: str = "", **said: Any) -> Opportunity:
    """Change plain fields of a deal: name, source, kind, contact, close_on, term_months, next_step, next_step_due, phi_involved.

    Effects: the row, opportunity.changed, an audit entry; the same again writes nothing. Raises DealRefused (422),
    DealClosed where the deal is closed and more than its name is changed.
    """
    fields = checked(said)
    with deed(by):
        deal = locked(deal)
        if not {"name", "source", "external_id"} >= fields.keys():
            need_open(deal)
        _same_place(deal, fields)
        return _keep(deal, fields, reason, by=by, at=at)


def _same_place(deal: Opportunity, fields: dict[str, Any]) -> None:
    contact = fields.get("contact")
    if isinstance(contact, Contact) and contact.buying_unit_id not in (None, deal.buying_unit_id):
        raise DealRefused("That person belongs to another organisation.", field="contact")


def _keep(deal: Opportunity, fields: dict[str, Any], reason: str, *, by: Actor, at: datetime) -> Opportunity:
    changed = {name: [getattr(deal, name), value] for name, value in fields.items() if getattr(deal, name) != value}
    if not changed:
        return deal
    for name, (_, value) in changed.items():
        setattr(deal, name, value)
    deal.updated_at = at
    try:
        deal.save(update_fields=[*changed, "updated_at"])
    except IntegrityError as error:
        raise ExternalIdTaken from error
    said = {name: [_json(before), _json(after)] for name, (before, after) in changed.items()}
    tell("opportunity.changed", deal, {"changed": said, "reason": reason.strip()[:500]}, by=by, at=at, detail={"fields": sorted(changed)})
    return deal


@phi.texts("text")
def next_step(deal: Opportunity, text: str, *, due: date | None = None, by: Actor, at: datetime) -> Opportunity:
    """Say what happens next, and until when. Effects: those of change."""
    return change(deal, next_step=text, next_step_due=due, by=by, at=at)


@phi.texts("reason")
def forecast(deal: Opportunity, category: str, *, by: Actor, at: datetime, reason: str = "") -> Opportunity:
    """Say how sure one is of a deal, against what its stage says ("": what the stage says again).

    Effects: the row, opportunity.changed, an audit entry. Raises DealRefused (422), DealClosed.
    """
    rule = active().playbook.closing.forecast
    known = {one.category: one for one in rule.categories if not one.closed}
    if category and category not in known:
        raise DealRefused(f"A forecast category is one of: {', '.join(known)}.", field="forecast_category")
    with deed(by):
        deal = locked(deal)
        need_open(deal)
        now = {"forecast_category": category or rule.from_stage[deal.stage], "forecast_by_hand": bool(category)}
        return _keep(deal, now, reason, by=by, at=at)


@phi.texts("rate", "reason")
def price(deal: Opportunity, amount_cents: int | None, *, currency: str = "", rate: str = "", rate_on: date | None = None,
          term_months: int | None = None, basis: str = "hand", by: Actor, at: datetime, reason: str = "") -> Opportunity:  # fmt: skip
    """Say what a deal brings in a year, in cents of its currency; in another than the company's with the rate (so many of
    the company's for one) and its day. `basis`: hand, quote or estimate.

    Effects: the amounts on the row, opportunity.changed, an audit entry. Raises DealRefused (422), DealClosed.
    """
    fields = _amounts(deal, amount_cents, currency, rate, rate_on, at)
    if term_months is not None:
        fields["term_months"] = term(term_months)
    if basis not in ("hand", "quote", "estimate"):
        raise DealRefused("An amount rests on one of: hand, quote, estimate.", field="amount_from")
    fields["amount_from"] = basis if amount_cents is not None else ""
    with deed(by):
        deal = locked(deal)
        need_open(deal)
        return _keep(deal, fields, reason, by=by, at=at)


def _amounts(deal: Opportunity, amount: int | None, currency: str, rate: str, rate_on: date | None, at: datetime) -> dict[str, Any]:
    said = active().playbook.closing.currencies
    currency = currency or deal.currency
    if currency not in said.allowed:
        raise DealRefused(f"A deal is in one of: {', '.join(said.allowed)}.", field="currency")
    if amount is None:
        return {"amount_cents": None, "amount_company_cents": None, "currency": currency, "rate": "", "rate_on": None}
    amount = cents(amount)
    if currency == said.company:
        return {"amount_cents": amount, "amount_company_cents": amount, "currency": currency, "rate": "", "rate_on": None}
    found = rate_of(rate or (deal.rate if currency == deal.currency else ""))
    if found is None:
        raise DealRefused(f"Say how many {said.company} one {currency} is, such as 1.0832.", field="rate")
    when = day("rate_on", rate_on) or (deal.rate_on if not rate else None) or house_day(at)
    return {"amount_cents": amount, "amount_company_cents": in_company(amount, found), "currency": currency, "rate": f"{found:f}", "rate_on": when}


@phi.texts("reason")
def assign(deal: Opportunity, owner: User | None, *, by: Actor, at: datetime, reason: str = "") -> Opportunity:
    """Give a deal to `owner`; its open tasks stay with those who have them. Effects: owner and team, opportunity.assigned,
    an audit entry. Raises OwnerAway."""
    if owner is not None and not owner.is_active:
        raise OwnerAway
    with deed(by):
        deal = locked(deal)
        before = deal.owner_id
        if before == (owner.id if owner else None):
            return deal
        deal.owner, deal.team_id, deal.updated_at = owner, owner.team_id if owner else deal.team_id, at
        deal.save(update_fields=["owner", "team", "updated_at"])
        said = {"owner_before": before and str(before), "owner_after": owner and str(owner.id), "owner_name": owner.name if owner else "",
                "reason": reason.strip()[:500]}  # fmt: skip
        tell("opportunity.assigned", deal, said, by=by, at=at, detail={"owner_before": said["owner_before"], "owner_after": said["owner_after"]})
    return deal


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else str(value.pk) if hasattr(value, "pk") else value
