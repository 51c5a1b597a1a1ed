"""What merging means for accounts, contacts and leads: the columns one chooses among, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.actions.market.hierarchy import carry_unit, settle_unit
from rounds.actions.market.scoring import rescore as rescore_account
from rounds.actions.market.scoring import rescore_leads_of
from rounds.kit.actor import Actor
from rounds.models import Account, Contact, Lead, LeadStatusChange
from rounds.models.base import Mergeable, signature
from rounds.models.flow.days import house_day


@dataclass(frozen=True, slots=True)
class MergeNoun:
    """`merged`, `unmerged`: the kinds of event; `fields`: the columns one chooses; `either`: true of the whole when true of one; `kept_as`: further columns that
    are remembered for the way back; `follows`: columns that go with a chosen one; `nothing`: values that say nothing."""

    noun: str
    merged: str
    unmerged: str
    model: type[Mergeable]
    fields: tuple[str, ...]
    apart: Callable[[Any, Any], str]
    retire: Callable[..., None]
    restore: Callable[..., None]
    settle: Callable[..., None]
    whose: Callable[[Any], dict[str, UUID | None]]
    either: tuple[str, ...] = ()
    kept_as: tuple[str, ...] = ()
    follows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    nothing: tuple[Any, ...] = (None, "", "Unknown")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column a merge may put on the record that stays."""
        return (*self.fields, *(name for names in self.follows.values() for name in names))


def _accounts_apart(kept: Account, lost: Account) -> str:
    """Why two accounts cannot be one; "" where nothing speaks against it."""
    if kept.level != lost.level:
        levels = f"a {kept.get_level_display().lower()} and a {lost.get_level_display().lower()}"
        return f"{kept} and {lost} are {levels}; only records of one level can be one."
    for above, below in ((kept, lost), (lost, kept)):
        parent = below.parent
        while parent is not None:
            if parent.pk == above.pk:
                return f"{below} stands below {above}; move it out of that branch first."
            parent = parent.parent
    return ""


SIGHT = ("owner", "team", "territory", "buying_unit")


def _seen_like(lost: Any, kept: Any) -> None:
    """Whoever sees the record that stays sees the history of the one that was taken in."""
    for name in SIGHT:
        attname = lost._meta.get_field(name).attname
        setattr(lost, attname, getattr(kept, attname))


def _retire_account(lost: Account, kept: Account, *, by: Actor, at: datetime) -> None:
    _seen_like(lost, kept)
    lost.is_unit, lost.parent, lost.status, lost.closed_on = False, None, "closed", house_day(at)
    lost.buying_unit_id = kept.buying_unit_id


def _retire_contact(lost: Contact, kept: Contact, *, by: Actor, at: datetime) -> None:
    _seen_like(lost, kept)


def _retire_lead(lost: Lead, kept: Lead, *, by: Actor, at: datetime) -> None:
    _seen_like(lost, kept)
    _status(lost, "Disqualified", f"Merged into {kept}", by, at)


def _status(lead: Lead, now: str, reason: str, by: Actor, at: datetime) -> None:
    if lead.status != now:
        LeadStatusChange.objects.create(lead=lead, was=lead.status, now=now, reason=reason, **signature(by, at))
        lead.status = now


def _restore(lost: Any, stood: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """The columns of the record that was taken in, as they stood."""
    for name in NOUNS[lost._meta.model_name].kept_as:
        field = lost._meta.get_field(name)
        if name == "status" and isinstance(lost, Lead):
            _status(lost, stood[name], "The merge was taken back", by, at)
            continue
        value = stood[name]
        setattr(lost, field.attname, field.to_python(value) if value is not None and not field.is_relation else value)


def _settle_account(account: Account, *, by: Actor, at: datetime, cause: str) -> None:
    settle_unit(account, account.parent)
    account.save(update_fields=["plain_name", "domain", "is_unit", "buying_unit"])
    carry_unit(account)
    account = Account.objects.get(pk=account.pk)
    rescore_account(account, by=by, at=at, cause=cause)
    rescore_leads_of(account, by=by, at=at, cause=cause)


def _settle_lead(lead: Lead, *, by: Actor, at: datetime, cause: str) -> None:
    from rounds.actions.leads.scoring import rescore

    rescore(lead, by=by, at=at, cause=cause)


def _nothing(row: Any, **said: Any) -> None:
    """Contacts have no score."""


NOUNS: dict[str, MergeNoun] = {
    "account": MergeNoun(
        "account", "account.merged", "account.unmerged", Account,
        ("name", "subtype", "org_type", "address", "city", "state", "zip", "county", "phone", "website", "locations", "beds",
         "hospitals", "ehr_vendor", "total_margin", "it_budget_cents",
         "deal_potential_cents", "net_patient_revenue_cents", "population_served", "hipaa_status", "implementation_timeline",
         "fye_month", "owner", "parent"),
        _accounts_apart, _retire_account, _restore, _settle_account, lambda row: {"account": row.pk},
        kept_as=("status", "closed_on", "is_unit", "parent", *SIGHT),
        follows={"ehr_vendor": ("ehr", "ehr_class", "ehr_confidence"), "fye_month": ("fye_day",), "owner": ("team",), "state": ("territory",)},
    ),
    "contact": MergeNoun(
        "contact", "contact.merged", "contact.unmerged", Contact,
        ("name", "title", "role", "email", "phone", "preference", "account", "owner"),
        lambda kept, lost: "", _retire_contact, _restore, _nothing, lambda row: {"account": row.account_id, "subject": row.pk},
        kept_as=("left_on", *SIGHT), follows={"role": ("role_group", "seniority"), "owner": ("team",), "account": ("buying_unit", "territory")},
    ),
    "lead": MergeNoun(
        "lead", "lead.merged", "lead.unmerged", Lead,
        ("name", "email", "phone", "title", "role", "organization", "state", "account", "source", "message", "owner"),
        lambda kept, lost: "", _retire_lead, _restore, _settle_lead, lambda row: {"lead": row.pk, "account": row.account_id},
        either=("opted_out", "hand_raise"), kept_as=("status", *SIGHT),
        follows={"role": ("seniority",), "account": ("buying_unit",), "owner": ("team",)},
    ),
}  # fmt: skip


def noun_of(row: Mergeable) -> MergeNoun:
    """The merging of a row's noun."""
    return NOUNS[row._meta.model_name]
