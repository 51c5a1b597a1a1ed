"""Lists: one allow-listed grammar of filters, sorts and keyset pages for pages, API, exports and saved views.

In a URL: `?f=ehr_vendor.is.Epic&f=beds.gte.500&or=state.is.NY&or=state.is.NJ&sort=-beds,name&after=…`.
Every `f` must hold; of the `or` conditions at least one must hold.
"""

from rounds.models.listing.fields import Field, Listing
from rounds.models.listing.grammar import Condition, ListRefused, Query, parse
from rounds.models.listing.pages import Page, page_of

__all__ = ["Condition", "Field", "ListRefused", "Listing", "Page", "Query", "page_of", "parse"]
