"""What one does with a customer: readings, health, issues, outcomes, surveys."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rounds.access.scope import visible
from rounds.actions.customers import customers, health, issues, outcomes, readings, surveys
from rounds.kit.clock import now
from rounds.models import Contact, Customer, CustomerIssue, OutcomeRecord, SuccessReading, User
from rounds.rules.implementation.success import PARTS
from rounds.web.customers.customers import customer_or_404
from rounds.web.customers.reading import FormRefused, day_of, whole_of
from rounds.web.doors import page


@require_POST
@page
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who looks after it."""
    customer = customer_or_404(request, key)
    owner = User.objects.filter(pk=uuid_of(request.POST.get("owner", "")), is_active=True, portal_account=None).first()
    if owner is None:
        raise FormRefused("Choose a colleague.", field="owner")
    customers.change(customer, owner=owner, by=request.user.actor, at=now())
    return back(request, customer, f"{owner.name} looks after them now")


@require_POST
@page
def reading(request: HttpRequest, key: UUID) -> HttpResponse:
    """A reading of a metric with its evidence."""
    customer = customer_or_404(request, key)
    metric = request.POST.get("metric", "")
    parts = {name: whole_of(request, name, empty=0 if name == "maintenance_minutes" else None) for name in PARTS.get(metric, ())}
    readings.keep(customer, metric, as_of=day_of(request, "as_of"), parts=parts, evidence=request.POST.get("evidence", ""),
                  url=request.POST.get("url", ""), by=request.user.actor, at=now())  # fmt: skip
    health.check(customers.locked(customer), by=request.user.actor, at=now())
    return back(request, customer, "Reading kept; health counted again")


@require_POST
@page
def withdrawing(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    """A wrong reading is taken back."""
    customer = customer_or_404(request, key)
    readings.withdraw(_below(SuccessReading, customer, row), why=request.POST.get("why", ""), by=request.user.actor, at=now())
    return back(request, customer, "Reading taken back")


@require_POST
@page
def check(request: HttpRequest, key: UUID) -> HttpResponse:
    """Health, counted now."""
    customer = customer_or_404(request, key)
    row = health.check(customer, by=request.user.actor, at=now())
    return back(request, customer, f"Health is {row.score}" if row.score is not None else "Nothing is known yet to count health from")


@require_POST
@page
def issue(request: HttpRequest, key: UUID) -> HttpResponse:
    """Something troubles them."""
    customer = customer_or_404(request, key)
    issues.open_issue(customer, request.POST.get("title", ""), severity=request.POST.get("severity", "minor"), note=request.POST.get("note", ""),
                      by=request.user.actor, at=now())  # fmt: skip
    return back(request, customer, "Issue kept")


@require_POST
@page
def resolving(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    """An issue is resolved."""
    customer = customer_or_404(request, key)
    issues.resolve(_below(CustomerIssue, customer, row), resolution=request.POST.get("resolution", ""), by=request.user.actor, at=now())
    return back(request, customer, "Issue resolved")


@require_POST
@page
def outcome(request: HttpRequest, key: UUID) -> HttpResponse:
    """An outcome of a group."""
    customer, said = customer_or_404(request, key), request.POST
    outcomes.keep(
        customer, said.get("metric", ""), baseline=said.get("baseline", ""), current=said.get("current", ""), goal=said.get("goal", ""),
        people=whole_of(request, "people"), starts_on=day_of(request, "starts_on"), ends_on=day_of(request, "ends_on"),
        source=said.get("source", ""), evidence=said.get("evidence", ""), by=request.user.actor, at=now(),
    )  # fmt: skip
    return back(request, customer, "Outcome kept")


@require_POST
@page
def outcome_withdrawing(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    """A wrong outcome is taken back."""
    customer = customer_or_404(request, key)
    outcomes.withdraw(_below(OutcomeRecord, customer, row), why=request.POST.get("why", ""), by=request.user.actor, at=now())
    return back(request, customer, "Outcome taken back")


@require_POST
@page
def survey(request: HttpRequest, key: UUID) -> HttpResponse:
    """People are asked by mail."""
    customer = customer_or_404(request, key)
    keys = [found for said in request.POST.getlist("people") if (found := uuid_of(said))]
    people = visible(Contact, request.scope).filter(pk__in=keys)
    row = surveys.send(customer, request.POST.get("kind", ""), people, by=request.user.actor, at=now())
    count = row.invitations.count()
    return back(request, customer, f"{count} {'person is' if count == 1 else 'people are'} asked")


def _below(model: type, customer: Customer, key: UUID):
    row = model.objects.filter(pk=key, customer=customer).first()
    if row is None:
        raise Http404
    return row


def uuid_of(said: str) -> UUID | None:
    """The id a form says; None for none."""
    try:
        return UUID(said)
    except ValueError:
        return None


def back(request: HttpRequest, customer: Customer, says: str) -> HttpResponse:
    """To the customer's page, with a word."""
    url = f"/customers/{customer.id}/"
    request.session["toast"] = {"text": says}
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
