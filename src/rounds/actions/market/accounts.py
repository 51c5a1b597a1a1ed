"""Accounts: added, changed, moved in the hierarchy, assigned, closed."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from typing import Any

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.market import signals
from rounds.actions.market.given import checked
from rounds.actions.market.hierarchy import Circle, carry_unit, check_place, settle_names, settle_unit
from rounds.actions.market.scoring import rescore, rescore_leads_of
from rounds.actions.trust import audit, phi
from rounds.actions.trust.free_text import unworded
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, AccountFact, Contact, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

FACT_OF = {
    "beds": "beds", "hospitals": "hospitals", "ehr": "ehr", "ehr_vendor": "ehr_vendor", "total_margin": "total_margin",
    "it_budget_cents": "it_budget_usd", "deal_potential_cents": "deal_potential_usd", "website": "website",
    "net_patient_revenue_cents": "net_patient_revenue_usd", "org_type": "org_type", "subtype": "subtype",
    "population_served": "population_served", "hipaa_status": "hipaa_status", "fye_month": "fiscal_year_end",
}  # fmt: skip
"""Column → fact: what a person writes into these becomes a human claim that no file overwrites (ACCT-19)."""


class OwnerAway(Refusal):
    """That person no longer works here; choose somebody active."""

    status = 422
    field = "owner"


@phi.texts("**", needed=("name",), skip=("phone", "zip"))
def add(
    *, by: Actor, at: datetime, parent: Account | None = None, owner: User | None = None, **said: Any
) -> Account:
    """Add an account by hand. `said` are columns of Account (name, level, state, beds, ehr …). Whoever adds it has to
    see it afterwards: give a rep's own as `owner`.

    Effects: the account, a human AccountFact for each figure, account.added, an audit entry, its scores.
    Raises WrongLevel, or a Refusal (422) naming the field.
    """
    fields = checked(said)
    with deed(by):
        level = fields.get("level", "hospital")
        check_place(level, parent)
        team = owner.team_id if owner else None
        account = Account(parent=parent, owner=owner, team_id=team, created_at=at, updated_at=at, **fields)
        if account.ehr_vendor or account.ehr:
            _settle_ehr(account, vendor_said=bool(account.ehr_vendor))
        settle_unit(account, parent)
        account.save(force_insert=True)
        claim(account, fields, by=by, at=at)
        events.record("account.added", {"name": account.name, "level": level}, by=by, at=at, account=account.id)
        audit.note("account.add", by=by, at=at, kind="account", subject=account.id, detail={"name": account.name})
        rescore(account, by=by, at=at, cause="added")
    return account


@phi.texts("**", skip=("phone", "zip"))
def change(account: Account, *, by: Actor, at: datetime, **said: Any) -> Account:
    """Change fields of an account. Effects: the row, human facts, account.changed, what is new of size, technology or
    budget as a signal in the log, an audit entry, a new score, also of its unit and their open leads."""
    fields = checked(said, partial=True)
    with deed(by):
        account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        changed = {name: [getattr(account, name), value] for name, value in fields.items()
                   if getattr(account, name) != value}  # fmt: skip
        if not changed:
            return account
        for name in changed:
            setattr(account, name, fields[name])
        if "ehr_vendor" in changed or "ehr" in changed:
            _settle_ehr(account, vendor_said="ehr_vendor" in changed)
        settle_names(account)
        account.updated_at = at
        account.save()
        claim(account, {name: fields[name] for name in changed}, by=by, at=at)
        said_json = {name: [_json(a), _json(b)] for name, (a, b) in changed.items()}
        events.record("account.changed", {"changed": said_json}, by=by, at=at, account=account.id)
        signals.changed({FACT_OF[name]: (_as_fact(name, a), _as_fact(name, b)) for name, (a, b) in changed.items() if name in FACT_OF and name != "fye_month"},
                        account=account, by=by, at=at)  # fmt: skip
        audit.note("account.change", by=by, at=at, kind="account", subject=account.id, detail={"fields": sorted(changed)})
        rescore(account, by=by, at=at, cause="changed " + ", ".join(sorted(changed)))
        if account.buying_unit_id and not account.is_unit:
            with whole_sight(account):
                rescore(account.buying_unit, by=by, at=at, cause=f"{account.name} changed")
        rescore_leads_of(account, by=by, at=at, cause=f"{account.name} changed")
    return account


def move(account: Account, parent: Account | None, *, by: Actor, at: datetime) -> Account:
    """Put `account` under `parent` (None: on its own). Re-runs unit, territory, tier and scores of what moved.

    Raises WrongLevel and Circle. Effects: parent and buying unit of the whole branch with its contacts and leads,
    account.moved, an audit entry, scores.
    """
    with deed(by), whole_sight(account):
        account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        before, old_unit = account.parent_id, account.buying_unit
        check_place(account.level, parent)
        ancestor = parent
        while ancestor is not None:
            if ancestor.id == account.id:
                raise Circle(f"{account.name} cannot stand below itself; choose a parent outside its own branch.")
            ancestor = ancestor.parent
        account.parent = parent
        settle_unit(account, parent)
        account.updated_at = at
        account.save()
        carry_unit(account)
        said = {"parent_before": str(before) if before else None, "parent_after": str(parent.id) if parent else None}
        events.record("account.moved", said, by=by, at=at, account=account.id)
        audit.note("account.move", by=by, at=at, kind="account", subject=account.id, detail=said)
        touched = {account.id: account}
        for unit in (old_unit, account.buying_unit):
            if unit is not None:
                touched[unit.id] = unit
        for one in touched.values():
            rescore(one, by=by, at=at, cause=f"{account.name} moved")
    return account


@phi.texts("reason")
def assign(account: Account, owner: User | None, *, by: Actor, at: datetime, reason: str = "") -> Account:
    """Give a buying unit (and the hospitals and contacts that were with it) to `owner`. Those somebody else looks after
    stay. Effects: owner and team, account.assigned, an audit entry. Raises OwnerAway."""
    if owner is not None and not owner.is_active:
        raise OwnerAway
    with deed(by), whole_sight(account):
        account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        before = account.owner_id
        if before == (owner.id if owner else None):
            return account
        members = Account.objects.filter(buying_unit_id=account.id) if account.is_unit else Account.objects.none()
        followers = members.filter(owner_id=before).exclude(pk=account.pk)
        team = owner.team_id if owner else None
        followers.update(owner=owner, team_id=team)
        people = Contact.objects.filter(buying_unit=account) if account.is_unit else Contact.objects.filter(account=account)
        people.filter(owner_id=before).update(owner=owner, team_id=team)
        account.owner, account.team_id, account.updated_at = owner, team, at
        account.save(update_fields=["owner", "team", "updated_at"])
        said = {"owner_before": str(before) if before else None, "owner_after": str(owner.id) if owner else None,
                "owner_name": owner.name if owner else "", "reason": reason}  # fmt: skip
        events.record("account.assigned", said, by=by, at=at, account=account.id)
        audit.note("account.assign", by=by, at=at, kind="account", subject=account.id, detail=unworded(said))
    return account


@phi.texts("reason")
def close(account: Account, *, on: date, reason: str, by: Actor, at: datetime) -> Account:
    """Mark an account closed; nothing is deleted, and closed twice is closed once. Effects: status, account.closed, an
    audit entry."""
    with deed(by):
        account = Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account.pk)
        if account.status == "closed":
            return account
        account.status, account.closed_on, account.updated_at = "closed", on, at
        account.save(update_fields=["status", "closed_on", "updated_at"])
        events.record("account.closed", {"reason": reason}, by=by, at=at, account=account.id)
        audit.note("account.close", by=by, at=at, kind="account", subject=account.id)
    return account


def claim(account: Account, fields: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Write what a person said of an account as facts with that person as the source."""
    rows = [
        AccountFact(
            account=account, key=FACT_OF[name], source=f"person:{by.id or by.name}", human=True, confidence=1.0,
            value=_as_fact(name, value),
            as_of=house_day(at), source_ref=by.name, **signature(by, at),
        )
        for name, value in fields.items() if name in FACT_OF and value not in (None, "", "Unknown")
    ]  # fmt: skip
    AccountFact.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["account", "key", "source"],
        update_fields=["value", "as_of", "confidence", "human", "source_ref", "by_kind", "by_id", "by_name", "at"],
    )  # fmt: skip


def _as_fact(column: str, value: Any) -> Any:
    """A column's value in the unit of its fact: cents as dollars, a fiscal year's last month as its last day."""
    if column == "fye_month":
        return f"{value:02d}-{monthrange(2023, value)[1]}"
    return value / 100 if column.endswith("_cents") and value is not None else value


def _settle_ehr(account: Account, *, vendor_said: bool) -> None:
    """A person said which EHR it is: picklist and class follow the vendor, or the vendor gives way to the picklist."""
    vendors = active().playbook.ehr.vendors
    if vendor_said:
        known = vendors.get(account.ehr_vendor)
        account.ehr, account.ehr_class = (known.picklist, known.class_) if known else ("", "")
    else:
        account.ehr_vendor = next((name for name, v in vendors.items() if v.picklist == account.ehr), "")
        account.ehr_class = vendors[account.ehr_vendor].class_ if account.ehr_vendor else ""
        if account.ehr == active().playbook.ehr.unknown_value:
            account.ehr_vendor = account.ehr_class = ""
    account.ehr_confidence = 1.0 if (account.ehr_vendor or account.ehr) else None


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else str(value) if hasattr(value, "hex") else value
