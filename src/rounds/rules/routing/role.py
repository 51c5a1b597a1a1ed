"""Who works a band: the role, or its fallback when the team has none (ROUTE-07)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.facts import Checker, choice, some


@dataclass(frozen=True, slots=True)
class Role:
    """`owner_role` None: nobody; then `queue` says where the lead goes."""

    owner_role: str | None
    title: str | None
    queue: str | None
    fallbacks: tuple[str, ...]
    why: str
    source: str


def role(playbook: Playbook, band: str | None, available: Collection[str] | None = None) -> Role:
    """The owner's role for a band. `available` = roles the team has (None: all); the chain is walked to one of them."""
    return _of_band(playbook, band) if available is None else _walked(playbook, band, available)


@lru_cache(maxsize=256)
def _of_band(playbook: Playbook, band: str | None) -> Role:
    return _walked(playbook, band, None)


def _walked(playbook: Playbook, band: str | None, available: Collection[str] | None) -> Role:
    book = playbook.roles
    wanted = book.by_band.map.get(band or "")
    if wanted is None:
        why = f"{band} leads have no human owner" if band else "the band is not known"
        return Role(None, None, book.nurture if band else book.manager_queue, (), why, book.by_band.origin)
    walked: list[str] = []
    here = wanted
    while available is not None and here in book.roles and here not in available:
        walked.append(here)
        here = book.fallback.chain.get(here, "manager_queue")
    if here not in book.roles:
        return Role(
            None,
            None,
            book.manager_queue,
            tuple(walked),
            f"the team has no {' or '.join(walked)}",
            book.fallback.origin,
        )
    why = f"{band} → {book.roles[here].title}" if here == wanted else f"no {wanted} in the team: {here} instead"
    return Role(here, book.roles[here].title, None, tuple(walked), why, book.by_band.origin)


def driving_band(playbook: Playbook, lead_fit_band: str | None, crm_quick_band: str | None) -> str | None:
    """The band that routes: of 004, of 003, or the better of both (`routing.model`, C-01)."""
    driver = playbook.roles.driver
    if driver != "max_of":
        return lead_fit_band if driver == "004" else crm_quick_band
    order = list(playbook.roles.by_band.map)
    known = [band for band in (lead_fit_band, crm_quick_band) if band in order]
    return min(known, key=order.index) if known else None


def columns(playbook: Playbook, t: Any) -> Any:
    """`t` with `owner_role` (text), from its column `band`."""
    import ibis

    roles = [(band, wanted) for band, wanted in playbook.roles.by_band.map.items() if wanted is not None]
    if "band" not in t.columns or not roles:
        return t.mutate(owner_role=ibis.null("string"))
    return t.mutate(owner_role=ibis.cases(*[(t.band == band, ibis.literal(wanted)) for band, wanted in roles]))


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    bands = tuple(playbook.roles.by_band.map)
    return Checker(
        playbook,
        {
            "band": choice("band", bands),
            "quick_band": choice("quick_band", bands),
            "available": some("available", tuple(playbook.roles.roles)),
        },
    )


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`band` (of lead_fit), `quick_band` (of crm_quick) where max_of or 003 drives, `available` roles."""
    facts = _checker(playbook)(given)
    band = facts.get("band")
    if playbook.roles.driver != "004" and "quick_band" in facts:
        band = driving_band(playbook, band, facts["quick_band"])
    found = role(playbook, band, facts.get("available"))
    line = {"what": "owner_role", "level": found.owner_role, "points": None, "why": found.why, "source": found.source}
    return {
        "owner_role": found.owner_role,
        "title": found.title,
        "queue": found.queue,
        "fallbacks": list(found.fallbacks),
        "missing": [] if "band" in facts else ["band"],
        "lines": [line],
    }
