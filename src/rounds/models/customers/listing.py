"""What customers can be listed, filtered and sorted by."""

from __future__ import annotations

from rounds.models.customers.customers import Customer
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import people, territories

PHASES = [("implementing", "Implementing"), ("live", "Live"), ("churned", "Left")]
BANDS = [("healthy", "Healthy"), ("watch", "Watch"), ("at_risk", "At risk"), ("unknown", "Unknown")]

CUSTOMERS: Listing = listing(
    "customer", Customer,
    (
        Field("name", "Customer", "text", "account__name", sortable=True),
        Field("phase", "Phase", "choice", choices=lambda: PHASES, sortable=True),
        Field("health", "Health", "int", sortable=True),
        Field("band", "Health is", "choice", "health_band", choices=lambda: BANDS),
        Field("nps", "NPS", "int", sortable=True),
        Field("arr", "Worth a year", "money", "arr_cents", sortable=True),
        Field("renews", "Renews", "date", "renews_on", sortable=True),
        Field("since", "Since", "date", "since", sortable=True),
        Field("owner", "Looks after it", "person", choices=people),
        Field("territory", "Territory", "choice", choices=territories, sortable=True),
    ),
    opens_with=("health",), fetch=("owner", "account"), defaults=("health", "phase", "arr", "renews", "nps", "owner"), sums=("arr",),
)  # fmt: skip
