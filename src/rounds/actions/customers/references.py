"""References: who speaks for us, as what, and never too often (IMPL-08)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from rounds.actions.customers.customers import CustomerRefused, locked
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Customer, Reference, ReferenceUse
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day


class NotWilling(Refusal):
    """They did not agree to speak for us."""


class WornOut(Refusal):
    """They were asked often enough for now."""


@phi.texts("note")
def agree(customer: Customer, *, willing: bool, types: Iterable[str] = (), most: int | None = None, note: str = "", by: Actor,
          at: datetime) -> Reference:  # fmt: skip
    """Keep whether a customer is willing, as what, and how often at most in the playbook's days.

    Effects: Reference, customer.reference_set, an audit entry. Raises CustomerRefused (422).
    """
    book, said = active().playbook.growth.references, list(dict.fromkeys(types))
    if wrong := [one for one in said if one not in book.types.values]:
        raise CustomerRefused(f"“{wrong[0][:60]}” is no kind of reference; choose from {', '.join(book.types.values)}.", field="types")
    if willing and not said:
        raise CustomerRefused("Say as what they are willing to speak for us.", field="types")
    limit = book.limit.uses if most is None else most
    if not 0 <= limit <= 100:
        raise CustomerRefused("A limit is 0 to 100 uses.", field="most")
    with deed(by):
        locked(customer)
        row, _ = Reference.objects.update_or_create(customer=customer, defaults={
            "willing": willing, "types": said if willing else [], "most": limit, "note": note.strip()[:2000], "asked_on": house_day(at),
            "updated_at": at, **signature(by, at)})  # fmt: skip
        told = {"willing": willing, "types": row.types}
        events.record("customer.reference_set", told, by=by, at=at, account=customer.account_id, subject=customer.id)
        audit.note("customer.reference", by=by, at=at, kind="customer", subject=customer.id, detail={"willing": willing})
    return row


@phi.texts("told_to", needed=("told_to",))
def use(customer: Customer, kind: str, *, on: date, told_to: str, by: Actor, at: datetime) -> ReferenceUse:
    """A customer spoke for us. Effects: ReferenceUse, customer.reference_used, an audit entry.

    Raises NotWilling, WornOut (409), CustomerRefused (422).
    """
    if not told_to.strip():
        raise CustomerRefused("Say to whom they speak.", field="told_to")
    with deed(by):
        locked(customer)
        row = Reference.objects.filter(customer=customer).first()
        if row is None or not row.willing or kind not in row.types:
            raise NotWilling(f"They did not agree to a {kind.lower()[:60]}; ask them first, and record it.")
        if left(row, on) <= 0:
            days = active().playbook.growth.references.limit.days
            raise WornOut(f"They spoke for us {row.most} times in {days} days, which is what was agreed. Ask another customer.")
        use_ = ReferenceUse.objects.create(customer=customer, kind=kind, used_on=on, told_to=told_to.strip()[:300], **signature(by, at))
        said = {"kind": kind, "told_to": use_.told_to}
        events.record("customer.reference_used", said, by=by, at=at, account=customer.account_id, subject=customer.id)
        audit.note("customer.reference_use", by=by, at=at, kind="customer", subject=customer.id, detail={"kind": kind})
    return use_


def left(row: Reference, on: date) -> int:
    """How often they may still be asked around `on`."""
    days = timedelta(days=active().playbook.growth.references.limit.days)
    used = ReferenceUse.objects.filter(customer_id=row.customer_id, used_on__gt=on - days, used_on__lt=on + days).count()
    return row.most - used
