"""One-off sends: all of them with what came of each, one as a page by segment and tier, and stopping it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, need
from rounds.access.scope import visible
from rounds.actions.reach import campaigns
from rounds.analytics.reach import campaigns as told
from rounds.analytics.reach.sequences import Line
from rounds.kit.clock import now
from rounds.models import Campaign, Enrolment
from rounds.models.flow.active import active
from rounds.rules.reach.rates import rate
from rounds.web.deals.proof_doors import done
from rounds.web.doors import noted, page
from rounds.web.reach.enrolment_words import state_of, title_of
from rounds.web.reach.sequence_shown import parts

MOST, FEW = 200, 12
STATES = {"running": ("Under way", "a-tag", "play"), "finished": ("Finished", "s-ok", "circle-check"), "stopped": ("Stopped", "", "circle-stop")}
"""State → its word, the class of its tag, its icon."""


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """Every one-off send, the newest first."""
    need(request.user, "playbook.read")
    lines = told.lines(request.scope)
    rows = [{"row": row, "title": title_of(row.kind), "state": STATES[row.state], "line": lines.get(str(row.pk), Line())} for row in Campaign.objects.order_by("-at", "id")[:MOST]]
    drafts = [one for one in active().playbook.sequences.values() if one.family == campaigns.FAMILY and one.state != "ready"]
    noted(request, "campaigns.list", "campaign", rows=len(rows))
    return render(request, "reach/campaigns/list.html", {"place": "campaigns", "rows": rows, "drafts": drafts, "may_run": may(request.user, "campaigns.run")})


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One send whole."""
    row, book = _of(request, key), active().playbook
    line = told.line(row.pk, request.scope)
    people = list(visible(Enrolment, request.scope).filter(campaign=row).select_related("account", "lead").order_by("-at", "id")[:FEW])
    noted(request, "campaign.read", "campaign", row.pk)
    said = {"place": "campaigns", "row": row, "title": title_of(row.kind), "state": STATES[row.state], "line": line, "answered": rate(line.answered, line.enrolled, book.reach.trial),
            "parts": parts(told.by_part(row.pk, request.scope, "segment"), told.by_part(row.pk, request.scope, "tier")), "people": [(one, state_of(one)) for one in people],
            "may_run": may(request.user, "campaigns.run"), "may_enrol": may(request.user, "sequences.enrol"), "toast": request.session.pop("toast", None)}  # fmt: skip
    return render(request, "reach/campaigns/one.html", said)


@require_POST
@page
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop it for whoever did not get it yet."""
    row = _of(request, key)
    need(request.user, "campaigns.run")
    campaigns.stop(row, why=request.POST.get("why", ""), by=request.user.actor, at=now())
    return done(request, f"/campaigns/{row.pk}/", "Stopped. Whoever did not get it yet gets none.")


def _of(request: HttpRequest, key: UUID) -> Campaign:
    need(request.user, "playbook.read")
    row = Campaign.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    return row
