"""A BAA read through for what it must say, and what became of the patient data after its end (PLUS-27)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import agreements, audit
from rounds.actions.trust.agreements import AgreementRefused
from rounds.kit.actor import Actor
from rounds.models import Baa, BaaReading, Counterparty, PhiReturn
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules import agreements as rules

HOW = {"returned": "Returned", "destroyed": "Destroyed", "infeasible": "Not feasible: it stays protected"}


@dataclass(frozen=True, slots=True)
class Owed:
    """Patient data of an agreement that ended: returned or destroyed `by` that day, `days` from today."""

    baa: Baa
    by: date
    days: int


def read(baa: Baa, present: Collection[str], *, breach_hours: int | None = None, note: str = "", by: Actor, at: datetime) -> BaaReading:
    """Say which required elements a version has; it lacks the others. `breach_hours`: within how many it wants a breach
    told. What was read before stays beside it.

    Effects: BaaReading, an audit entry; with `missing: block` our doors shut at once where something lacks. Raises
    AgreementRefused (422).
    """
    required = active().playbook.agreements.elements.titles
    if unknown := sorted(set(present) - required.keys()):
        raise AgreementRefused(f"“{unknown[0][:40]}” is no element; they are {', '.join(required)}.", field="present")
    if breach_hours is not None and not 1 <= breach_hours <= 8760:
        raise AgreementRefused("Write the hours as a whole number from 1 to 8760 (a year).", field="breach_hours")
    has = [code for code in required if code in present]
    lacks = [code for code in required if code not in present]
    with deed(by):
        row = BaaReading.objects.create(baa=baa, present=has, missing=lacks, breach_hours=breach_hours, note=note.strip()[:1000],
                                        **signature(by, at))  # fmt: skip
        audit.note("baa.read_through", by=by, at=at, kind="baa", subject=baa.id,
                   detail={"counterparty": str(baa.counterparty_id), "version": baa.version, "lacks": lacks, "breach_hours": breach_hours})  # fmt: skip
    return row


def give_back(baa: Baa, how: str, on: date, *, certificate: str, digest: str = "", by: Actor, at: datetime) -> PhiReturn:
    """Write down that the patient data under an agreement that ended was returned or destroyed, with its certificate.

    Effects: PhiReturn, an audit entry; its clock stands. Raises AgreementRefused (422, 409 where it was said before).
    """
    today = agreements.day(at)
    last = rules.last_day(baa)
    if how not in HOW:
        raise AgreementRefused("Say whether it was returned, destroyed, or cannot be.", field="how")
    if baa.signed_on is None or last is None or last >= today:
        raise AgreementRefused("This agreement has not ended: its data stays where it is.", field="on")
    if on > today:
        raise AgreementRefused("Write it down on the day, not before.", field="on")
    if not certificate.strip():
        raise AgreementRefused("Say what certifies it: who destroyed what, and by which method.", field="certificate")
    if digest and not re.fullmatch(r"[0-9a-f]{64}", digest.strip().lower()):
        raise AgreementRefused("A SHA-256 has 64 signs from 0 to f; leave it out where there is no file.", field="digest")
    with deed(by):
        if PhiReturn.objects.filter(baa=baa).exists():
            raise AgreementRefused("This was written down already.", field="how")
        row = PhiReturn.objects.create(baa=baa, how=how, on=on, certificate=certificate.strip()[:2000], digest=digest.strip().lower(),
                                       **signature(by, at))  # fmt: skip
        audit.note("baa.phi_return", by=by, at=at, kind="baa", subject=baa.id,
                   detail={"counterparty": str(baa.counterparty_id), "version": baa.version, "how": how, "on": on.isoformat()})  # fmt: skip
    return row


def last_reading(baa: Baa) -> BaaReading | None:
    """How it was read last; None: nobody did."""
    return BaaReading.objects.filter(baa=baa).order_by("-at", "-id").first()


def owed(at: datetime) -> list[Owed]:
    """The patient data that waits to be returned or destroyed, the most pressing first: of each counterparty that
    touched it and has no agreement that goes on, under the version that ended last."""
    today, book, found = agreements.day(at), active().playbook.agreements, []
    for party in Counterparty.objects.filter(touches_phi=True).prefetch_related("baas__phi_return").order_by("name"):
        baas = [baa for baa in party.baas.all() if baa.signed_on is not None]
        if any(rules.holds(baa, today) for baa in baas):
            continue
        over = [(rules.last_day(baa), baa) for baa in baas if (rules.last_day(baa) or today) < today]
        if not over:
            continue
        last, baa = max(over, key=lambda pair: pair[0])
        if getattr(baa, "phi_return", None) is None:
            day = rules.returned_by(book, last)
            found.append(Owed(baa, day, (day - today).days))
    return sorted(found, key=lambda one: one.days)
