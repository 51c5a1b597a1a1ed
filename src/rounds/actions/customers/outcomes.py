"""Clinical outcomes of a customer: figures of groups, before and now. Nothing of a patient comes in here (IMPL-12)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from rounds.actions.customers.taking_back import take_back
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Customer, OutcomeRecord
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day


class OutcomeRefused(Refusal):
    """This cannot be kept as an outcome."""

    status = 422


class PatientLevel(OutcomeRefused):
    """That is too small a group: one might tell who it is. Rounds keeps figures of groups only."""

    field = "people"


@phi.texts("evidence", hold=False)
def keep(customer: Customer, metric: str, *, baseline: str, current: str, people: int, starts_on: date, ends_on: date, source: str,
         goal: str = "", evidence: str = "", by: Actor, at: datetime) -> OutcomeRecord:  # fmt: skip
    """Keep an outcome of a group of `people`: the value before, the value now, the goal that was agreed, the source.

    Effects: OutcomeRecord, customer.outcome_kept, an audit entry. Raises OutcomeRefused, PatientLevel, PhiRefused (422).
    """
    book = active().playbook.growth.outcomes
    if metric not in book.metrics:
        raise OutcomeRefused("Choose one of: " + ", ".join(one.title for one in book.metrics.values()) + ".", field="metric")
    if type(people) is not int or people < book.least_group.people:
        raise PatientLevel(f"An outcome is of at least {book.least_group.people} people, so that nobody is told apart; name a larger group.")
    if people > 100_000_000:
        raise OutcomeRefused("That is more people than there are.", field="people")
    if source not in book.sources.values:
        raise OutcomeRefused("Choose where it is from: " + ", ".join(book.sources.values) + ".", field="source")
    if ends_on < starts_on or ends_on > house_day(at):
        raise OutcomeRefused("The time it covers begins before it ends, and has ended.", field="ends_on")
    before, now = number(baseline, "baseline"), number(current, "current")
    wish = number(goal, "goal") if goal.strip() else None
    better = book.metrics[metric].better
    attained = None if wish is None else (now <= wish if better == "less" else now >= wish)
    with deed(by):
        row = OutcomeRecord.objects.create(
            customer=customer, metric=metric, baseline=f"{before:f}", current=f"{now:f}", goal="" if wish is None else f"{wish:f}",
            attained=attained, people=people, starts_on=starts_on, ends_on=ends_on, source=source, evidence=evidence.strip()[:1000],
            **signature(by, at),
        )  # fmt: skip
        said = {"metric": metric, "people": people, "attained": attained}
        events.record("customer.outcome_kept", said, by=by, at=at, account=customer.account_id, subject=customer.id)
        audit.note("customer.outcome", by=by, at=at, kind="customer", subject=customer.id, detail={"metric": metric})
    return row


@phi.texts("why", needed=("why",))
def withdraw(row: OutcomeRecord, *, why: str, by: Actor, at: datetime) -> OutcomeRecord:
    """Take a wrong outcome back; it stays with its reason. Effects: withdrawn_at, customer.outcome_withdrawn."""
    return take_back(row, what="outcome", why=why, refused=OutcomeRefused, by=by, at=at)


def number(said: str, field: str) -> Decimal:
    """A figure as it was written. Raises OutcomeRefused."""
    try:
        found = Decimal(said.strip())
    except (InvalidOperation, AttributeError):
        raise OutcomeRefused("Write a number, such as 42.5.", field=field) from None
    if not found.is_finite() or abs(found) > 10**9 or -found.as_tuple().exponent > 6:  # type: ignore[operator]
        raise OutcomeRefused("Write a number of at most six places.", field=field)
    return found
