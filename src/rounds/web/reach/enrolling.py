"""Enrolling one person: from a lead, a contact or a deal; the dry run is read first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.reach import enrolling, people
from rounds.kit.clock import now
from rounds.models import Contact, Lead, Opportunity, User
from rounds.web.doors import one, page
from rounds.web.reach.dry_run import ready, shown

MOST = 60
"""People of a deal's account that are offered."""


@require_http_methods(["GET", "POST"])
@page
def of_lead(request: HttpRequest, key: UUID) -> HttpResponse:
    """A lead: which sequence, what would come of it; sent, they are enrolled. Their owner sends; of nobody's, whoever enrols."""
    lead = one(request, Lead, key, "owner", "account__buying_unit")
    return _answer(request, people.of_lead(lead), lead.owner or request.user, {"back": f"/leads/{key}/"})


@require_http_methods(["GET", "POST"])
@page
def of_contact(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same of a contact."""
    contact = one(request, Contact, key, "owner", "account__buying_unit")
    return _answer(request, people.of_contact(contact), contact.owner or request.user, {"back": f"/contacts/{key}/"})


@require_http_methods(["GET", "POST"])
@page
def of_deal(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same of somebody of a deal's account, about the deal; the deal's owner sends."""
    deal = one(request, Opportunity, key, "account", "owner")
    offered = visible(Contact, request.scope).filter(account=deal.account, left_on=None).exclude(email="").order_by("name")
    chosen = _key(request.POST.get("contact") or request.GET.get("contact"))
    rows = offered.select_related("owner", "account__buying_unit")
    contact = rows.filter(pk=chosen).first() if chosen else rows.first()
    if chosen and contact is None:
        raise Http404
    person = people.of_contact(contact, opportunity=deal) if contact else None
    return _answer(request, person, deal.owner or request.user, {"back": f"/opportunities/{key}/", "offered": list(offered[:MOST]), "contact": contact})


def _answer(request: HttpRequest, person: people.Person | None, sender: User, said: dict[str, Any]) -> HttpResponse:
    need(request.user, "sequences.enrol")
    if request.method == "POST":
        if person is None:
            raise enrolling.EnrolmentRefused("Nobody of the deal's account has an address.", field="contact")
        row = enrolling.enrol(request.POST.get("sequence", ""), person, sender=sender, why=request.POST.get("why", ""), by=request.user.actor, at=now())
        return redirect(f"/enrolments/{row.id}/")
    choices = ready()
    codes = [code for code, _ in choices]
    code = asked if (asked := request.GET.get("sequence")) in codes else codes[0] if codes else ""
    ahead = shown(code, [(person, sender)]) if code and person else None
    return render(request, "reach/enrolments/new.html", {**said, "person": person, "sender": sender, "choices": choices, "code": code, "ahead": ahead,
                                                         "place": "enrolments", "url": request.path})  # fmt: skip


def _key(said: str | None) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError as error:
        raise Http404 from error
