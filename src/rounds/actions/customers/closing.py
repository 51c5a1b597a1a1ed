"""A deal that is won becomes a customer with a project (IMPL-01)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rounds.access.sight import whole_sight
from rounds.actions.customers import implementations, issues, stopping
from rounds.actions.deals.closing_parts import on_close, on_reopen
from rounds.kit.actor import Actor
from rounds.models import Opportunity
from rounds.models.customers.reopening import project_of
from rounds.models.flow.days import house_day


@on_close("implementation")
def begin(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """Open the project of a won deal. What its proof of concept left as a
    draft and as open issues comes along. Effects: those of implementations.open_for and issues.open_issue."""
    if not won:
        return []
    draft = next((poc.conversion_plan for poc in deal.pocs.order_by("-at") if poc.conversion_plan), {})
    project = implementations.open_for(deal, signed_on=house_day(at), kickoff_on=_kickoff(draft, at), by=by, at=at)
    for title in draft.get("open_issues", []):
        issues.open_issue(project.customer, title, note="Open at the end of the proof of concept", implementation=project, by=by, at=at)
    return [f"The implementation “{project.name}” is planned: kickoff on {project.kickoff_on:%-d %b %Y}, done by {project.ends_on:%-d %b %Y}."]


@on_reopen("implementation")
def halt(deal: Opportunity, *, by: Actor, at: datetime) -> list[str]:
    """The project of a won deal that is open again stops where it has not begun; one that is under way goes on. Effects:
    those of stopping.stop."""
    with whole_sight(deal):
        project = project_of(deal)
        if project is None:
            return []
        if project.fate == "stops":
            stopping.stop(project.row, reason="The deal was taken up again", by=by, at=at)
        return [project.says]


def _kickoff(draft: dict[str, Any], at: datetime) -> date | None:
    """The kickoff that the draft of the proof of concept names, where it still lies ahead (POC-08)."""
    said = date.fromisoformat(draft["kickoff_on"]) if draft.get("kickoff_on") else None
    return said if said and said >= house_day(at) else None
