"""Customers: an account becomes one with its first won deal, and is looked after by somebody (IMPL-01, 11)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Customer, Opportunity, Term, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day


class CustomerRefused(Refusal):
    """That cannot be said of this customer."""

    status = 422


def won(deal: Opportunity, *, signed_on: date, by: Actor, at: datetime) -> Customer:
    """The account of a won deal is a customer, for the term of the deal; said of the same deal again it changes nothing.

    Effects: Customer, a Term, the events customer.won and customer.term_began, an audit entry.
    """
    from rounds.actions.customers import terms

    with deed(by), whole_sight(deal):
        customer = _customer(deal, signed_on, by=by, at=at)
        if not Term.objects.filter(customer=customer, opportunity=deal).exists():
            months = deal.term_months or active().playbook.growth.renewal.term_months.value
            terms.begin(customer, deal, starts_on=signed_on, months=months, arr_cents=deal.amount_cents, by=by, at=at)
    return Customer.objects.select_related("account", "owner").get(pk=customer.pk)


def bring_in(account: Account, *, since: date, months: int, arr_cents: int | None, owner: User | None = None, by: Actor,
             at: datetime) -> Customer:  # fmt: skip
    """An account that bought before it was followed here, with the term that runs; who is a customer already stays one.

    Effects: Customer, a Term, customer.won, customer.term_began, an audit entry. Raises CustomerRefused (422).
    """
    from rounds.actions.customers import terms

    if since > house_day(at):
        raise CustomerRefused("They cannot be a customer from a day that has not come.", field="since")
    with deed(by), whole_sight(account):
        there = Customer.objects.filter(account=account).first()
        if there is not None:
            return there
        customer = _made(account, since, owner or account.owner, arr_cents, account.currency, by=by, at=at)
        terms.begin(customer, None, starts_on=since, months=months, arr_cents=arr_cents, by=by, at=at)
    return customer


def _customer(deal: Opportunity, signed_on: date, *, by: Actor, at: datetime) -> Customer:
    there = Customer.objects.select_for_update(of=("self",)).filter(account_id=deal.account_id).first()
    if there is None:
        return _made(deal.account, signed_on, deal.owner or deal.account.owner, deal.amount_cents, deal.currency, by=by, at=at)
    if there.phase == "churned":  # they came back
        there.phase, there.churned_on, there.churn_reason, there.updated_at = "implementing", None, "", at
        there.save(update_fields=["phase", "churned_on", "churn_reason", "updated_at"])
    return there


def _made(account: Account, since: date, owner: User | None, arr_cents: int | None, currency: str, *, by: Actor, at: datetime) -> Customer:
    customer = Customer.objects.create(
        account=account, buying_unit_id=account.buying_unit_id or account.id, since=since, currency=currency, owner=owner,
        team_id=owner.team_id if owner else account.team_id, territory=account.territory, updated_at=at, **signature(by, at),
    )  # fmt: skip
    said = {"name": account.name, "arr_cents": arr_cents, "currency": currency}
    events.record("customer.won", said, by=by, at=at, account=account.id, subject=customer.id)
    audit.note("customer.win", by=by, at=at, kind="customer", subject=customer.id, detail={"account": str(account.id)})
    return customer


def change(customer: Customer, *, by: Actor, at: datetime, **said: Any) -> Customer:
    """Change who looks after a customer (`owner`) and how many should use it (`licensed_users`).

    Effects: the columns, customer.changed, an audit entry; nothing where nothing is new. Raises CustomerRefused (422).
    """
    if unknown := set(said) - {"owner", "licensed_users"}:
        raise CustomerRefused(f"{min(unknown)} is not changed here.", field=min(unknown))
    with deed(by):
        row = locked(customer)
        changed = {name: [_plain(getattr(row, name)), _plain(value)] for name, value in said.items() if getattr(row, name) != value}
        if not changed:
            return row
        if (number := said.get("licensed_users")) is not None and not 1 <= number <= 10_000_000:
            raise CustomerRefused("Enter how many people have a licence, 1 or more.", field="licensed_users")
        owner = said.get("owner")
        if isinstance(owner, User) and not owner.is_active:
            raise CustomerRefused("That person has left; choose somebody who is here.", field="owner")
        for name, value in said.items():
            setattr(row, name, value)
        if "owner" in changed and owner is not None:
            row.team_id = owner.team_id
        row.updated_at = at
        row.save(update_fields=[*said, "team", "updated_at"])
        events.record("customer.changed", {"changed": changed}, by=by, at=at, account=row.account_id, subject=row.id)
        audit.note("customer.change", by=by, at=at, kind="customer", subject=row.id, detail={"changed": sorted(changed)})
    return row


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, User) else value


def locked(customer: Customer) -> Customer:
    """The row, locked for the rest of the transaction."""
    return Customer.objects.select_for_update(of=("self",)).select_related("account", "owner").get(pk=customer.pk)


def settle(customer: Customer, *, at: datetime) -> Customer:
    """Count again what a customer is worth a year and when the first running term ends. Effects: those two columns."""
    running = list(Term.objects.filter(customer=customer, outcome="").order_by("ends_on").values_list("ends_on", "arr_cents", "currency"))
    known = [cents for _, cents, currency in running if cents is not None and currency == customer.currency]
    customer.arr_cents = sum(known) if known else None
    customer.renews_on = running[0][0] if running else None
    customer.updated_at = at
    customer.save(update_fields=["arr_cents", "renews_on", "updated_at"])
    return customer
