"""One version of a BAA: its days, what it must say, whose breach clock rules, which doors it opens, its data's return."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, need
from rounds.access.scope import visible
from rounds.actions.deals import data_gate
from rounds.actions.trust import agreements, audit, baa_reading
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Baa, BaaReading, PocDataClock
from rounds.models.flow.active import active
from rounds.rules import agreements as rules
from rounds.web.proof import sensitive
from rounds.web.trust.agreements import WORDS
from rounds.web.trust.frame import day_of, frame


@require_GET
@sensitive
def show(request: HttpRequest, key: UUID, baa: UUID) -> HttpResponse:
    """The version as a page. The read is on the record."""
    need(request.user, "compliance.read")
    row = _baa(key, baa)
    audit.note_read("agreements.read", by=request.user.actor, at=now(), kind="baa", subject=row.id)
    return _page(request, row)


@require_POST
@sensitive
def readings(request: HttpRequest, key: UUID, baa: UUID) -> HttpResponse:
    """Somebody read it through: what it says, and within how many hours it wants a breach told."""
    need(request.user, "compliance.manage")
    row, hours = _baa(key, baa), request.POST.get("breach_hours", "").strip()
    try:
        if hours and not hours.isdecimal():
            raise agreements.AgreementRefused("Write the hours as a whole number, such as 72.", field="breach_hours")
        baa_reading.read(row, request.POST.getlist("present"), breach_hours=int(hours) if hours else None,
                         note=request.POST.get("note", ""), by=request.user.actor, at=now())  # fmt: skip
    except Refusal as refusal:
        return _page(request, row, refusal)
    return redirect(f"/trust/agreements/{key}/versions/{baa}/")


@require_POST
@sensitive
def returns(request: HttpRequest, key: UUID, baa: UUID) -> HttpResponse:
    """The patient data held under it was returned or destroyed."""
    need(request.user, "compliance.manage")
    row, said = _baa(key, baa), request.POST
    try:
        baa_reading.give_back(row, said.get("how", ""), day_of(said.get("on", ""), "on") or agreements.day(now()),
                              certificate=said.get("certificate", ""), digest=said.get("digest", ""), by=request.user.actor, at=now())  # fmt: skip
    except Refusal as refusal:
        return _page(request, row, refusal)
    return redirect(f"/trust/agreements/{key}/versions/{baa}/")


def _baa(key: UUID, baa: UUID) -> Baa:
    row = Baa.objects.select_related("counterparty__account", "phi_return").filter(pk=baa, counterparty=key).first()
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, baa: Baa, error: Refusal | None = None) -> HttpResponse:
    at, book, party = now(), active().playbook.agreements, baa.counterparty
    on, last = agreements.day(at), rules.last_day(baa)
    stands = rules.standing(baa, on, max(book.baa_told_before.days))
    reading = baa_reading.last_reading(baa)
    found = rules.read(book.elements, reading.present if reading else None, reading.missing if reading else ())
    shut = rules.closes(book.elements, found)
    opens = stands.holds and not shut
    said = {**frame(request, "Agreements"), "party": party, "baa": baa, "stands": stands, "word": WORDS[stands.word], "last": last,
            "reading": reading, "elements": _elements(reading, found), "found": found, "shut": shut, "opens": opens,
            "lacks": [book.elements.titles[code] for code in found.lacks],
            "doors": [{"title": door.title, "open": opens or not door.closes, "live": not door.closes} for door in book.doors.values()],
            "clocks": rules.breach_clock(book, reading.breach_hours if reading else None, party.account.state if party.account else ""),
            "cover": data_gate.cover(party.account, at) if party.account else None, "owed": _owed(baa, stands, last, on),
            "of_pocs": list(visible(PocDataClock, request.scope).filter(opportunity__account=party.account, done_at=None).select_related("poc").order_by("due_on")[:20])
            if party.account else [], "back": getattr(baa, "phi_return", None), "hows": baa_reading.HOW, "on": on, "error": error, "given": request.POST,
            "urgent": min(book.baa_told_before.days), "told": book.baa_told_before.days,
            "manages": may(request.user, "compliance.manage")}  # fmt: skip
    return render(request, "trust/baa.html", said, status=error.status if error else 200)


def _elements(reading: BaaReading | None, found: rules.Read) -> list[dict[str, Any]]:
    """The required elements: read and there, read and not there, not read."""
    required = active().playbook.agreements.elements.required
    present = set(reading.present) if reading else set()
    return [{"code": one.element, "title": one.title, "rule": one.rule, "has": one.element in present,
             "state": "met" if one.element in present else "blocked" if one.element in found.lacks else "missing",
             "word": "Said" if one.element in present else "Not said" if one.element in found.lacks else "Not read"} for one in required]  # fmt: skip


def _owed(baa: Baa, stands: rules.Standing, last: Any, on: Any) -> dict[str, Any] | None:
    """By when its data is to be back: of a version that ended and was followed by none."""
    if stands.word not in ("ran_out", "ended") or baa.signed_on is None or not baa.counterparty.touches_phi:
        return None
    if rules.effective(baa.counterparty.baas.all(), on) is not None:
        return None
    by = rules.returned_by(active().playbook.agreements, last)
    return {"by": by, "days": (by - on).days, "late": (on - by).days}
