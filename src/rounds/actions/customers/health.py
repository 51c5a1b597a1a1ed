"""Customer health: checked weekly and on demand, with its reasons; a fall of more than 15 is told (IMPL-09)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rounds.access.sight import EVERYTHING, current, sight
from rounds.actions.desk.notifications import notify
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import Customer, HealthCheck, Team, User
from rounds.models.base import signature
from rounds.models.customers.standing import Standing, standing
from rounds.models.flow.active import active
from rounds.rules.implementation import health as rule

CHUNK = 200


def check(customer: Customer, *, by: Actor, at: datetime) -> HealthCheck:
    """Check one customer now. Effects: as check_all, for this one."""
    return check_some([customer], by=by, at=at)[0]


def check_all(*, by: Actor, at: datetime) -> tuple[int, int]:
    """Check every customer we still have; (how many, how many alarms).

    Effects: a HealthCheck each, health and NPS on the customer, customer.health_checked, notices where it fell too far.
    """
    count = alarms = 0
    keys = list(Customer.objects.exclude(phase="churned").order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        rows = Customer.objects.filter(pk__in=keys[start : start + CHUNK]).select_related("account", "owner")
        made = check_some(rows, by=by, at=at)
        count, alarms = count + len(made), alarms + sum(row.alarmed for row in made)
    return count, alarms


def check_some(customers: Iterable[Customer], *, by: Actor, at: datetime) -> list[HealthCheck]:
    """Check `customers`. A verdict does not hang on who asks for it, so everything is looked at."""
    rows = list(customers)
    made = []
    with deed(by):
        if current().everything or current().system:
            known = standing({row.pk: row.account_id for row in rows}, at)
        else:
            with sight(EVERYTHING):
                known = standing({row.pk: row.account_id for row in rows}, at)
        for row in rows:
            made.append(_keep(row, known[row.pk], by=by, at=at))
    return made


def _keep(customer: Customer, known: Standing, *, by: Actor, at: datetime) -> HealthCheck:
    book, facts = active().playbook, known.facts()
    found = rule.health(book, facts)
    alarmed = rule.alarms(book, customer.health, found.score)
    row = HealthCheck.objects.create(
        customer=customer, score=found.score, band=found.band, known=found.known, before=customer.health, alarmed=alarmed, facts=facts,
        lines=found.lines, playbook_hash=active().hash, **signature(by, at),
    )  # fmt: skip
    before, customer.health, customer.health_band, customer.health_known, customer.health_at = customer.health, found.score, found.band, found.known, at
    customer.nps = facts.get("nps")
    customer.save(update_fields=["health", "health_band", "health_known", "health_at", "nps"])
    reasons = [line["why"] for line in found.lines if line["points"] is not None and line["points"] < book.health.components[line["what"]].weight]
    said = {"before": before, "after": found.score, "band": found.band, "alarmed": alarmed, "reasons": reasons[:6]}
    if before != found.score:
        events.record("customer.health_checked", said, by=by, at=at, account=customer.account_id, subject=customer.id)
    audit.note("customer.health_check", by=by, at=at, kind="customer", subject=customer.id, detail={"score": found.score})
    if alarmed:
        notify(_whom(customer), kind="customer.alarm", title=f"{customer.account.name} fell from {before} to {found.score}",
               body=" ".join(reasons[:3]), url=f"/customers/{customer.pk}/", account=customer.account, by=by, at=at)  # fmt: skip
    return row


def _whom(customer: Customer) -> list[User]:
    """Who looks after a customer, and whoever leads their team."""
    found = [customer.owner] if customer.owner_id else []
    team = Team.objects.select_related("manager").filter(pk=customer.team_id).first() if customer.team_id else None
    return [*found, *([team.manager] if team and team.manager_id else [])]
