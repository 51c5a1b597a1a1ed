"""The deal page is made of panels: each part of the deal adds one, and knows nothing of the others.

A part writes `web/deals/<part>_panel.py` with `@panel("paper", place="aside", order=10)` above a function of the request
and the deal that answers (template, context), or None where it has nothing to show. The template stands in
`templates/deals/panels/<part>.html` and sees, beside its own context, what every panel sees: `deal`, `url`, `at`,
`writable`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.http import HttpRequest

from rounds.models import Opportunity

Place = Literal["main", "aside"]
Made = tuple[str, dict[str, Any]] | None
Maker = Callable[[HttpRequest, Opportunity], Made]


@dataclass(frozen=True)
class Panel:
    """One part of the deal page."""

    name: str
    place: Place
    order: int
    make: Maker


@dataclass(frozen=True)
class Shown:
    """A panel with what it shows of one deal."""

    name: str
    template: str
    context: dict[str, Any]


_panels: dict[str, Panel] = {}


def panel(name: str, *, place: Place, order: int) -> Callable[[Maker], Maker]:
    """Put a panel on the deal page: the lower `order` stands higher. A name is taken once."""

    def keep(make: Maker) -> Maker:
        if name in _panels:
            raise ValueError(f"two panels are called “{name}”")
        _panels[name] = Panel(name, place, order, make)
        return make

    return keep


def panels() -> list[Panel]:
    """Every panel there is, in the order they stand on the page."""
    _found()
    return sorted(_panels.values(), key=lambda one: (one.order, one.name))


def shown(request: HttpRequest, deal: Opportunity, place: Place) -> list[Shown]:
    """The panels of one column that have something to show of `deal` to the viewer."""
    found = []
    for one in panels():
        if one.place == place and (made := one.make(request, deal)) is not None:
            found.append(Shown(one.name, *made))
    return found


@lru_cache(maxsize=1)
def _found() -> None:
    """Read every module of this folder that is called `…_panel`."""
    import rounds.web.deals as here

    for module in pkgutil.iter_modules(here.__path__):
        if module.name.endswith("_panel"):
            importlib.import_module(f"{here.__name__}.{module.name}")
