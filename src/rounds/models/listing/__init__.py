"""Lists: one allow-listed grammar of filters, sorts and keyset pages for pages, API, exports and saved views.

In a URL: `?f=ehr.is.Epic&f=beds.gte.500&or=tier.is.1~state.is.NY&sort=-beds,name&after=…`: the rows of which every
`f` holds, and those of which every condition of one `or` group (parted by ~) holds.
"""

from rounds.models.listing.fields import Field, FieldKept, Listing
from rounds.models.listing.grammar import Condition, ListRefused, Query, parse
from rounds.models.listing.pages import Page, page_of

__all__ = ["Condition", "Field", "FieldKept", "ListRefused", "Listing", "Page", "Query", "page_of", "parse"]
