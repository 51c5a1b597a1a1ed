"""Pricing: what a deal is worth, how much may be taken off, who says yes, and what a quote comes to, to the cent."""

from rounds.rules.pricing import discount, value

__all__ = ["discount", "value"]
