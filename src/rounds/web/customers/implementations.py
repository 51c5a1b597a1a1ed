"""Implementations: one project as a Gantt chart, and what is done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import may_change
from rounds.access.scope import visible
from rounds.kit.clock import now
from rounds.models import Implementation, Opportunity, Replan, SignOff
from rounds.models.customers.implementations import RUNNING
from rounds.models.customers.standing import standing
from rounds.models.deals.evidence.customers import criteria
from rounds.models.flow.active import active
from rounds.models.flow.days import house_today
from rounds.rules.implementation import plan as planning
from rounds.web.customers.gantt import gantt, standing_words
from rounds.web.customers.shown import metrics_shown
from rounds.web.doors import noted, one, page

CAUSES = {"late": "Done late", "moved": "Moved by hand", "kickoff": "Another kickoff", "length": "Another length", "added": "A step was added"}
@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One project: the plan, what slipped and why, the milestones, the criteria of stage 7. The read is on the record."""
    project = project_or_404(request, key)
    noted(request, "implementation.read", "implementation", project.id)
    return render(request, "customers/implementation.html", {**shown(request, project), "toast": request.session.pop("toast", None)})


def project_or_404(request: HttpRequest, key: UUID, to: str = "") -> Implementation:
    return one(request, Implementation, key, "customer__account", "customer__owner", "merged_into", to=to)


def shown(request: HttpRequest, project: Implementation) -> dict[str, Any]:
    """What the page says, in a fixed number of queries."""
    at, day = now(), house_today()
    drawn = gantt(project, day)
    deals = list(visible(Opportunity, request.scope).filter(project_deal__implementation=project).order_by("opened_at"))
    customer = project.customer
    writable = may_change(request.user, customer) and project.is_open
    others = list(Implementation.objects.filter(RUNNING, customer=customer).exclude(pk=project.pk)) if writable else []
    known = standing({customer.pk: customer.account_id}, at)[customer.pk]
    plan = planning.plan(active().playbook, project.kickoff_on, weeks=None, signed=project.signed_on)
    replans = list(Replan.objects.filter(implementation=project).order_by("-at")[:20])
    return {
        "project": project, "customer": customer, "url": f"/implementations/{project.id}/", "place": "customers", "at": at, "today": day,
        "writable": writable, "plan": drawn, "finding": standing_words(project, drawn["groups"], day), "deals": deals, "others": others,
        "replans": [(row, CAUSES.get(row.cause, row.cause), len(row.moved)) for row in replans], "criteria": criteria(project),
        "metrics": metrics_shown(known, at), "warnings": plan.warnings if not project.first_value_on else (), "slip": (project.ends_on - project.planned_to).days,
        "late": any(row.late for group in drawn["groups"] for row in group["rows"]), "weeks_range": active().playbook.implementation.weeks,
        "signed": SignOff.objects.filter(kind="go_live", subject_id=project.pk, account_id=customer.account_id).order_by("-at").first(),
    }  # fmt: skip
