"""The committee of a deal: its map, its people, what one does with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import need_to_read
from rounds.access.fields import SEAT, need_to_be_shown
from rounds.access.scope import visible
from rounds.actions.deals import committee
from rounds.analytics.deals.committee import committee as of_deal_seen
from rounds.kit.clock import now
from rounds.models import Contact, DealContact, Opportunity
from rounds.models.flow.active import active
from rounds.web.deals.committee_map import pictures
from rounds.web.deals.forms import FieldRefused, back, number_of, of_deal, part, picked
from rounds.web.deals.frame import deal_or_404
from rounds.web.doors import page

MARKS = {"champion": "sprout", "supporter": "thumbs-up", "neutral": "minus", "sceptic": "circle-question-mark", "blocker": "thumbs-down"}
"""Stance → its icon."""


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The map, the coverage, the warnings, and everybody in a table."""
    said = part(request, key, "committee")
    need_to_read(request.user, "contact")
    deal, book = said["deal"], active().playbook
    held = of_deal_seen(deal, book, request.scope, said["at"])
    lists = book.picklists
    return render(request, "deals/committee.html", {
        **said, "held": held, "maps": pictures(held), "roles": lists.contact_role.groups, "stances": lists.stance.values, "marks": MARKS,
        "levels": [(one.level, one.title) for one in book.committee.decision_levels.listed], "preferences": book.committee.preferences.listed,
        "level_words": {one.level: one.title for one in book.committee.decision_levels.listed}, "rows": _rows(held),
        "others": _others(request, deal, held), "finding": _finding(held), "cooling_days": book.committee.warnings.cooling.days,
    })  # fmt: skip


def _finding(held: Any) -> str:
    """Where the committee stands, as a sentence."""
    if not held.people:
        return "Nobody is on the committee yet"
    if held.warnings:
        return held.warnings[0].says
    return f"{len(held.people)} people on the committee, {held.covered} of {len(held.coverage)} groups covered"


def _rows(held: Any) -> list[dict[str, Any]]:
    """Everybody with the names of whom they report to and whom they influence."""
    names = {one.row.id: one.row.contact.name for one in held.people}
    moves: dict[UUID, list[tuple[UUID, str]]] = {}
    for who, whom in held.lines:
        if who in names and whom in names:
            moves.setdefault(who, []).append((whom, names[whom]))
    return [{"one": one, "row": one.row, "chief": names.get(one.row.reports_to_id, ""), "moves": moves.get(one.row.id, []),
             "free": [(key, name) for key, name in names.items() if key != one.row.id]} for one in held.people]  # fmt: skip


def _others(request: HttpRequest, deal: Opportunity, held: Any) -> list[Contact]:
    """Contacts of the customer who could come on: those the account's committee knows best first."""
    known = [person.contact for person in held.known]
    if known:
        return known[:80]
    unit = deal.buying_unit_id or deal.account_id
    here = [one.row.contact_id for one in held.people]
    return list(visible(Contact, request.scope).filter(buying_unit_id=unit, left_on=None).exclude(pk__in=here).order_by("name")[:80])


@require_POST
@page
def seat(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put somebody on the committee, or change their part."""
    deal = deal_or_404(request, key)
    contact = picked(request, Contact, "contact")
    if contact is None:
        raise FieldRefused("Choose who comes on the committee.", field="contact")
    said = _said(request)
    committee.seat(deal, contact, by=request.user.actor, at=now(), **said)
    return back(request, deal, "committee/", f"{contact.name} is on the committee")


@require_POST
@page
def change(request: HttpRequest, key: UUID, seat: UUID) -> HttpResponse:
    """Change the part somebody plays, and whom they report to."""
    deal = deal_or_404(request, key)
    row, at = of_deal(request, DealContact, deal, seat, "contact", "opportunity"), now()
    committee.seat(deal, row.contact, by=request.user.actor, at=at, **_said(request))
    if "reports_to" in request.POST:
        committee.report_to(row, picked(request, DealContact, "reports_to", opportunity_id=deal.id), by=request.user.actor, at=at)
    return back(request, deal, "committee/", f"{row.contact.name}: changed")


@require_POST
@page
def leave(request: HttpRequest, key: UUID, seat: UUID) -> HttpResponse:
    """Take somebody off the committee."""
    deal = deal_or_404(request, key)
    row = of_deal(request, DealContact, deal, seat, "contact", "opportunity")
    committee.leave(row, reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    return back(request, deal, "committee/", f"{row.contact.name} is off the committee")


@require_POST
@page
def line(request: HttpRequest, key: UUID, seat: UUID) -> HttpResponse:
    """Draw a line of influence, or (`drawn=no`) take it away."""
    deal = deal_or_404(request, key)
    who, whom = of_deal(request, DealContact, deal, seat, "contact", "opportunity"), picked(request, DealContact, "whom", opportunity_id=deal.id)
    if whom is None:
        raise FieldRefused("Choose whom they influence.", field="whom")
    act = committee.erase if request.POST.get("drawn") == "no" else committee.draw
    act(who, whom, by=request.user.actor, at=now())
    return back(request, deal, "committee/")


def _said(request: HttpRequest) -> dict[str, Any]:
    """What a form says of a seat; of what its reader is not shown nothing is taken."""
    say = request.POST
    said: dict[str, Any] = {name: say[name] for name in ("stance", "level", "preference", "motivation") if name in say}
    if "influence" in say:
        said["influence"] = number_of(request, "influence") or 0
    if "roles" in say or "roles_said" in say:
        said["roles"] = [role for role in say.getlist("roles") if role]
    need_to_be_shown(request.user, "contact", [name for name in SEAT if name in said])
    return said
