"""Deals: what may become a sale."""

from rounds.models.deals.opportunities import Opportunity

__all__ = ["Opportunity"]
