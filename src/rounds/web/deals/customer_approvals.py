"""How the customer approves and pays: the steps with owner, state and day; committee and budget."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import reads
from rounds.access.scope import visible
from rounds.actions.deals import customer_approvals as approvals
from rounds.kit.clock import now
from rounds.models import ApprovalStep, Contact, Opportunity
from rounds.models.deals.approving import buying_of, steps_of
from rounds.models.deals.committee import STATES
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.playbook import Playbook
from rounds.rules import budget
from rounds.rules.committee import Against
from rounds.web.deals.forms import FieldRefused, back, day_of, number_of, of_deal, part, picked
from rounds.web.deals.frame import deal_or_404
from rounds.web.doors import page

MARKS = {"approved": "met", "refused": "blocked", "in_review": "missing", "waiting": "missing", "not_needed": "met"}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every step, how they decide, and when money can be asked for."""
    said = part(request, key, "approvals")
    deal, book = said["deal"], active().playbook
    steps = steps_of(deal.id)
    people = visible(Contact, request.scope).filter(buying_unit_id=deal.buying_unit_id or deal.account_id, left_on=None) if reads(request.user, "contact") else []
    usual = book.committee.benchmark_of((deal.buying_unit or deal.account).tier)
    return render(request, "deals/approvals.html", {
        **said, "steps": steps, "states": list(STATES.items()), "words": STATES, "marks": MARKS, "finding": finding(steps),
        "people": list(people[:80]) if people else [], "months": list(enumerate(MONTHS, 1)), **paying(deal, book, house_day(said["at"])),
        "against": Against(sum(one.state != "not_needed" for one in steps), *usual.approvals), "usual": usual,
        "offered": len(steps) == 0 or len({one.step for one in book.committee.approvals.offered} - {one.code for one in steps}) > 0,
        "annual_share": book.committee.budget_cycle.annual_share,
    })  # fmt: skip


def finding(steps: list[ApprovalStep]) -> str:
    """Where the customer's approval stands, as a sentence."""
    asked = [one for one in steps if one.state != "not_needed"]
    if not asked:
        return "How they approve is not known yet"
    refused = next((one for one in asked if one.state == "refused"), None)
    if refused is not None:
        return f"{refused.title} was refused"
    done = sum(one.state == "approved" for one in asked)
    left = next((one for one in asked if one.state != "approved"), None)
    return f"All {done} approvals are given" if left is None else f"{done} of {len(asked)} approvals given; {left.title} is next"


def paying(deal: Opportunity, book: Playbook, today: Any) -> dict[str, Any]:
    """How they decide and pay, with the window in which money is asked for. One query."""
    row = buying_of(deal.id)
    month = (row.fye_month if row else None) or deal.account.fye_month
    window = budget.window(book, month, today)
    outside = bool(deal.close_on and window.closes and row and row.annual_budget == "yes" and deal.close_on < window.opens)
    return {"buying": row, "fye_month": month, "fye_word": MONTHS[month - 1] if month else "", "window": window, "outside": outside}


@require_POST
@page
def add(request: HttpRequest, key: UUID) -> HttpResponse:
    """A step of their own, or (`offered`) those the playbook offers."""
    deal, say = deal_or_404(request, key), request.POST.get
    if say("offered"):
        approvals.offer(deal, by=request.user.actor, at=now())
        return back(request, deal, "approvals/", "The usual steps are there; change what is otherwise")
    row = approvals.add(deal, say("title", ""), whose=say("whose", ""), due_on=day_of(request, "due_on"), contact=picked(request, Contact, "contact"),
                        by=request.user.actor, at=now())  # fmt: skip
    return back(request, deal, "approvals/", f"{row.title} added")


@require_POST
@page
def change(request: HttpRequest, key: UUID, step: UUID) -> HttpResponse:
    """Where a step stands, whose it is, until when."""
    deal, say = deal_or_404(request, key), request.POST
    row = of_deal(request, ApprovalStep, deal, step)
    given: dict[str, Any] = {name: say[name] for name in ("state", "note", "title", "whose") if name in say}
    if "due_on" in say:
        given["due_on"] = day_of(request, "due_on")
    if "decided_on" in say:
        given["decided_on"] = day_of(request, "decided_on")
    row = approvals.change(row, by=request.user.actor, at=now(), **given)
    return back(request, deal, "approvals/", f"{row.title}: {STATES[row.state].lower()}")


@require_POST
@page
def remove(request: HttpRequest, key: UUID, step: UUID) -> HttpResponse:
    """Take a step off."""
    deal = deal_or_404(request, key)
    approvals.remove(of_deal(request, ApprovalStep, deal, step), by=request.user.actor, at=now())
    return back(request, deal, "approvals/", "Step removed")


@require_POST
@page
def buying(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say how they decide and pay."""
    deal, say = deal_or_404(request, key), request.POST
    given: dict[str, Any] = {name: say[name] for name in ("committee_required", "annual_budget") if name in say}
    if "fye_month" in say:
        given["fye_month"] = number_of(request, "fye_month")
    if not given:
        raise FieldRefused("Answer at least one of the questions.")
    approvals.say_buying(deal, by=request.user.actor, at=now(), **given)
    return back(request, deal, "approvals/", "Kept")
