"""What one changes of a deal: what it is called, what it brings, when it closes, what happens next, whose it is."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rounds.access.allowed import may, need_to_give
from rounds.actions.deals import opportunities
from rounds.kit.clock import now
from rounds.models import Contact, Opportunity, User
from rounds.models.flow.active import active
from rounds.web.deals.forms import FieldRefused, back, day_of, number_of, picked
from rounds.web.deals.frame import deal_or_404
from rounds.web.doors import page


@require_POST
@page
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what the form says; each part by its own action."""
    deal, say, by, at = deal_or_404(request, key), request.POST, request.user.actor, now()
    given: dict[str, Any] = {name: say[name] for name in ("name", "kind") if name in say}
    for name in ("close_on", "next_step_due"):
        if name in say:
            given[name] = day_of(request, name)
    if "next_step" in say:
        given["next_step"] = say["next_step"]
    if "phi_involved" in say:
        given["phi_involved"] = say["phi_involved"] == "yes"
    if "contact" in say:
        given["contact"] = picked(request, Contact, "contact", buying_unit_id=deal.buying_unit_id or deal.account_id)
    if given:
        deal = opportunities.change(deal, reason=say.get("reason", ""), by=by, at=at, **given)
    if "amount" in say or "term_months" in say:
        amount = cents_of(request) if "amount" in say else deal.amount_cents
        deal = opportunities.price(deal, amount, term_months=number_of(request, "term_months"), rate=say.get("rate", ""), by=by, at=at)
    if say.get("category", deal.forecast_category) != deal.forecast_category:
        deal = opportunities.forecast(deal, say["category"], reason=say.get("reason", ""), by=by, at=at)
    return back(request, deal, "", "Changed")


def cents_of(request: HttpRequest, name: str = "amount") -> int | None:
    """An amount of a form, as cents; None where it says none. Raises FieldRefused."""
    said = request.POST.get(name, "").strip().replace(",", "").lstrip("$")
    if not said:
        return None
    try:
        amount = Decimal(said)
    except InvalidOperation as error:
        raise FieldRefused("Write an amount such as 310000 or 310,000.", field=name) from error
    if not amount.is_finite() or amount < 0 or amount != round(amount, 2):
        raise FieldRefused("Write an amount such as 310000 or 310,000.50.", field=name)
    return int(amount * 100)


@require_POST
@page
def give(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give the deal to somebody; claim one that nobody has."""
    deal = deal_or_404(request, key)
    owner = request.user if request.POST.get("owner") == "me" else _person(request)
    need_to_give(request.user, deal, owner)
    deal = opportunities.assign(deal, owner, reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    return back(request, deal, "", f"Given to {owner.name}" if owner else "Nobody’s now")


def _person(request: HttpRequest) -> User | None:
    said = request.POST.get("owner", "")
    try:
        person = User.objects.filter(pk=UUID(said), is_active=True).first() if said else None
    except ValueError:
        person = None
    if said and person is None:
        raise FieldRefused("Choose somebody who works here.", field="owner")
    return person


def owners_for(user: User) -> list[tuple[UUID, str]]:
    """Whom `user` may give a deal to: everybody active for those who give records to others, else nobody. One query."""
    return list(User.objects.filter(is_active=True).order_by("name").values_list("id", "name")) if may(user, "records.assign_others") else []


def form_of(deal: Opportunity) -> dict[str, Any]:
    """What the form of the details offers."""
    book = active().playbook.closing
    return {"categories": [(one.category, one.title) for one in book.forecast.categories if not one.closed], "deal_kinds": list(book.kind_titles.items())}
