"""A deal that is won becomes a customer with a project (IMPL-01)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rounds.actions.customers import implementations, issues
from rounds.actions.deals.closing_parts import on_close
from rounds.kit.actor import Actor
from rounds.models import Opportunity


@on_close("implementation")
def begin(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """Open the project of a won deal. What its proof of concept left as a
    draft and as open issues comes along. Effects: those of implementations.open_for and issues.open_issue."""
    if not won:
        return []
    draft = next((poc.conversion_plan for poc in deal.pocs.order_by("-at") if poc.conversion_plan), {})
    project = implementations.open_for(deal, signed_on=at.date(), kickoff_on=_kickoff(draft, at), by=by, at=at)
    for title in draft.get("open_issues", []):
        issues.open_issue(project.customer, title, note="Open at the end of the proof of concept", implementation=project, by=by, at=at)
    return [f"The implementation “{project.name}” is planned: kickoff on {project.kickoff_on:%d %b %Y}, done by {project.ends_on:%d %b %Y}."]


def _kickoff(draft: dict[str, Any], at: datetime) -> date | None:
    """The kickoff that the draft of the proof of concept names, where it still lies ahead (POC-08)."""
    said = date.fromisoformat(draft["kickoff_on"]) if draft.get("kickoff_on") else None
    return said if said and said >= at.date() else None
