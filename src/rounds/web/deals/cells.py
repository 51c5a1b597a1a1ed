"""Values of a deal edited where they stand: in the list, and on its page."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from rounds.access.allowed import need_to_write
from rounds.actions.deals import opportunities
from rounds.actions.deals.telling import DealRefused
from rounds.kit.clock import now
from rounds.models import Event, Opportunity
from rounds.models.deals.listing import categories, kinds
from rounds.models.flow.active import active
from rounds.web.desk import cells
from rounds.web.doors import noted, one, page

EDITED = {"name": "Name", "amount": "Amount", "close_on": "Close date", "forecast": "Forecast", "next_step": "Next step",
          "next_step_due": "Next step due", "term_months": "Term in months", "kind": "Kind", "phi_involved": "Patient data"}  # fmt: skip
YES_NO = [("yes", "Yes"), ("no", "No")]


@require_http_methods(["GET", "POST"])
@page
def cell(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """One value of a deal: its field, its save, 409 when somebody else was quicker."""
    deal = one(request, Opportunity, key, "owner", "account")
    if name not in EDITED:
        raise Http404
    need_to_write(request.user, deal)
    if request.method == "GET":
        noted(request, "opportunity.read", "opportunity", deal.id, part=name)
    return cells.answer(request, cell_of(request, deal, name))


def cell_of(request: HttpRequest, deal: Opportunity, name: str) -> cells.Cell:
    """The cell of one value."""

    def save(said: str) -> cells.Cell:
        return cell_of(request, _save(deal, name, said.strip(), by=request.user.actor, at=now()), name)

    def who() -> tuple[str, Any]:
        last = Event.objects.filter(opportunity_id=deal.id, kind="opportunity.changed").order_by("-at").first()
        return (last.by_name, last.at) if last else ("", None)

    value, shown = said_of(deal, name)
    types = {"close_on": "date", "next_step_due": "date", "amount": "text", "term_months": "number"}
    return cells.Cell(f"/opportunities/{deal.id}/values/{name}/", EDITED[name], value, shown, f"/opportunities/{deal.id}/", save, who,
                      _choices(name), types.get(name, "text"))  # fmt: skip


def _choices(name: str) -> list[tuple[str, str]] | None:
    if name == "forecast":
        closed = {entry.category for entry in active().playbook.closing.forecast.categories if entry.closed}
        return [("", "As the stage says"), *((code, title) for code, title in categories() if code not in closed)]
    return {"kind": kinds(), "phi_involved": YES_NO}.get(name)


def said_of(deal: Opportunity, name: str) -> tuple[str, str]:
    """(what the field edits, what the page says)."""
    if name == "amount":
        if deal.amount_cents is None:
            return "", ""
        whole = f"{Decimal(deal.amount_cents) / 100:,.2f}".removesuffix(".00")
        shown = f"${whole}" if deal.currency == "USD" else f"{whole} {deal.currency}"
        return whole.replace(",", ""), shown
    if name == "forecast":
        return deal.forecast_category if deal.forecast_by_hand else "", dict(categories()).get(deal.forecast_category, "")
    if name == "phi_involved":
        return ("yes", "Involved") if deal.phi_involved else ("no", "Not involved")
    value = getattr(deal, name)
    if name in ("close_on", "next_step_due"):
        return (value.isoformat(), f"{value:%-d %b %Y}") if value else ("", "")
    if name == "kind":
        return value, dict(kinds()).get(value, value)
    return ("", "") if value in (None, "") else (str(value), str(value))


def _save(deal: Opportunity, name: str, said: str, **who: Any) -> Opportunity:
    if name == "amount":
        return opportunities.price(deal, _cents(said), **who)
    if name == "forecast":
        return opportunities.forecast(deal, said, **who)
    reading: dict[str, Callable[[str], Any]] = {"phi_involved": lambda word: word == "yes", "term_months": _months}
    return opportunities.change(deal, **{name: reading.get(name, str)(said)}, **who)


def _cents(said: str) -> int | None:
    """Dollars as people write them, in cents, half-up. Raises DealRefused (422)."""
    plain = said.replace(",", "").replace("$", "").replace(" ", "")
    if not plain:
        return None
    try:
        return int((Decimal(plain) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError):
        raise DealRefused("Write an amount such as 240,000.", field="value") from None


def _months(said: str) -> int | None:
    if not said:
        return None
    if not said.isdigit():
        raise DealRefused("Write a number of months, such as 36.", field="value")
    return int(said)
