"""What one does with a project: kickoff, first value, go-live, steps done and moved, the plan laid out anew."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rounds.actions.customers import implementations, planning
from rounds.actions.customers import stopping as ending
from rounds.kit.clock import now
from rounds.models import Implementation, ProjectStep
from rounds.web.customers.implementations import project_or_404
from rounds.web.customers.reading import day_of, whole_of
from rounds.web.doors import page


@require_POST
@page
def kickoff(request: HttpRequest, key: UUID) -> HttpResponse:
    """The kickoff was held."""
    project = project_or_404(request, key)
    implementations.kick_off(project, on=day_of(request, "on"), by=request.user.actor, at=now())
    return back(request, project, "Kickoff held")


@require_POST
@page
def first_value(request: HttpRequest, key: UUID) -> HttpResponse:
    """They got value of it."""
    project = project_or_404(request, key)
    implementations.reach_value(project, on=day_of(request, "on"), evidence=request.POST.get("evidence", ""), by=request.user.actor, at=now())
    return back(request, project, "First value recorded")


@require_POST
@page
def go_live(request: HttpRequest, key: UUID) -> HttpResponse:
    """They are live."""
    project = project_or_404(request, key)
    implementations.go_live(project, on=day_of(request, "on"), evidence=request.POST.get("evidence", ""), by=request.user.actor, at=now())
    return back(request, project, "Live")


@require_POST
@page
def completion(request: HttpRequest, key: UUID) -> HttpResponse:
    """The project is complete."""
    project = project_or_404(request, key)
    implementations.complete(project, by=request.user.actor, at=now())
    return back(request, project, "Complete")


@require_POST
@page
def stopping(request: HttpRequest, key: UUID) -> HttpResponse:
    """The project is given up."""
    project = project_or_404(request, key)
    ending.stop(project, reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    return back(request, project, "Stopped; the reason is kept")


@require_POST
@page
def merging(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another project of the customer is taken in."""
    project = project_or_404(request, key)
    other = Implementation.objects.filter(pk=_key(request.POST.get("other", "")), customer=project.customer_id).first()
    if other is None:
        raise implementations.ProjectRefused("Choose another project of this customer.", field="other")
    implementations.take_in(project, other, by=request.user.actor, at=now())
    return back(request, project, f"{other.name} is fulfilled here")


@require_POST
@page
def replanning(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another kickoff (`kickoff`), another length (`weeks`), or what is overdue from today on."""
    project, reason, signed = project_or_404(request, key), request.POST.get("reason", ""), {"by": request.user.actor, "at": now()}
    if request.POST.get("kickoff"):
        planning.move_kickoff(project, on=day_of(request, "kickoff"), reason=reason, **signed)
    elif request.POST.get("weeks"):
        planning.change_length(project, weeks=whole_of(request, "weeks"), reason=reason, **signed)
    else:
        planning.catch_up(project, reason=reason, **signed)
    return back(request, project, "Planned anew; the old days are kept")


@require_POST
@page
def steps(request: HttpRequest, key: UUID) -> HttpResponse:
    """A step of one's own."""
    project = project_or_404(request, key)
    planning.add(
        project, request.POST.get("phase", ""), request.POST.get("title", ""), starts_on=day_of(request, "starts_on"),
        ends_on=day_of(request, "ends_on"), whose=request.POST.get("whose", "both"), needs=request.POST.getlist("needs"),
        by=request.user.actor, at=now(),
    )  # fmt: skip
    return back(request, project, "Step added")


@require_POST
@page
def done(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    """A step was done."""
    project, step = _step(request, key, code)
    planning.finish(step, on=day_of(request, "on"), note=request.POST.get("note", ""), by=request.user.actor, at=now())
    return back(request, project, f"{step.title} done", undo=f"{project.id}/steps/{code}/reopening/" if not step.milestone else "")


@require_POST
@page
def reopening(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    """A step is to do again."""
    project, step = _step(request, key, code)
    planning.reopen(step, by=request.user.actor, at=now())
    return back(request, project, f"{step.title} is open again")


@require_POST
@page
def days(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    """A step is planned on other days."""
    project, step = _step(request, key, code)
    planning.move(step, starts_on=day_of(request, "starts_on"), ends_on=day_of(request, "ends_on"), reason=request.POST.get("reason", ""),
                  by=request.user.actor, at=now())  # fmt: skip
    return back(request, project, f"{step.title} moved; what needs it stepped behind it")


def _step(request: HttpRequest, key: UUID, code: str) -> tuple[Implementation, ProjectStep]:
    project = project_or_404(request, key)
    step = ProjectStep.objects.filter(implementation=project, code=code).first()
    if step is None:
        raise Http404
    return project, step


def _key(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def back(request: HttpRequest, project: Implementation, says: str, undo: str = "") -> HttpResponse:
    """To the project's page, with a word."""
    url = f"/implementations/{project.id}/"
    request.session["toast"] = {"text": says, "undo": f"/implementations/{undo}" if undo else ""}
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
