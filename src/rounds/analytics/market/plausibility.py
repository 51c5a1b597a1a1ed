"""Hints: what looks unlike the market the seed describes. They never block (ACCT-22)."""

from __future__ import annotations

from rounds.models import Account
from rounds.playbook import Playbook


def hints(unit: Account, stakeholders: int, book: Playbook) -> list[str]:
    """Sentences about this buying unit, each naming the range it falls out of."""
    known = book.universe.plausibility
    said = []
    deal = known["deal_usd"]
    if unit.deal_potential_cents is not None and deal.high is not None:
        dollars = unit.deal_potential_cents / 100
        if not deal.low <= dollars <= deal.high:
            side = "below" if dollars < deal.low else "above"
            said.append(f"Potential of ${dollars:,.0f} is {side} the usual ${deal.low:,.0f} to ${deal.high:,.0f} a year")
    people = known["stakeholders"]
    if stakeholders and stakeholders < people.low and (unit.tier or 0) in (1, 2):
        said.append(f"{stakeholders} of the usual {people.low:g} to {people.high:g} decision makers are known")
    months = known["decision_months"]
    if unit.implementation_timeline.startswith("Immediate"):
        said.append(f"An immediate start is unusual: decisions take {months.low:g} to {months.high:g} months")
    return said
