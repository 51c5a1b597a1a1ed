"""What one does with a lead: log and withdraw an activity, move its status, claim it, give it away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from rounds.access.allowed import need
from rounds.actions.leads import activities, clocks, leads, statuses, undoing
from rounds.kit.clock import now
from rounds.models import Lead, LeadActivity, User
from rounds.web.doors import page
from rounds.web.leads.lead_shown import lead_or_404


@require_POST
@page
def log(request: HttpRequest, key: UUID) -> HttpResponse:
    """Log what happened; three taps on a phone: open, log, save."""
    lead, at = lead_or_404(request, key), now()
    act = activities.log(
        request.POST.get("kind", ""), lead=lead, by=request.user.actor, at=at, happened_at=_moment(request, "happened_at", "When it happened"),
        seniority=request.POST.get("seniority", ""), subject=request.POST.get("subject", "").strip()[:300],
        body=request.POST.get("body", "").strip()[:5000], direction=request.POST.get("direction") or "out",
        external_id=f"form:{request.POST['once']}" if request.POST.get("once") else None,
    )  # fmt: skip
    return back(request, lead, f"{act.kind.replace('_', ' ').capitalize()} logged", undo=f"activities/{act.id}/withdrawal/")


@require_POST
@page
def withdraw(request: HttpRequest, key: UUID, activity: UUID) -> HttpResponse:
    """Take back an activity that did not happen; its points go with it."""
    lead = lead_or_404(request, key)
    act = LeadActivity.objects.filter(pk=activity, lead=lead).first()
    if act is None:
        raise Http404
    activities.withdraw(act, reason=request.POST.get("reason") or "logged by mistake", by=request.user.actor, at=now())
    return back(request, lead, "Activity taken back")


@require_POST
@page
def set_status(request: HttpRequest, key: UUID) -> HttpResponse:
    """Move the status where the playbook allows it; a disqualification says why."""
    lead = lead_or_404(request, key)
    was = lead.status
    moved = statuses.set_status(
        lead, request.POST.get("status", ""), by=request.user.actor, at=now(),
        reason=request.POST.get("reason", "").strip()[:500], code=request.POST.get("code", ""),
    )  # fmt: skip
    return back(request, lead, f"{was} → {moved.status}", undo="status/undoing/")


@require_POST
@page
def undo_status(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put the status back to what it was before the last change, which must be one's own and the last."""
    lead = lead_or_404(request, key)
    last = lead.status_changes.order_by("-at", "-id").first()
    if last is None or not last.was or last.by_id != request.user.id:
        raise Http404
    undoing.restore_status(lead, last.was, by=request.user.actor, at=now(), reason="undone")
    return back(request, lead, f"Back to {last.was}")


@require_POST
@page
def give(request: HttpRequest, key: UUID) -> HttpResponse:
    """Claim an unowned lead, or (managers and admins) give it to somebody."""
    lead, said = lead_or_404(request, key), request.POST.get("owner", "")
    if said == "me":
        owner: User | None = request.user
        if lead.owner_id not in (None, request.user.id):
            need(request.user, "records.assign_others")
    else:
        need(request.user, "records.assign_others")
        owner = _person(said)
    moved = leads.assign(lead, owner, by=request.user.actor, at=now(), reason=request.POST.get("reason", "")[:500])
    return back(request, lead, f"Given to {moved.owner.name}" if moved.owner else "Put back into the queue")


@require_POST
@page
def pause(request: HttpRequest, key: UUID) -> HttpResponse:
    """A call-back was agreed: the clocks stand still until then."""
    lead, until = lead_or_404(request, key), _moment(request, "until", "When you call back")
    if until is None:
        raise clocks.CallBackPassed("Say when you call back.")
    clocks.pause(lead, until, why=request.POST.get("why", "").strip()[:500], by=request.user.actor, at=now())
    return back(request, lead, f"Call back {timezone.localtime(until):%a %-d %b %H:%M}; the clocks stand still until then")


def _person(said: str) -> User | None:
    if not said:
        return None
    try:
        person = User.objects.filter(pk=UUID(said)).first()
    except ValueError:
        person = None
    if person is None:
        raise leads.OwnerAway
    return person


def _moment(request: HttpRequest, name: str, words: str) -> datetime | None:
    """The moment a form says, in the viewer's zone; None where it says none."""
    said = request.POST.get(name, "")
    try:
        when = datetime.fromisoformat(said) if said else None
    except ValueError as error:
        raise activities.ActivityRefused(f"{words}: give a day and a time, or leave it empty.", field=name) from error
    return timezone.make_aware(when) if when is not None and timezone.is_naive(when) else when


def back(request: HttpRequest, lead: Lead, says: str, undo: str = "") -> HttpResponse:
    """To the lead's page, which says what was done and offers to undo it."""
    url = f"/leads/{lead.id}/"
    request.session["toast"] = {"text": says, "undo": url + undo if undo else ""}
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
