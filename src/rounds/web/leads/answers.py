"""Answers on a lead's page: tried, saved, taken back, set by hand; the sandbox; the ticks of a band."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.fields import need_to_answer
from rounds.access.scope import visible
from rounds.actions.leads import checklist, overrides
from rounds.actions.market import answers
from rounds.analytics.leads.standing import standing, with_answers
from rounds.kit.clock import now
from rounds.models import Answer, Contact, Lead
from rounds.models.flow.active import active
from rounds.models.flow.days import house_zone
from rounds.web import scores_shown
from rounds.web.doors import page
from rounds.web.leads.lead_shown import lead_or_404


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """What an answer would make of the score. Writes nothing."""
    held = standing(lead_or_404(request, key), at=now())
    need_to_answer(request.user, held.now.playbook, "lead_fit", [request.GET.get("criterion", "")])
    then = with_answers(held, {request.GET.get("criterion", ""): request.GET.get("level", "")})
    return render(request, "leads/then.html", {"says": scores_shown.after(held.score, then)})


@require_POST
@page
def save(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer a question where it stands; the score follows at once."""
    lead = lead_or_404(request, key)
    need_to_answer(request.user, active().playbook, "lead_fit", [request.POST.get("criterion", "")])
    before = lead.score_total
    row, score = answers.answer(
        lead, request.POST.get("criterion", ""), request.POST.get("level", ""), by=request.user.actor, at=now(),
        heard_from=_contact(request),
    )  # fmt: skip
    return _answered(request, lead, f"Saved. {scores_shown.moved(before, score)}", row)


@require_POST
@page
def undo(request: HttpRequest, key: UUID, answer: UUID) -> HttpResponse:
    """Take an answer back; what was said before holds again."""
    lead = lead_or_404(request, key)
    row = Answer.objects.filter(pk=answer, lead=lead).first()
    if row is None:
        raise Http404
    need_to_answer(request.user, active().playbook, row.model, [row.criterion])
    before = lead.score_total
    score = answers.withdraw(row, by=request.user.actor, at=now())
    return _answered(request, lead, f"Taken back. {scores_shown.moved(before, score)}", None)


@require_POST
@page
def override(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set a level by hand, with a reason and an end."""
    lead = lead_or_404(request, key)
    before = lead.score_total
    criterion, _, level = request.POST.get("set", "").partition("=")
    need_to_answer(request.user, active().playbook, "lead_fit", [criterion])
    row, score = overrides.override(
        lead, criterion, level, by=request.user.actor, at=now(),
        reason=request.POST.get("reason", ""), expires_at=_end_of(request.POST.get("until", "")),
    )  # fmt: skip
    request.session["toast"] = {"text": f"Set by hand. {scores_shown.moved(before, score)}",
                                "undo": f"/leads/{lead.id}/answers/{row.id}/undoing/"}  # fmt: skip
    return _back(request, lead)


@require_GET
@page
def what_if(request: HttpRequest, key: UUID) -> HttpResponse:
    """The score under the sandbox's inputs, beside the one of today. Writes nothing (LEAD-23)."""
    lead = lead_or_404(request, key)
    held = standing(lead, at=now())
    asked = {name: request.GET[name] for name in held.score.levels if name in request.GET}
    # Before they are compared: which level is no change would tell the hidden one.
    need_to_answer(request.user, held.now.playbook, "lead_fit", asked)
    changed = {name: level for name, level in asked.items() if level != (held.score.levels[name] or "")}
    then = with_answers(held, changed)
    said = {"lead": lead, "held": held, "then": then, "changed": len(changed), "gain": then.total - held.score.total,
            "why_band": then.label.removeprefix("provisional: ")}  # fmt: skip
    return render(request, "leads/what_if.html", said)


@require_POST
@page
def tick(request: HttpRequest, key: UUID) -> HttpResponse:
    """Tick a characteristic of a band, or take the tick away."""
    lead = lead_or_404(request, key)
    verb = checklist.tick if request.POST.get("on") else checklist.untick
    verb(lead, request.POST.get("item", ""), by=request.user.actor, at=now())
    if not request.htmx:
        return redirect(f"/leads/{lead.id}/#checklist")
    from rounds.analytics.leads.standing import ticks

    said = {"lead": lead, "ticks": ticks(standing(lead, at=now())), "url": f"/leads/{lead.id}/"}
    return render(request, "leads/checklist.html", said)


def _contact(request: HttpRequest) -> Contact | None:
    key = request.POST.get("source", "")
    try:
        return visible(Contact, request.scope).filter(pk=UUID(key)).first() if key else None
    except ValueError:
        return None


def _end_of(day: str) -> datetime | None:
    """The last moment of a day a form says; None for none or for no day at all."""
    try:
        return datetime.combine(datetime.fromisoformat(day).date(), time.max, tzinfo=house_zone())
    except ValueError:
        return None


def _answered(request: HttpRequest, lead: Lead, says: str, row: Answer | None) -> HttpResponse:
    if not request.htmx:
        return redirect(f"/leads/{lead.id}/")
    undo_at = f"/leads/{lead.id}/answers/{row.id}/undoing/" if row else ""
    response = render(request, "leads/answered.html", {"says": says, "undo": undo_at})
    response["HX-Trigger"] = "scored"
    return response


def _back(request: HttpRequest, lead: Lead) -> HttpResponse:
    url = f"/leads/{lead.id}/"
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
