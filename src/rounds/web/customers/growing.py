"""What grows of a customer: terms, references, expansion, people in the portal."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from rounds.access.allowed import need, need_to_write
from rounds.access.scope import visible
from rounds.actions.customers import expansions, references, terms
from rounds.actions.portal import invitations
from rounds.kit.clock import now
from rounds.models import Contact, Expansion, Lead, PortalInvitation, Term
from rounds.web.customers.acts import back, uuid_of
from rounds.web.customers.customers import customer_or_404
from rounds.web.customers.reading import FormRefused, cents_of, day_of, whole_of
from rounds.web.doors import one, page


@require_POST
@page
def renewal(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    """A running term is renewed."""
    customer = customer_or_404(request, key)
    term = Term.objects.filter(pk=row, customer=customer).first()
    if term is None:
        raise Http404
    nxt = terms.renew(term, months=whole_of(request, "months"), arr_cents=cents_of(request, "arr"), by=request.user.actor, at=now())
    return back(request, customer, f"Renewed until {nxt.ends_on:%d %b %Y}")


@require_POST
@page
def churn(request: HttpRequest, key: UUID) -> HttpResponse:
    """They leave."""
    customer = customer_or_404(request, key)
    terms.churn(customer, on=day_of(request, "on"), reason=request.POST.get("reason", ""), note=request.POST.get("note", ""), by=request.user.actor, at=now())
    return back(request, customer, "They have left; the reason is kept")


@require_POST
@page
def reference(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whether they speak for us, as what, how often."""
    customer = customer_or_404(request, key)
    references.agree(customer, willing=request.POST.get("willing") == "yes", types=request.POST.getlist("types"), most=whole_of(request, "most", empty=4),
                     note=request.POST.get("note", ""), by=request.user.actor, at=now())  # fmt: skip
    return back(request, customer, "Kept")


@require_POST
@page
def reference_use(request: HttpRequest, key: UUID) -> HttpResponse:
    """They spoke for us."""
    customer = customer_or_404(request, key)
    references.use(customer, request.POST.get("kind", ""), on=day_of(request, "on"), told_to=request.POST.get("told_to", ""), by=request.user.actor, at=now())
    return back(request, customer, "Kept")


@require_POST
@page
def expansion(request: HttpRequest, key: UUID) -> HttpResponse:
    """What they could use next."""
    customer = customer_or_404(request, key)
    expansions.note(customer, request.POST.get("kind", ""), request.POST.get("title", ""), why=request.POST.get("why", ""), by=request.user.actor, at=now())
    return back(request, customer, "Idea kept")


@require_POST
@page
def expansion_deal(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    """An idea becomes a deal."""
    customer = customer_or_404(request, key)
    need_to_write(request.user, "opportunity")
    deal = expansions.open_deal(_idea(customer, row), by=request.user.actor, at=now())
    url = f"/opportunities/{deal.id}/"
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


@require_POST
@page
def expansion_dropping(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    """An idea is let go."""
    customer = customer_or_404(request, key)
    expansions.drop(_idea(customer, row), why=request.POST.get("why", ""), by=request.user.actor, at=now())
    return back(request, customer, "Idea dropped; the reason is kept")


def _idea(customer, row: UUID) -> Expansion:
    found = Expansion.objects.filter(pk=row, customer=customer).first()
    if found is None:
        raise Http404
    return found


@require_POST
@page
def invite(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody of the customer is invited into the portal. Where no mail leaves, the link is shown once."""
    customer = customer_or_404(request, key)
    need(request.user, "portal.invite")
    contact = visible(Contact, request.scope).filter(pk=uuid_of(request.POST.get("contact", ""))).first()
    if contact is None:
        raise FormRefused("Choose somebody of this customer.", field="contact")
    user, token = invitations.invite(customer.account, contact, by=request.user.actor, at=now())
    return _invited(request, user, token, f"/customers/{customer.id}/")


@require_POST
@page
def lead_invitation(request: HttpRequest, key: UUID) -> HttpResponse:
    """A held invitation of a lead is sent (`do=release`) or dropped."""
    lead = one(request, Lead, key, "account")
    need(request.user, "portal.invite")
    row = PortalInvitation.objects.filter(lead=lead).first()
    if row is None:
        raise Http404
    if request.POST.get("do") == "drop":
        invitations.drop(row, by=request.user.actor, at=now())
        request.session["toast"] = {"text": "Invitation dropped"}
        return HttpResponse(status=204, headers={"HX-Redirect": f"/leads/{lead.id}/"}) if request.htmx else redirect(f"/leads/{lead.id}/")
    user, token = invitations.release(row, by=request.user.actor, at=now())
    return _invited(request, user, token, f"/leads/{lead.id}/")


def _invited(request: HttpRequest, user, token: str, url: str) -> HttpResponse:
    from django.conf import settings

    if settings.MAIL:
        request.session["toast"] = {"text": f"{user.name} is invited by mail"}
        return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
    link = f"{settings.CONFIG.public_url.rstrip('/')}/login/link/{token}/"
    return render(request, "customers/invited.html", {"person": user, "link": link, "url": url, "place": "customers"})
