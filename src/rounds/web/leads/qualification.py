"""The qualification sheet: filled during a call by keyboard, its gate, the override, and the conversion."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import need, need_to_write
from rounds.access.fields import unshown_items
from rounds.actions.leads import converting, qualifying
from rounds.actions.trust import audit
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models.flow.active import active
from rounds.web.doors import page
from rounds.web.leads import sheet_shown as shown
from rounds.web.leads.lead_shown import lead_or_404


@require_GET
@page
def sheet(request: HttpRequest, key: UUID) -> HttpResponse:
    """The whole sheet. The read is on the record."""
    lead, at = lead_or_404(request, key), now()
    audit.note_read("lead.read", by=request.user.actor, at=at, kind="lead", subject=lead.id, scope=request.scope.hash,
                    detail={"part": "qualification"})  # fmt: skip
    said = shown.whole(request, lead, at=at)
    return render(request, "leads/qualification/sheet.html", {**said, "toast": request.session.pop("toast", None)})


@require_POST
@page
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """One answer, saved as it is given: the mark beside it, its dimension and the finding follow."""
    lead, code = lead_or_404(request, key), request.POST.get("item", "")
    book = active().playbook
    if code not in book.qualification.items:
        raise qualifying.ItemUnknown
    try:
        sheet = qualifying.answer(
            lead, code, request.POST.get("answer", ""), by=request.user.actor, at=now(),
            note=request.POST.get("note"), was=request.POST.get("was"),
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(request, lead, code, refusal)
    if not request.htmx:
        return redirect(f"/leads/{lead.id}/qualification/#item-{code}")
    one, entry = shown.item_of(book, code)
    kept = unshown_items(book, request.scope.hidden)
    lead.refresh_from_db(fields=["bant", "status"])
    said = {"lead": lead, "url": f"/leads/{lead.id}/", "writable": True, "one": shown.item(book, one, sheet, kept),
            "dim": shown.head(entry, sheet) if entry in book.qualification.asked else None, "oob": True,
            "stage_1": sheet.stage_1(book), "stage_1_blocks": book.qualification.stage_1.mode == "block",
            **shown.said(lead, sheet)}  # fmt: skip
    return render(request, "leads/qualification/answered.html", said)


def _refused(request: HttpRequest, lead, code: str, refusal: Refusal) -> HttpResponse:
    """Why it was not taken, beside the item; of a conflict both values and the way to keep one's own."""
    if not request.htmx:
        raise refusal
    theirs = getattr(refusal, "theirs", None)
    said = {"refusal": refusal, "theirs": theirs, "code": code, "url": f"/leads/{lead.id}/", "yours": request.POST.get("answer", ""),
            "note": request.POST.get("note", "")}  # fmt: skip
    response = render(request, "leads/qualification/refused.html", said, status=refusal.status)
    response["HX-Retarget"], response["HX-Reswap"] = f"#said-{code}", "innerHTML"
    return response


@require_POST
@page
def passing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Qualify the lead: the gate must be open."""
    lead = lead_or_404(request, key)
    qualifying.qualify(lead, by=request.user.actor, at=now())
    return _back(request, lead, "Qualified")


@require_POST
@page
def override(request: HttpRequest, key: UUID) -> HttpResponse:
    """Qualify the lead by hand, with the reason."""
    lead = lead_or_404(request, key)
    need(request.user, "qualification.override")
    qualifying.override(lead, reason=request.POST.get("reason", "").strip()[:500], by=request.user.actor, at=now())
    return _back(request, lead, "Qualified by hand; the reason is kept")


@require_POST
@page
def convert(request: HttpRequest, key: UUID) -> HttpResponse:
    """Make account, contact and deal of a qualified lead."""
    lead = lead_or_404(request, key)
    need_to_write(request.user, "opportunity")
    deal = converting.convert(lead, by=request.user.actor, at=now(), name=request.POST.get("name", ""))
    request.session["toast"] = {"text": f"{lead.name} converted"}
    url = f"/opportunities/{deal.id}/"
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _back(request: HttpRequest, lead, says: str) -> HttpResponse:
    url = f"/leads/{lead.id}/qualification/"
    request.session["toast"] = {"text": says, "undo": f"/leads/{lead.id}/status/undoing/"}
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


@require_GET
@page
def matrix(request: HttpRequest) -> HttpResponse:
    """Band by qualification: who is hot and not qualified, who is cold and is (QUAL-15)."""
    from rounds.web.leads.matrix_shown import whole

    return render(request, "leads/matrix.html", whole(request))


