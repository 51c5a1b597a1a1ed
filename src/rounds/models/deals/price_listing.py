"""What quotes and proposals can be listed, filtered and sorted by."""

from __future__ import annotations

from rounds.models.deals.proposals import Proposal
from rounds.models.deals.quotes import Quote
from rounds.models.listing.fields import Field, Listing, listing

QUOTE_STATES = [("draft", "Draft"), ("asked", "Waits for approval"), ("approved", "Approved"), ("refused", "Refused"), ("accepted", "Accepted"), ("expired", "Ran out"), ("void", "Off the table")]
PROPOSAL_STATES = [("draft", "Draft"), ("sent", "Sent"), ("viewed", "Opened"), ("accepted", "Accepted in principle"), ("declined", "Declined"),
                   ("changes", "They want it otherwise"), ("expired", "Ran out"), ("withdrawn", "Withdrawn")]  # fmt: skip
QUOTES: Listing = listing(
    "quote", Quote,
    (
        Field("name", "Quote", "text", sortable=True),
        Field("state", "State", "choice", choices=lambda: QUOTE_STATES),
        Field("annual", "A year", "money", "annual_cents", sortable=True),
        Field("expires", "Stands until", "date", "expires_on", sortable=True),
        Field("drafted", "Drafted", "when", "at", sortable=True),
    ),
    opens_with=("-drafted",), fetch=("opportunity",),
)  # fmt: skip
PROPOSALS: Listing = listing(
    "proposal", Proposal,
    (
        Field("title", "Proposal", "text", sortable=True),
        Field("state", "State", "choice", choices=lambda: PROPOSAL_STATES),
        Field("expires", "Stands until", "date", "expires_on", sortable=True),
        Field("sent", "Sent", "when", "sent_at", sortable=True),
        Field("drafted", "Drafted", "when", "at", sortable=True),
    ),
    opens_with=("-drafted",), fetch=("opportunity",),
)  # fmt: skip
