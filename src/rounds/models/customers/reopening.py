"""What becomes of the project of a won deal that is taken up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rounds.models.customers.implementations import Implementation, ProjectDeal
from rounds.models.deals.opportunities import Opportunity

Fate = Literal["stops", "goes_on"]


@dataclass(frozen=True, slots=True)
class Project:
    """The project, and whether it `stops` until the deal is won again (it has not begun and fulfils no other deal) or
    `goes_on` because people at the customer work on it already."""

    row: Implementation
    fate: Fate

    @property
    def says(self) -> str:
        if self.fate == "stops":
            return f"The implementation “{self.row.name}” has not begun: it is stopped, and planned on when the deal is won again."
        return f"The implementation “{self.row.name}” is under way and goes on; stop it on its page if the customer wants that."


def project_of(deal: Opportunity) -> Project | None:
    """The open project that fulfils `deal`, and its fate; None where there is none. Two queries."""
    held = ProjectDeal.objects.filter(opportunity=deal).select_related("implementation__customer__account").first()
    if held is None or not held.implementation.is_open:
        return None
    row = held.implementation
    shared = ProjectDeal.objects.filter(implementation=row).exclude(opportunity=deal).exists()
    return Project(row, "goes_on" if row.kickoff_held_at or row.live_on or shared else "stops")
