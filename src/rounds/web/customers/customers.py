"""Customers: the list, one customer with everything that is known of how it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import may, may_change, reads
from rounds.access.scope import visible
from rounds.actions.customers import references
from rounds.actions.customers.issues import SEVERITIES
from rounds.actions.desk import views as desk
from rounds.kit.clock import now
from rounds.models import (
    Contact,
    Customer,
    CustomerIssue,
    Expansion,
    HealthCheck,
    Implementation,
    Reference,
    SuccessReading,
    Term,
    User,
)
from rounds.models.customers.standing import outcomes_of, rounds_of, standing
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.web import lists
from rounds.web.customers.shown import health_shown, metrics_shown, outcome_rows, trend
from rounds.web.customers.table import TABLE, WORDS
from rounds.web.doors import noted, one, page


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The customers one may see, the least healthy first."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    return render(request, "customers/list.html", lists.context(request, TABLE, asked, words=WORDS, references=_references(request)))


def _references(request: HttpRequest) -> dict[str, Any]:
    """How many of the customers one sees are willing to be a reference, against the target (IMPL-08). One query."""
    said = visible(Customer, request.scope).exclude(phase="churned").aggregate(of=Count("id"), willing=Count("id", filter=Q(reference__willing=True)))
    target = active().playbook.growth.references.target.share
    return {**said, "target": target, "met": bool(said["of"]) and said["willing"] >= target * said["of"]}


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One customer: health with its reasons, success metrics, projects, satisfaction, outcomes, what grows. The read is
    on the record."""
    customer = customer_or_404(request, key)
    noted(request, "customer.read", "customer", customer.id)
    desk.visited(request.user, label=customer.account.name, url=f"/customers/{customer.id}/", icon="heart-handshake")
    return render(request, "customers/customer.html", {**shown(request, customer), "toast": request.session.pop("toast", None)})


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    customer = customer_or_404(request, key)
    noted(request, "customer.read", "customer", customer.id, part="preview")
    at = now()
    known = standing({customer.pk: customer.account_id}, at)[customer.pk]
    check = HealthCheck.objects.filter(customer=customer).order_by("-at").first()
    said = {"customer": customer, "url": f"/customers/{customer.id}/", "metrics": metrics_shown(known, at), "health": health_shown(check)}
    return render(request, "customers/preview.html", said)


def customer_or_404(request: HttpRequest, key: UUID, to: str = "") -> Customer:
    return one(request, Customer, key, "owner", "account", to=to)


def shown(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """What the page says, in a fixed number of queries."""
    at, book = now(), active().playbook
    known = standing({customer.pk: customer.account_id}, at)[customer.pk]
    checks = list(HealthCheck.objects.filter(customer=customer).order_by("-at")[:26])
    projects = list(Implementation.objects.filter(customer=customer).order_by("-at"))
    rounds = rounds_of([customer.pk]).get(customer.pk, [])
    reference = Reference.objects.filter(customer=customer).first()
    writable = may_change(request.user, customer)
    return {
        "customer": customer, "url": f"/customers/{customer.id}/", "place": "customers", "at": at, "writable": writable,
        "phase": WORDS.get(customer.phase, customer.phase), "metrics": metrics_shown(known, at), "health": health_shown(checks[0] if checks else None),
        "trend": trend(checks), "projects": projects, "rounds": rounds, "shown_from": book.surveys.shown_from.answers,
        "said": [answer for one in rounds[:1] if not one.hidden for answer in one.survey.answers.exclude(said="").order_by("said")[:5]],
        "kinds": book.surveys.kinds.items(), "issues": list(CustomerIssue.objects.filter(customer=customer, resolved_at=None).order_by("at")),
        "severities": SEVERITIES.items(), "outcomes": outcome_rows(outcomes_of([customer.pk]).get(customer.pk, [])),
        "outcome_metrics": book.growth.outcomes.metrics.items(), "outcome_sources": book.growth.outcomes.sources.values,
        "least_group": book.growth.outcomes.least_group.people, "terms": list(Term.objects.filter(customer=customer).order_by("-starts_on")),
        "churn_reasons": book.growth.churn_reasons.values, "reference": reference, "reference_types": book.growth.references.types.values,
        "left": references.left(reference, house_day(at)) if reference and reference.willing else 0, "limit_days": book.growth.references.limit.days,
        "uses": list(customer.reference_uses.order_by("-used_on")[:5]), "default_uses": book.growth.references.limit.uses,
        "expansions": list(Expansion.objects.filter(customer=customer, dropped_at=None).select_related("opportunity").order_by("-at")),
        "expansion_kinds": book.growth.expansion.kinds.items(), "kind_titles": {code: one.title for code, one in book.growth.expansion.kinds.items()},
        "readings": list(SuccessReading.objects.filter(customer=customer).order_by("-as_of", "-at")[:12]),
        **_people(request, customer, writable),
    }  # fmt: skip


def _people(request: HttpRequest, customer: Customer, writable: bool) -> dict[str, Any]:
    """Whom one may ask and invite, and who has the portal."""
    contacts = []
    if reads(request.user, "contact"):
        contacts = list(visible(Contact, request.scope).filter(account_id=customer.account_id, left_on=None).order_by("name")[:100])
    portal = list(User.objects.filter(portal_account_id=customer.account_id, is_active=True).order_by("name").values("name", "email", "joined_at"))
    taken = {one["email"].lower() for one in portal}
    return {"contacts": [one for one in contacts if one.email], "portal": portal,
            "invitable": [one for one in contacts if one.email and one.email.lower() not in taken] if may(request.user, "portal.invite") and writable else [],
            "owners": list(User.objects.filter(is_active=True, portal_account=None).order_by("name").values_list("id", "name")) if writable else []}  # fmt: skip
