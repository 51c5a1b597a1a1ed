"""What the records say of an exit criterion: evidence, read from a deal by providers each part registers here.

To add one: a function taking the Opportunity under `@evidence("poc.objectives_met")` in a file of this folder; every
file of it is imported when the first is asked. It reads few rows and says in one sentence what it found. A criterion
whose provider is not there counts as unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

from rounds.models.deals.opportunities import Opportunity

State = Literal["met", "missing", "unknown", "blocked"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`next`: the next move; `whose` it is; `due` when. `url` leads to the record it was read from."""

    state: State
    says: str
    url: str = ""
    next: str = ""
    whose: str = ""
    due: date | None = None


NOT_RECORDED = Evidence("unknown", "not recorded yet")
Provider = Callable[[Opportunity], Evidence]
PROVIDERS: dict[str, Provider] = {}


def evidence(name: str) -> Callable[[Provider], Provider]:
    """Register the function as what is asked for the evidence `name`."""

    def keep(provider: Provider) -> Provider:
        if name in PROVIDERS:
            raise ValueError(f"The evidence {name} is registered twice.")
        PROVIDERS[name] = provider
        return provider

    return keep


def look(deal: Opportunity, name: str) -> Evidence:
    """What the records of `deal` say of `name`."""
    load()
    provider = PROVIDERS.get(name)
    return provider(deal) if provider else NOT_RECORDED


@cache
def load() -> None:
    """Import every file of this folder, so that what it registers is there."""
    for found in iter_modules(__path__):
        import_module(f"{__name__}.{found.name}")
