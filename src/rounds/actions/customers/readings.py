"""Readings of the success metrics, each with its evidence (IMPL-03, 05)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from rounds.actions.customers.customers import locked
from rounds.actions.customers.taking_back import take_back
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Customer, Implementation, SuccessReading
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.implementation import success


class ReadingRefused(Refusal):
    """This cannot be a reading."""

    status = 422


@phi.texts("evidence", "url", needed=("evidence",))
def keep(customer: Customer, metric: str, *, as_of: date, parts: Mapping[str, int], evidence: str, url: str = "",
         implementation: Implementation | None = None, by: Actor, at: datetime) -> SuccessReading:  # fmt: skip
    """Keep a reading: the whole numbers it is made of, the day, what shows it.

    Effects: SuccessReading, for adoption the number of licences, customer.reading_kept, an audit entry. Raises
    ReadingRefused, PartsRefused (422).
    """
    book = active().playbook
    if metric not in success.PARTS or metric == "nps":
        raise ReadingRefused("Readings are of adoption, uptime and time to first value; NPS is counted from surveys.", field="metric")
    if set(parts) != set(success.PARTS[metric]):
        raise ReadingRefused("A reading needs: " + ", ".join(success.PARTS[metric]).replace("_", " ") + ".", field=success.PARTS[metric][0])
    if any(type(number) is not int or abs(number) > 10**9 for number in parts.values()):
        raise ReadingRefused("A reading is made of whole numbers.", field=success.PARTS[metric][0])
    if as_of > house_day(at) + timedelta(days=1):
        raise ReadingRefused("That day has not come yet.", field="as_of")
    if not evidence.strip():
        raise ReadingRefused("Say what shows it: a report, a dashboard, who counted.", field="evidence")
    if url and not url.startswith(("https://", "/")):
        raise ReadingRefused("An address begins with https://.", field="url")
    value = success.value_of(metric, parts)
    judged = success.judged(book, metric, value)
    with deed(by):
        row = SuccessReading.objects.create(
            customer=customer, implementation=implementation, metric=metric, as_of=as_of, parts=dict(parts),
            evidence=evidence.strip()[:2000], url=url.strip()[:1000], **signature(by, at),
        )  # fmt: skip
        if metric == "user_adoption":
            mine = locked(customer)
            mine.licensed_users, mine.updated_at = parts["licensed_users"], at
            mine.save(update_fields=["licensed_users", "updated_at"])
        said = {"metric": metric, "value": judged.shown, "status": judged.status, "rag": judged.rag, "as_of": as_of.isoformat()}
        events.record("customer.reading_kept", said, by=by, at=at, account=customer.account_id, subject=customer.id)
        audit.note("customer.read", by=by, at=at, kind="customer", subject=customer.id, detail={"metric": metric, "as_of": as_of.isoformat()})
    return row


@phi.texts("why", needed=("why",))
def withdraw(reading: SuccessReading, *, why: str, by: Actor, at: datetime) -> SuccessReading:
    """Take a wrong reading back; it stays with its reason. Effects: withdrawn_at, customer.reading_withdrawn."""
    return take_back(reading, what="reading", why=why, refused=ReadingRefused, by=by, at=at)
