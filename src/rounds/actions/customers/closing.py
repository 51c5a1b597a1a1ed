"""A deal that is won becomes a customer with a project (IMPL-01)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.customers import implementations
from rounds.actions.deals.closing_parts import on_close
from rounds.kit.actor import Actor
from rounds.models import Opportunity


@on_close("implementation")
def begin(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """Open the project of a won deal. Effects: those of implementations.open_for."""
    if not won:
        return []
    project = implementations.open_for(deal, signed_on=at.date(), by=by, at=at)
    return [f"The implementation “{project.name}” is planned: kickoff on {project.kickoff_on:%d %b %Y}, done by {project.ends_on:%d %b %Y}."]
