"""What demos and proofs of concept can be listed, filtered and sorted by."""

from __future__ import annotations

from rounds.models.deals.demos import Demo
from rounds.models.deals.pocs import Poc
from rounds.models.flow.active import active
from rounds.models.listing.fields import Field, Listing, listing

DEMO_STATES = [("planned", "Planned"), ("held", "Held"), ("no_show", "Nobody came"), ("cancelled", "Called off")]
POC_STATES = [("draft", "Draft"), ("agreed", "Agreed"), ("running", "Running"), ("readout", "Decision due"), ("ended", "Ended"), ("abandoned", "Given up")]
RESULTS = [("success", "Success"), ("partial", "Partial"), ("failed", "Failed")]


def _kinds() -> list[tuple[str, str]]:
    return [(code, kind.title) for code, kind in active().playbook.demos.types.items()]


DEMOS: Listing = listing(
    "demo", Demo,
    (
        Field("kind", "Type", "choice", choices=_kinds),
        Field("state", "State", "choice", choices=lambda: DEMO_STATES),
        Field("starts", "Starts", "when", "starts_at", sortable=True),
    ),
    opens_with=("-starts",), fetch=("opportunity", "presenter"),
)  # fmt: skip
POCS: Listing = listing(
    "poc", Poc,
    (
        Field("name", "Name", "text", sortable=True),
        Field("state", "State", "choice", choices=lambda: POC_STATES),
        Field("result", "Result", "choice", choices=lambda: RESULTS),
        Field("kickoff", "Kickoff", "date", "kickoff_on", sortable=True),
        Field("ends", "Ends", "date", "ends_on", sortable=True),
        Field("opened", "Opened", "when", "at", sortable=True),
    ),
    opens_with=("-opened",), fetch=("opportunity", "lead"),
)  # fmt: skip
