"""Expansion: found by a look at the records or by somebody, and made a deal of (IMPL-07)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from rounds.access.sight import whole_sight
from rounds.actions.customers.customers import CustomerRefused
from rounds.actions.deals import opportunities
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Customer, Expansion, Opportunity
from rounds.models.base import signature
from rounds.models.customers.standing import Standing, standing
from rounds.models.flow.active import active

CHUNK = 200


class ExpansionOver(Refusal):
    """This idea became a deal, or was dropped."""


@phi.texts("title", "why", needed=("title",))
def note(customer: Customer, kind: str, title: str, *, why: str = "", by: Actor, at: datetime) -> Expansion:
    """Keep what a customer could use next; one of the same title that waits answers that one.

    Effects: Expansion, customer.expansion_found, an audit entry. Raises CustomerRefused (422).
    """
    book = active().playbook.growth.expansion
    if kind not in book.kinds:
        raise CustomerRefused("Choose one of: " + ", ".join(one.title for one in book.kinds.values()) + ".", field="kind")
    if not title.strip():
        raise CustomerRefused("Say what they could use next.", field="title")
    title = title.strip()[:300]
    with deed(by):
        there = Expansion.objects.filter(customer=customer, kind=kind, title=title, opportunity=None, dropped_at=None).first()
        if there is not None:
            return there
        try:
            with transaction.atomic():
                row = Expansion.objects.create(customer=customer, kind=kind, title=title, why=why.strip()[:1000], **signature(by, at))
        except IntegrityError:  # somebody found it meanwhile
            return Expansion.objects.get(customer=customer, kind=kind, title=title, opportunity=None, dropped_at=None)
        said = {"kind": kind, "title": title, "why": row.why[:300]}
        events.record("customer.expansion_found", said, by=by, at=at, account=customer.account_id, subject=customer.id)
        audit.note("customer.expansion", by=by, at=at, kind="customer", subject=customer.id, detail={"kind": kind})
    return row


def find(*, by: Actor, at: datetime, customers: Iterable[Customer] | None = None) -> int:
    """Look at every live customer for what they could use next; how many ideas are new. One that was dropped, or became
    a deal, within half a year is not found again.

    Effects: those of note.
    """
    rows = list(customers) if customers is not None else list(Customer.objects.filter(phase="live").select_related("account"))
    count = 0
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        known, left = standing({row.pk: row.account_id for row in some}, at), _sites_left(some)
        willing = set(Customer.objects.filter(pk__in=[row.pk for row in some], reference__willing=True).values_list("pk", flat=True))
        lately = {(key, kind) for key, kind, when in Expansion.objects.filter(customer__in=some).values_list("customer", "kind", "at")
                  if (at - when).days < 183}  # fmt: skip
        for row in some:
            signs = _signs(row, known[row.pk], left.get(row.pk, 0), row.pk in willing)
            for kind, entry in active().playbook.growth.expansion.kinds.items():
                if (row.pk, kind) not in lately and all(sign in signs for sign in entry.when):
                    note(row, kind, _title(kind, entry.title, left.get(row.pk, 0)), why=entry.says, by=by, at=at)
                    count += 1
    return count


def _signs(customer: Customer, known: Standing, sites: int, willing: bool) -> set[str]:
    book = active().playbook
    status = {reading.metric: reading.status for reading in known.judged()}
    adoption = known.value("user_adoption")
    full = adoption is not None and float(adoption) >= 100 * book.growth.expansion.licences_used.share
    signs = {
        "outcomes_attained": known.outcomes[0] > 0, "sites_left": sites > 0, "adopted": status.get("user_adoption") == "met",
        "licences_used": full, "healthy": customer.health_band == "healthy", "promoters": status.get("nps") == "met", "no_reference": not willing,
    }  # fmt: skip
    return {name for name, holds in signs.items() if holds}


def _title(kind: str, title: str, sites: int) -> str:
    return f"{sites} more site{'' if sites == 1 else 's'} of the same system" if kind == "geographic" else title


def _sites_left(customers: list[Customer]) -> dict:
    """Customer → how many hospitals of its system are no customers."""
    units = {row.buying_unit_id for row in customers if row.buying_unit_id}
    hospitals = Account.objects.filter(buying_unit__in=units, level="hospital", merged_into=None, status="open")
    bought = set(Customer.objects.filter(buying_unit__in=units).exclude(phase="churned").values_list("account", flat=True))
    left: dict = {}
    for key, unit in hospitals.values_list("pk", "buying_unit"):
        if key not in bought:
            left[unit] = left.get(unit, 0) + 1
    return {row.pk: left.get(row.buying_unit_id, 0) for row in customers if row.account_id != row.buying_unit_id}


@phi.texts("name")
def open_deal(row: Expansion, *, name: str = "", by: Actor, at: datetime) -> Opportunity:
    """Make a deal of an idea, with the customer's account; the one that is there where it has one.

    Effects: Opportunity in its first stage, opportunity.opened, customer.expansion_opened, an audit entry. Raises
    ExpansionOver (409).
    """
    with deed(by):
        row = Expansion.objects.select_for_update(of=("self",)).select_related("customer__account", "customer__owner", "opportunity").get(pk=row.pk)
        if row.opportunity_id:
            return row.opportunity
        if row.dropped_at:
            raise ExpansionOver
        customer = row.customer
        owner = customer.account.owner or customer.owner
        with whole_sight(customer):
            deal = opportunities.open_deal(customer.account, name.strip()[:300] or f"{customer.account.name}: {row.title}",
                                           owner=owner if owner and owner.is_active else None, kind="expansion", by=by, at=at)  # fmt: skip
        row.opportunity = deal
        row.save(update_fields=["opportunity"])
        said = {"kind": row.kind, "title": row.title, "opportunity": str(deal.id)}
        events.record("customer.expansion_opened", said, by=by, at=at, account=customer.account_id, subject=customer.id)
        audit.note("customer.expansion_open", by=by, at=at, kind="customer", subject=customer.id, detail={"opportunity": str(deal.id)})
    return deal


@phi.texts("why", needed=("why",))
def drop(row: Expansion, *, why: str, by: Actor, at: datetime) -> Expansion:
    """Let an idea go, with the reason. Effects: dropped_at, customer.expansion_dropped. Raises ExpansionOver, CustomerRefused."""
    if not why.strip():
        raise CustomerRefused("Say why it is not pursued.", field="why")
    with deed(by):
        row = Expansion.objects.select_for_update(of=("self",)).select_related("customer").get(pk=row.pk)
        if row.opportunity_id or row.dropped_at:
            raise ExpansionOver
        row.dropped_at, row.dropped_why = at, why.strip()[:500]
        row.save(update_fields=["dropped_at", "dropped_why"])
        said = {"title": row.title, "reason": row.dropped_why}
        events.record("customer.expansion_dropped", said, by=by, at=at, account=row.customer.account_id, subject=row.customer_id)
        audit.note("customer.expansion_drop", by=by, at=at, kind="customer", subject=row.customer_id)
    return row
