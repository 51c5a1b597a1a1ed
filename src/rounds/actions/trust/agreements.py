"""Agreements: who we share, or might share, patient data with, and which BAA holds on which day (LEGAL-03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Baa, Counterparty
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules import agreements as rules

KINDS = {"customer": "Customer", "vendor": "Vendor"}


class AgreementRefused(Refusal):
    """An agreement that cannot be written down like this."""

    status = 422


def day(at: datetime) -> date:
    """The workspace's day at the moment `at`."""
    return at.astimezone(ZoneInfo(active().playbook.agreements.zone)).date()


def soon() -> int:
    """Days before its end at which an agreement is first told to be ending."""
    return max(active().playbook.agreements.baa_told_before.days)


def add(
    name: str, kind: str, *, by: Actor, at: datetime, account: Account | None = None, touches_phi: bool = True, why: str = ""
) -> Counterparty:
    """Write down a counterparty: a customer (with its account) or a vendor; `touches_phi`: it needs a BAA, and `why`.

    Effects: Counterparty, an audit entry. Raises AgreementRefused (422).
    """
    name = (account.name if account else name).strip()[:200]
    if kind not in KINDS:
        raise AgreementRefused(f"“{kind[:40]}” is no kind; choose customer or vendor.", field="kind")
    if not name:
        raise AgreementRefused("Name the company.", field="name")
    if (kind == "customer") != (account is not None):
        raise AgreementRefused("A customer is one of your accounts; a vendor is none.", field="account")
    with deed(by):
        if account and Counterparty.objects.filter(account=account).exists():
            raise AgreementRefused(f"{name} is in the register already.", field="account")
        party = Counterparty.objects.create(name=name, kind=kind, account=account, touches_phi=touches_phi,
                                            why=why.strip()[:500], **signature(by, at))  # fmt: skip
        audit.note("counterparty.add", by=by, at=at, kind="counterparty", subject=party.id,
                   detail={"name": name, "kind": kind, "touches_phi": touches_phi})  # fmt: skip
    return party


def end(party: Counterparty, *, by: Actor, at: datetime) -> Counterparty:
    """The relation is over: it needs no agreement any more. Effects: ended_at, an audit entry."""
    with deed(by):
        party = Counterparty.objects.select_for_update(of=("self",)).get(pk=party.pk)
        if party.ended_at is None:
            party.ended_at = at
            party.save(update_fields=["ended_at"])
            audit.note("counterparty.end", by=by, at=at, kind="counterparty", subject=party.id, detail={"name": party.name})
    return party


def draft(
    party: Counterparty,
    version: str,
    *,
    by: Actor,
    at: datetime,
    effective_on: date | None = None,
    expires_on: date | None = None,
    scope: str = "",
    subcontractors: Sequence[str] = (),
) -> Baa:
    """Write down a version of a BAA, not yet signed. Effects: Baa, an audit entry. Raises AgreementRefused (422)."""
    version = version.strip()[:60]
    if not version:
        raise AgreementRefused("Name the version, such as 2026-1.", field="version")
    if expires_on and effective_on and expires_on < effective_on:
        raise AgreementRefused("It would end before it begins.", field="expires_on")
    with deed(by):
        if Baa.objects.filter(counterparty=party, version=version).exists():
            raise AgreementRefused(f"{party.name} has a version {version} already.", field="version")
        baa = Baa.objects.create(
            counterparty=party, version=version, effective_on=effective_on, expires_on=expires_on, scope=scope.strip()[:2000],
            subcontractors=[name.strip() for name in subcontractors if name.strip()], **signature(by, at),
        )  # fmt: skip
        audit.note("baa.draft", by=by, at=at, kind="baa", subject=baa.id,
                   detail={"counterparty": str(party.id), "version": version})  # fmt: skip
    return baa


def sign(baa: Baa, on: date, *, by: Actor, at: datetime) -> Baa:
    """Say that a version was signed on the day `on`; without a first day of its own it begins then.

    Effects: signed_on, effective_on; an audit entry. From now on its days stand. Raises AgreementRefused (422).
    """
    if on > day(at):
        raise AgreementRefused("It cannot be signed in the future; write it down on the day.", field="on")
    with deed(by):
        baa = Baa.objects.select_for_update().get(pk=baa.pk)
        if baa.signed_on is not None:
            raise AgreementRefused(f"Version {baa.version} was signed on {baa.signed_on:%d %b %Y} already.", field="on")
        begins = baa.effective_on or on
        if baa.expires_on and baa.expires_on < begins:
            raise AgreementRefused(f"Version {baa.version} ran out on {baa.expires_on:%d %b %Y}; add a new version.", field="on")
        baa.signed_on, baa.effective_on = on, begins
        baa.save(update_fields=["signed_on", "effective_on"])
        audit.note("baa.sign", by=by, at=at, kind="baa", subject=baa.id,
                   detail={"counterparty": str(baa.counterparty_id), "version": baa.version, "on": on.isoformat()})  # fmt: skip
    return baa


def terminate(baa: Baa, on: date, *, why: str, by: Actor, at: datetime) -> Baa:
    """End a version; `on` is the last day it holds. Effects: ended_on, ended_why; an audit entry. Raises AgreementRefused."""
    if not why.strip():
        raise AgreementRefused("Say why it ends.", field="why")
    with deed(by):
        baa = Baa.objects.select_for_update().get(pk=baa.pk)
        if baa.ended_on is not None:
            raise AgreementRefused(f"Version {baa.version} ended on {baa.ended_on:%d %b %Y} already.", field="on")
        if (day(at) - on).days > 366 or (baa.signed_on and on < baa.signed_on):
            raise AgreementRefused("Its last day lies before it was signed, or more than a year ago.", field="on")
        baa.ended_on, baa.ended_why = on, why.strip()[:500]
        baa.save(update_fields=["ended_on", "ended_why"])
        audit.note("baa.end", by=by, at=at, kind="baa", subject=baa.id,
                   detail={"counterparty": str(baa.counterparty_id), "version": baa.version, "on": on.isoformat()})  # fmt: skip
    return baa


def effective(party: Counterparty | Account, on: date) -> Baa | None:
    """The BAA whose days hold with `party` (an account: as a customer) on `on`; None where there is none. Whether our
    doors open by it asks `actions.deals.data_gate`, too."""
    where = {"counterparty__account": party} if isinstance(party, Account) else {"counterparty": party}
    return rules.effective(Baa.objects.filter(counterparty__ended_at=None, **where), on)


def ending(at: datetime, within: int | None = None) -> list[tuple[Baa, int]]:
    """The agreements in force that end within so many days (as the playbook says, without): with the days left."""
    on, limit = day(at), within if within is not None else soon()
    rows = Baa.objects.filter(counterparty__ended_at=None).select_related("counterparty")
    found = [(baa, rules.standing(baa, on, limit)) for baa in rows]
    return sorted(((baa, s.days or 0) for baa, s in found if s.word == "ending"), key=lambda pair: pair[1])


def party_of(key: UUID) -> Counterparty | None:
    """The counterparty of a key, if there is one."""
    return Counterparty.objects.filter(pk=key).select_related("account").first()
