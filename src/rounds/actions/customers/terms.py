"""Terms: for how long a customer has bought, renewed in time or lost (IMPL-11)."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

from rounds.actions.customers.customers import CustomerRefused, locked, settle
from rounds.actions.desk import tasks
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Customer, Implementation, Opportunity, Term
from rounds.models.base import signature
from rounds.models.customers.implementations import RUNNING
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day


class TermOver(Refusal):
    """This term was renewed or ended already."""


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def begin(customer: Customer, deal: Opportunity | None, *, starts_on: date, months: int, arr_cents: int | None, follows: Term | None = None,
          by: Actor, at: datetime) -> Term:  # fmt: skip
    """Keep a term. Effects: Term, the customer's worth and renewal day, customer.term_began. Raises CustomerRefused."""
    if not 1 <= months <= 240:
        raise CustomerRefused("A term has 1 to 240 months.", field="months")
    if arr_cents is not None and arr_cents < 0:
        raise CustomerRefused("What a term is worth a year cannot be less than nothing.", field="arr")
    with deed(by):
        term = Term.objects.create(
            customer=customer, opportunity=deal, follows=follows, starts_on=starts_on, ends_on=months_after(starts_on, months),
            currency=deal.currency if deal else customer.currency, arr_cents=arr_cents, **signature(by, at),
        )  # fmt: skip
        settle(customer, at=at)
        if follows is None:
            _tell("customer.term_began", customer, term, by=by, at=at)
    return term


def renew(term: Term, *, months: int, arr_cents: int | None, by: Actor, at: datetime) -> Term:
    """Renew a running term from the day it ends. Effects: its outcome, the next Term, customer.renewed, an audit entry.

    Raises TermOver (409), CustomerRefused.
    """
    with deed(by):
        customer, term = _open(term)
        term.outcome, term.decided_on, term.decided_by = "renewed", house_day(at), by.name
        term.save(update_fields=["outcome", "decided_on", "decided_by"])
        nxt = begin(customer, None, starts_on=term.ends_on, months=months, arr_cents=arr_cents, follows=term, by=by, at=at)
        _tell("customer.renewed", customer, nxt, by=by, at=at)
        audit.note("customer.renew", by=by, at=at, kind="customer", subject=customer.id, detail={"until": nxt.ends_on.isoformat()})
    return nxt


@phi.texts("note")
def churn(customer: Customer, *, on: date, reason: str, note: str = "", by: Actor, at: datetime) -> Customer:
    """Say that a customer leaves on a day, for a reason of the playbook's list.

    Effects: its running terms end, its phase, open projects stop, customer.churned, an audit entry. Raises CustomerRefused.
    """
    from rounds.actions.customers import stopping

    if reason not in active().playbook.growth.churn_reasons.values:
        raise CustomerRefused("Choose one of: " + ", ".join(active().playbook.growth.churn_reasons.values) + ".", field="reason")
    with deed(by):
        row = locked(customer)
        if row.phase == "churned":
            return row
        if on < row.since:
            raise CustomerRefused(f"They have been a customer since {row.since}; the end comes later.", field="on")
        why = f"{reason}: {note.strip()}" if note.strip() else reason
        last = Term.objects.filter(customer=row, outcome="").order_by("-ends_on").first()
        Term.objects.filter(customer=row, outcome="").update(outcome="churned", decided_on=on, decided_by=by.name, reason=why[:500])
        for project in Implementation.objects.filter(RUNNING, customer=row):
            stopping.stop(project, reason=f"The customer left: {why}", by=by, at=at)
        row.phase, row.churned_on, row.churn_reason = "churned", on, why[:500]
        row.save(update_fields=["phase", "churned_on", "churn_reason"])
        settle(row, at=at)
        said = {"starts_on": row.since.isoformat(), "ends_on": on.isoformat(), "arr_cents": last.arr_cents if last else None, "reason": why[:500]}
        events.record("customer.churned", said, by=by, at=at, account=row.account_id, subject=row.id)
        audit.note("customer.churn", by=by, at=at, kind="customer", subject=row.id, detail={"reason": reason})
    return row


def remind(*, by: Actor, at: datetime) -> int:
    """A task for whoever looks after a customer, so many days before a term ends; how many were added.

    Effects: Tasks, and on each term which reminder it was.
    """
    days, count, today = sorted(active().playbook.growth.renewal.ask_days.values), 0, house_day(at)
    if not days:
        return 0
    soon = Term.objects.filter(outcome="", ends_on__lte=today + timedelta(days=days[-1]), ends_on__gte=today)
    for term in soon.select_related("customer__account", "customer__owner"):
        left = (term.ends_on - today).days
        step = next(day for day in days if left <= day)
        if term.asked_days is not None and term.asked_days <= step:
            continue
        with deed(by):
            Term.objects.filter(pk=term.pk).update(asked_days=step)
            customer = term.customer
            owner = customer.owner if customer.owner_id and customer.owner.is_active else None
            tasks.add(f"Renew {customer.account.name}: its term ends on {term.ends_on:%d %b %Y}", kind="follow_up", owner=owner,
                      account=customer.account, priority="high" if step == days[0] else "normal", due_at=at + timedelta(days=7),
                      key=f"renewal:{term.id}:{step}", by=by, at=at)  # fmt: skip
            count += 1
    return count


def _open(term: Term) -> tuple[Customer, Term]:
    customer = locked(Customer(pk=term.customer_id))
    term = Term.objects.get(pk=term.pk)
    if term.outcome:
        raise TermOver
    return customer, term


def _tell(kind: str, customer: Customer, term: Term, *, by: Actor, at: datetime) -> None:
    said = {"starts_on": term.starts_on.isoformat(), "ends_on": term.ends_on.isoformat(), "arr_cents": term.arr_cents}
    events.record(kind, said, by=by, at=at, account=customer.account_id, subject=customer.id)
