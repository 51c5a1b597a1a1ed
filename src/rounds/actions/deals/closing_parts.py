"""What closing a deal cancels: each part of Rounds says here what of its own ends with the deal.

To add one: a function `(deal, *, won, by, at) -> list[str]` under `@on_close("poc")` in a module that is named in
MODULES. It ends what is open and answers a sentence for each, as the rep is told: "The POC at Harbour East was stopped".
It runs in the transaction that closes the deal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module

from rounds.kit.actor import Actor
from rounds.models import Opportunity

Ends = Callable[..., list[str]]
PARTS: dict[str, Ends] = {}
MODULES: tuple[str, ...] = (
    "deals.closing_own", "deals.closing_proofs", "customers.closing", "deals.closing_prices", "deals.contract_ends",
)
"""Where the parts are registered; imported when the first deal is closed."""


def on_close(name: str) -> Callable[[Ends], Ends]:
    """Register the function as what ends with a deal."""

    def keep(ends: Ends) -> Ends:
        if name in PARTS:
            raise ValueError(f"{name} is registered twice.")
        PARTS[name] = ends
        return ends

    return keep


AGAIN: dict[str, Ends] = {}


def on_reopen(name: str) -> Callable[[Ends], Ends]:
    """Register the function `(deal, *, by, at) -> list[str]` as what happens when a won deal is taken up again."""

    def keep(begins: Ends) -> Ends:
        if name in AGAIN:
            raise ValueError(f"{name} is registered twice.")
        AGAIN[name] = begins
        return begins

    return keep


def take_up(deal: Opportunity, *, by: Actor, at: datetime) -> list[str]:
    """What of a won deal does not hold any more now that it is open again, in sentences. Effects: those of each part."""
    load()
    return [sentence for begins in AGAIN.values() for sentence in begins(deal, by=by, at=at)]


@cache
def load() -> None:
    for name in MODULES:
        import_module(f"rounds.actions.{name}")


def end_all(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """End everything that is open below `deal` and answer what that was, in sentences. Effects: those of each part."""
    load()
    return [sentence for ends in PARTS.values() for sentence in ends(deal, won=won, by=by, at=at)]
