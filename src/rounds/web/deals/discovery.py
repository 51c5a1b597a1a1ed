"""Discovery of a deal: the call in six timed sections with its notes, and what was found out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import reads
from rounds.access.scope import visible
from rounds.actions.deals import discovery
from rounds.kit.clock import now
from rounds.models import Contact, DiscoveryCall, DiscoveryRecord, Opportunity
from rounds.models.flow.active import active
from rounds.playbook import Playbook
from rounds.web.deals.forms import FieldRefused, back, moment_of, number_of, of_deal, part, picked
from rounds.web.deals.frame import deal_or_404
from rounds.web.doors import page

OF = {"needs": "What they need", "technical": "What it has to run with"}


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The call that is next, or was last, with its notes; the records; whom to hear yet."""
    said = part(request, key, "discovery")
    deal, book = said["deal"], active().playbook
    calls = list(DiscoveryCall.objects.filter(opportunity_id=deal.id).order_by("-starts_at", "-id")[:20])
    call = _chosen(request, calls)
    records = list(DiscoveryRecord.objects.filter(opportunity_id=deal.id, withdrawn_at=None).select_related("contact").order_by("at", "id")[:400])
    people = _people(request, deal)
    return render(request, "deals/discovery.html", {
        **said, "calls": calls, "call": call, "sections": _sections(call), "minutes": book.discovery.minutes.value, "people": people,
        "there": [name for name, person in ((p.name, str(p.id)) for p in people) if call and person in call.people],
        "groups": _groups(book, records), "interviews": _interviews(book, records), "finding": finding(book, calls, records),
        "need": book.discovery.completes.sections_at_least, "kinds": book.discovery.records,
        "starts": timezone.localtime(said["at"] + timedelta(days=2)).replace(minute=0).strftime("%Y-%m-%dT%H:%M"),
    })  # fmt: skip


def _chosen(request: HttpRequest, calls: list[DiscoveryCall]) -> DiscoveryCall | None:
    """The call the address names, else the next one that was not held, else the last."""
    asked = request.GET.get("call", "")
    named = next((one for one in calls if str(one.id) == asked), None)
    open_ = [one for one in calls if one.held_at is None and one.dropped_at is None]
    return named or (open_[-1] if open_ else next((one for one in calls if one.dropped_at is None), None))


def _sections(call: DiscoveryCall | None) -> list[dict[str, Any]]:
    """The sections of a call with where in the hour each begins."""
    found, start = [], 0
    for one in call.agenda if call else ():
        found.append({**one, "from": start, "to": start + one["minutes"], "notes": call.notes.get(one["section"], "")})
        start += one["minutes"]
    return found


def _groups(book: Playbook, records: list[DiscoveryRecord]) -> list[dict[str, Any]]:
    return [{"title": title, "kinds": [{"kind": one, "rows": [row for row in records if row.kind == one.record]} for one in book.discovery.records
                                       if one.of == code]} for code, title in OF.items()]  # fmt: skip


def _interviews(book: Playbook, records: list[DiscoveryRecord]) -> list[dict[str, Any]]:
    return [{"group": one, "rows": [row for row in records if row.kind == "interview" and row.group == one.interview]} for one in book.discovery.interviews]


def finding(book: Playbook, calls: list[DiscoveryCall], records: list[DiscoveryRecord]) -> str:
    """Where discovery stands, as a sentence."""
    held = sum(one.held_at is not None for one in calls)
    kinds = {row.kind for row in records}
    missing = [one.title.lower() for one in book.discovery.records if one.record not in kinds]
    planned = any(one.held_at is None and one.dropped_at is None for one in calls)
    first = f"{held} discovery call{'' if held == 1 else 's'} held" if held else "A discovery call is planned" if planned else "No discovery call yet"
    return f"{first}; {len(book.discovery.records) - len(missing)} of {len(book.discovery.records)} kinds written down"


def _people(request: HttpRequest, deal: Opportunity) -> list[Contact]:
    if not reads(request.user, "contact"):
        return []
    return list(visible(Contact, request.scope).filter(buying_unit_id=deal.buying_unit_id or deal.account_id, left_on=None).order_by("name")[:60])


@require_POST
@page
def plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """Plan a call."""
    deal, starts = deal_or_404(request, key), moment_of(request, "starts_at")
    if starts is None:
        raise FieldRefused("Say when the call is.", field="starts_at")
    discovery.plan(deal, starts, people=_there(request, deal), by=request.user.actor, at=now())
    return back(request, deal, "discovery/", "Planned; the agenda is below")


def _there(request: HttpRequest, deal: Opportunity) -> list[Contact]:
    chosen = [key for key in request.POST.getlist("people") if key]
    return [one for one in _people(request, deal) if str(one.id) in chosen]


@require_POST
@page
def note(request: HttpRequest, key: UUID, call: UUID) -> HttpResponse:
    """Keep the notes and the times; with `held`, the call counts as held."""
    deal = deal_or_404(request, key)
    row, by, at = of_deal(request, DiscoveryCall, deal, call), request.user.actor, now()
    times = {one["section"]: number_of(request, f"minutes_{one['section']}") for one in row.agenda}
    times = {section: minutes for section, minutes in times.items() if minutes is not None}
    if times and row.held_at is None:
        discovery.set_agenda(row, times, by=by, at=at)
    notes = {one["section"]: request.POST[f"notes_{one['section']}"] for one in row.agenda if f"notes_{one['section']}" in request.POST}
    discovery.note(row, notes, people=_there(request, deal) if "people_said" in request.POST else None, by=by, at=at)
    if request.POST.get("held"):
        discovery.complete(row, by=by, at=at)
        return back(request, deal, "discovery/", "The call was held; the deal is told")
    return back(request, deal, f"discovery/?call={row.id}", "Notes kept")


@require_POST
@page
def drop(request: HttpRequest, key: UUID, call: UUID) -> HttpResponse:
    """Call it off."""
    deal = deal_or_404(request, key)
    discovery.drop(of_deal(request, DiscoveryCall, deal, call), why=request.POST.get("why", ""), by=request.user.actor, at=now())
    return back(request, deal, "discovery/", "Called off")


@require_POST
@page
def record(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write one thing down."""
    deal, say = deal_or_404(request, key), request.POST.get
    call = picked(request, DiscoveryCall, "call", opportunity_id=deal.id)
    discovery.record(deal, say("kind", ""), say("text", ""), group=say("group", ""), measure=say("measure", ""), baseline=say("baseline", ""),
                     target=say("target", ""), contact=picked(request, Contact, "contact"), call=call, by=request.user.actor, at=now())  # fmt: skip
    return back(request, deal, "discovery/#records", "Written down")


@require_POST
@page
def withdraw(request: HttpRequest, key: UUID, record: UUID) -> HttpResponse:
    """Take a record back."""
    deal = deal_or_404(request, key)
    discovery.withdraw(of_deal(request, DiscoveryRecord, deal, record), by=request.user.actor, at=now())
    return back(request, deal, "discovery/#records", "Taken back")
