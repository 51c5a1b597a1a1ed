"""The discount guidelines: which bands a deal has, how far they go, and who says yes to what is asked (PRICE-03 to 06)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from rounds.playbook import Playbook
from rounds.playbook.shapes.pricing import DiscountBand
from rounds.rules.facts import Checker, choice, flag, number, whole
from rounds.rules.pricing.cents import BASE, bp_of, over

Verdict = Literal["none", "below_band", "within", "exceeds"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was asked, held against the guidelines. All in basis points. `below_band` is allowed: a band's floor is guidance."""

    asked: int
    verdict: Verdict
    bands: tuple[DiscountBand, ...]
    used: tuple[DiscountBand, ...]
    floor: int
    ceiling: int
    asks: tuple[str, ...]
    under_floor: bool = False

    @property
    def exceeds_by(self) -> int:
        return max(0, self.asked - self.ceiling)


def eligible(playbook: Playbook, deal: Mapping[str, Any]) -> tuple[DiscountBand, ...]:
    """The bands of a deal: `tier`, `tier_stage`, `segment`, `strategic`, `term_months`, `units`, `volume_commitment`;
    what is unknown opens none."""
    book = playbook.discounts
    strategic = {
        "tier_1": deal.get("tier") == 1,
        "confirmed_tier_1": deal.get("tier") == 1 and deal.get("tier_stage") == "confirmed",
        "enterprise": deal.get("segment") == "enterprise",
        "marked": deal.get("strategic") is True,
    }[book.strategic_if]
    holds = {
        "standard": True,
        "strategic": strategic,
        "multi_year": (deal.get("term_months") or 0) >= book.multi_year_from.months,
        "volume": deal.get("volume_commitment") is True or (deal.get("units") or 0) >= book.volume_from.units,
    }
    return tuple(band for band in book.bands if holds[band.band])


def ceiling_of(playbook: Playbook, bands: tuple[DiscountBand, ...]) -> int:
    """How far the bands of a deal go together, in basis points (C-26)."""
    book, tops = playbook.discounts, [bp_of(band.high) for band in bands]
    if book.stacking == "max_single":
        return max(tops, default=0)
    if book.stacking == "additive":
        return min(sum(tops), bp_of(book.cap.percent))
    left = BASE
    for top in tops:
        left = over(left * (BASE - top), BASE)
    return min(BASE - left, bp_of(book.cap.percent))


def check(playbook: Playbook, asked: int, deal: Mapping[str, Any], *, under_floor: bool = False) -> Check:
    """`asked` basis points against the guidelines of `deal`. `under_floor`: a product would go below its price floor."""
    bands = eligible(playbook, deal)
    ceiling = ceiling_of(playbook, bands)
    single = playbook.discounts.stacking == "max_single"
    used = tuple(sorted(bands, key=lambda band: -band.high)[:1]) if single else bands
    floor = bp_of(max((band.low for band in used), default=0)) if single else bp_of(min((band.low for band in used), default=0))
    verdict: Verdict = "none" if asked <= 0 else "exceeds" if asked > ceiling else "below_band" if asked < floor else "within"
    return Check(asked, verdict, bands, used, floor, ceiling, asks(playbook, asked, asked <= ceiling, under_floor=under_floor), under_floor)


def asks(playbook: Playbook, asked: int, within: bool, *, under_floor: bool = False) -> tuple[str, ...]:
    """The levels that say yes, in their order: the first line of the matrix that fits, the last one under a floor."""
    matrix = playbook.discounts.approvals.matrix
    if under_floor:
        return matrix[-1].asks
    return next((line.asks for line in matrix if asked <= bp_of(line.at_most) and (within or not line.within)), matrix[-1].asks)


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    return Checker(playbook, {
        "requested_percent": number("requested_percent", 0, 100, "percent"), "effective_percent": number("effective_percent", 0, 100, "percent"),
        "tier": whole("tier", 0, 3), "tier_stage": choice("tier_stage", ("provisional", "confirmed")),
        "segment": choice("segment", tuple(entry.segment for entry in playbook.segments.segments)), "strategic": flag("strategic"),
        "term_months": whole("term_months", 1, 240, "months"), "units": whole("units", 0, 1_000_000), "volume_commitment": flag("volume_commitment"),
        "under_floor": flag("under_floor"),
    })  # fmt: skip


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict on a requested discount: the bands used, the ceiling, by how much it is exceeded, who approves."""
    said = _checker(playbook)(given)
    stated, effective = said.get("requested_percent"), said.get("effective_percent")
    counted = stated if effective is None or playbook.discounts.measured == "stated" else effective
    found = check(playbook, bp_of(counted or 0), said, under_floor=said.get("under_floor", False))
    blocked = found.under_floor and playbook.discounts.floors == "block"
    return {
        "requested_percent": stated, "measured_percent": found.asked / 100, "measured": playbook.discounts.measured,
        "result": found.verdict, "eligible": [band.band for band in found.bands], "bands": [band.band for band in found.used],
        "band_floor_percent": found.floor / 100, "ceiling_percent": found.ceiling / 100, "exceeds_by_points": found.exceeds_by / 100,
        "approvals": list(found.asks), "blocked": blocked, "missing": [] if stated is not None or effective is not None else ["requested_percent"],
        "lines": [{"what": band.band, "level": "used" if band in found.used else "eligible" if band in found.bands else "not eligible", "points": None,
                   "why": f"{band.title}: {band.low} to {band.high} %", "source": band.origin} for band in playbook.discounts.bands],
    }  # fmt: skip


def columns(playbook: Playbook, t: Any) -> Any:
    """`t` with `ceiling_bp`, `verdict`, `exceeds_by_bp` and `approvals` (levels joined by `,`).

    Reads asked_bp (whole basis points) and, where they are there, tier, tier_stage, segment, strategic, term_months,
    units, volume_commitment.
    """
    import ibis

    book = playbook.discounts
    holds = _holds(playbook, t)
    bands = [(band, holds[band.band]) for band in book.bands]
    ceiling, floor = ibis.literal(0).cast("int64"), ibis.literal(0).cast("int64")
    if book.stacking == "max_single":
        for band, has in sorted(bands, key=lambda one: one[0].high):  # the highest that holds is written last
            ceiling, floor = (ibis.ifelse(has, ibis.literal(bp_of(of)).cast("int64"), now) for of, now in ((band.high, ceiling), (band.low, floor)))
    else:
        ceiling, floor = _stacked(playbook, bands)
    asked = t.asked_bp
    verdict = ibis.cases((asked <= 0, "none"), (asked > ceiling, "exceeds"), (asked < floor, "below_band"), else_="within")
    lines = [((asked <= bp_of(line.at_most)) & ((asked <= ceiling) if line.within else ibis.literal(True)), ibis.literal(",".join(line.asks)))
             for line in book.approvals.matrix]  # fmt: skip
    return t.mutate(ceiling_bp=ceiling, verdict=verdict, exceeds_by_bp=ibis.greatest(asked - ceiling, 0),
                    approvals=ibis.cases(*lines, else_=",".join(book.approvals.matrix[-1].asks)))  # fmt: skip


def _stacked(playbook: Playbook, bands: list[tuple[DiscountBand, Any]]) -> tuple[Any, Any]:
    import ibis

    cap = bp_of(playbook.discounts.cap.percent)
    lows = [ibis.ifelse(has, bp_of(band.low), BASE) for band, has in bands]
    if playbook.discounts.stacking == "additive":
        total = sum((ibis.ifelse(has, bp_of(band.high), 0) for band, has in bands), ibis.literal(0))
    else:
        left = ibis.literal(BASE).cast("int64")
        for band, has in bands:
            left = ibis.ifelse(has, (2 * left * (BASE - bp_of(band.high)) + BASE) // (2 * BASE), left)
        total = BASE - left
    return ibis.least(total, cap), ibis.least(*lows)


def _holds(playbook: Playbook, t: Any) -> dict[str, Any]:
    import ibis

    def is_(name: str, test: Any) -> Any:
        return test(t[name]).fill_null(False) if name in t.columns else ibis.literal(False)

    book = playbook.discounts
    first = is_("tier", lambda c: c == 1)
    strategic = {
        "tier_1": first, "confirmed_tier_1": first & is_("tier_stage", lambda c: c == "confirmed"),
        "enterprise": is_("segment", lambda c: c == "enterprise"), "marked": is_("strategic", lambda c: c),
    }[book.strategic_if]  # fmt: skip
    volume = is_("volume_commitment", lambda c: c) | is_("units", lambda c: c >= book.volume_from.units)
    return {"standard": ibis.literal(True), "strategic": strategic, "multi_year": is_("term_months", lambda c: c >= book.multi_year_from.months),
            "volume": volume}  # fmt: skip
