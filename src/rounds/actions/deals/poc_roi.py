"""The ROI sheet of a proof of concept: counted to the cent, each input with its source (POC-05)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from rounds.actions.deals.below import tell
from rounds.actions.deals.poc_given import PocRefused, locked
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Poc, PocRoi
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules.poc.roi import INPUTS, TITLES, Inputs, worth

MOST = 10**13


@phi.texts("sources")
def count(poc: Poc, cents: Mapping[str, int], *, sources: Mapping[str, str], by: Actor, at: datetime) -> PocRoi:
    """Count what it is worth: savings, revenue and cost a year, and the one-time cost, in cents; each that is not nothing
    says where it comes from.

    Effects: PocRoi (the last one holds), poc.roi_counted, an audit entry. Raises PocRefused (422), PocNotThere (409).
    """
    values = {name: _cents(name, cents.get(name, 0)) for name in INPUTS}
    said = {name: str(sources.get(name, "")).strip()[:300] for name in INPUTS}
    for name in INPUTS:
        if values[name] and not said[name]:
            raise PocRefused(f"{TITLES[name]}: say where the figure comes from.", field=f"{name}_source")
    if not any(values.values()):
        raise PocRefused("Say what it saves or brings, and what it costs.", field="savings")
    with deed(by):
        poc = locked(poc, "agreed", "running", "readout", "ended", why="The ROI is counted once the terms are agreed.")
        book = active().playbook.poc_terms.roi
        found = worth(book, inputs_of(values))
        number = (poc.rois.order_by("-number").values_list("number", flat=True).first() or 0) + 1
        row = PocRoi.objects.create(
            opportunity=poc.opportunity, poc=poc, number=number, sources=said, term_months=book.term_months, net_cents=int(found.net * 100),
            percent="" if found.percent is None else str(found.percent), payback="" if found.payback is None else str(found.payback),
            **{f"{name}_cents": value for name, value in values.items()}, **signature(by, at),
        )  # fmt: skip
        tell("poc.roi_counted", poc, {"percent": row.percent, "payback": row.payback, "net_cents": row.net_cents}, by=by, at=at)
        audit.note("poc.count_roi", by=by, at=at, kind="poc", subject=poc.id, detail={"number": number})
    return row


def inputs_of(cents: Mapping[str, int]) -> Inputs:
    """Cents as the rules take them."""
    return Inputs(*(Decimal(cents.get(name, 0)) / 100 for name in INPUTS))


def cents_of(row: PocRoi) -> dict[str, int]:
    """The inputs of a sheet."""
    return {name: getattr(row, f"{name}_cents") for name in INPUTS}


def _cents(name: str, said: int) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= MOST:
        raise PocRefused(f"{TITLES[name]} is an amount of money, not below 0.", field=name)
    return said
