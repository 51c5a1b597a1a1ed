"""What opportunities can be listed, filtered and sorted by."""

from __future__ import annotations

from rounds.models.deals.opportunities import Opportunity
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import people, territories

OPPORTUNITIES: Listing = listing(
    "opportunity", Opportunity,
    (
        Field("name", "Deal", "text", sortable=True),
        Field("stage", "Stage", "text", sortable=True),
        Field("source", "Source", "text"),
        Field("amount", "Amount", "money", "amount_cents", sortable=True),
        Field("opened", "Opened", "when", "opened_at", sortable=True),
        Field("owner", "Owner", "person", choices=people),
        Field("territory", "Territory", "choice", choices=territories, sortable=True),
    ),
    opens_with=("-opened",), fetch=("owner", "account", "lead"), defaults=("account", "stage", "amount", "from", "opened", "owner"),
)  # fmt: skip
