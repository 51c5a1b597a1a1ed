"""The library of deeds (AUTO-12). Importing this room registers every verb; the domains stand beside it."""

from rounds.actions.flow.verbs import (
    customers,
    deals,
    desk,
    enablement,
    later,
    leads,
    links,
    market,
    meetings,
    numbers,
    prices,
    proofs,
    reach,
    research,
)
from rounds.actions.flow.verbs.verb import VERBS

__all__ = ["VERBS", "customers", "deals", "desk", "enablement", "later", "leads", "links", "market", "meetings", "numbers", "prices", "proofs", "reach", "research"]
