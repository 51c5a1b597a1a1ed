"""The value-based price: five factors, their weights, an index, and where it lies in the band (PRICE-01, PRICE-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rounds.kit.refusal import Refusal
from rounds.playbook import Playbook
from rounds.playbook.shapes.pricing import Factor
from rounds.rules.facts import Checker, number, whole
from rounds.rules.pricing.cents import BASE, over

READ_AS = {"roi_percent": "a return in percent of"}
"""A fact whose name is no word of ours → how it is read aloud before its figure."""


class FactorsUnknown(Refusal):
    """Score every factor first: the playbook gives no price while one is unknown."""

    status = 422


@dataclass(frozen=True, slots=True)
class Weighed:
    """One factor: its score (None = unknown), what it counts for, and what it adds to the index in hundredths."""

    factor: str
    title: str
    weight: int
    score: int | None
    counted: int
    how: str

    @property
    def adds(self) -> int:
        return self.weight * self.counted


@dataclass(frozen=True, slots=True)
class Guidance:
    """Where the price lies. `index`, `low` and `high` are hundredths of a point: as it stands, and with every unknown
    factor at its lowest and best. Money in cents."""

    factors: tuple[Weighed, ...]
    index: int
    low: int
    high: int
    floor_cents: int
    ceiling_cents: int

    @property
    def missing(self) -> list[str]:
        return [factor.factor for factor in self.factors if factor.score is None]

    @property
    def price_cents(self) -> int:
        return self.at(self.index)

    @property
    def low_cents(self) -> int:
        return self.at(self.low)

    @property
    def high_cents(self) -> int:
        return self.at(self.high)

    def at(self, index: int) -> int:
        """The price at an index."""
        return self.floor_cents + over(index * (self.ceiling_cents - self.floor_cents), BASE)

    def worth(self, factor: Weighed) -> int:
        """What a factor adds to the price, in cents: for showing; the price is read from the index alone."""
        return over(factor.adds * (self.ceiling_cents - self.floor_cents), BASE)


def guide(playbook: Playbook, given: Mapping[str, Any], floor_cents: int, ceiling_cents: int) -> Guidance:
    """The guidance on scores (a factor's name) and facts (what scores it where nobody does). Raises FactorsUnknown."""
    book = playbook.value
    factors = tuple(_weighed(playbook, factor, given) for factor in book.factors)
    if book.unknown == "refuse" and any(factor.score is None for factor in factors):
        lost = ", ".join(factor.title.lower() for factor in factors if factor.score is None)
        raise FactorsUnknown(f"Score every factor first; unknown: {lost}.")
    known = sum(factor.adds for factor in factors if factor.score is not None)
    open_ = sum(factor.weight for factor in factors if factor.score is None)
    return Guidance(factors, sum(factor.adds for factor in factors), known, known + 100 * open_, floor_cents, ceiling_cents)


def score_of(factor: Factor, value: float | None) -> int | None:
    """The score a fact gives: the first rung it reaches, or the fact itself where there is no ladder."""
    if value is None:
        return None
    if factor.ladder is None:
        return min(100, max(0, int(value)))
    return next((rung.score for rung in factor.ladder.floors if rung.at_least is None or value >= rung.at_least), None)


def _weighed(playbook: Playbook, factor: Factor, given: Mapping[str, Any]) -> Weighed:
    score, how = given.get(factor.factor), "scored by hand"
    if score is None and factor.fact:
        score = score_of(factor, given.get(factor.fact))
        how = f"from {READ_AS.get(factor.fact, factor.fact.replace('_', ' '))} {given.get(factor.fact):,}" if score is not None else ""
    if score is None:
        middle = playbook.value.middle.value if playbook.value.unknown == "middle" else 0
        return Weighed(factor.factor, factor.title, factor.weight, None, middle, f"unknown, counted as {middle}")
    return Weighed(factor.factor, factor.title, factor.weight, score, score, how)


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    own = {factor.factor: whole(factor.factor, 0, 100, "points") for factor in playbook.value.factors}
    return Checker(playbook, {
        **own, "floor_usd": whole("floor_usd", 0, 1_000_000_000, "USD"), "ceiling_usd": whole("ceiling_usd", 0, 1_000_000_000, "USD"),
        "integration_complexity": whole("integration_complexity", 0, 100, "points"), "roi_percent": number("roi_percent", -100, 1_000_000, "percent"),
    })  # fmt: skip


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """The price with what each factor adds. Asks for floor_usd and ceiling_usd; scores and facts may be unknown."""
    said = _checker(playbook)(given)
    floor, ceiling = said.get("floor_usd"), said.get("ceiling_usd")
    found = guide(playbook, said, (floor or 0) * 100, (ceiling or 0) * 100)
    banded = floor is not None and ceiling is not None
    return {
        "contributions": {factor.factor: factor.adds / 100 for factor in found.factors}, "index": found.index / 100,
        "index_low": found.low / 100, "index_high": found.high / 100,
        "price_usd": found.price_cents / 100 if banded else None,
        "price_low_usd": found.at(found.low) / 100 if banded else None, "price_high_usd": found.at(found.high) / 100 if banded else None,
        "missing": found.missing,
        "lines": [{"what": factor.factor, "level": factor.score, "points": factor.adds / 100, "why": f"{factor.how}: {factor.weight} % of {factor.counted}",
                   "source": entry.origin} for factor, entry in zip(found.factors, playbook.value.factors, strict=True)],
    }  # fmt: skip


def columns(playbook: Playbook, t: Any) -> Any:
    """`t` with `index_hundredths` and `price_cents`; reads the factors, their facts, floor_usd and ceiling_usd.

    A factor without a column is unknown. Under `refuse` the price of a row with an unknown factor is null.
    """
    import ibis

    total, lost = ibis.literal(0), ibis.literal(False)
    middle = playbook.value.middle.value if playbook.value.unknown == "middle" else 0
    for factor in playbook.value.factors:
        score = _column(factor, t)
        lost = lost | score.isnull()
        total = total + factor.weight * score.fill_null(middle)
    span = (t.ceiling_usd - t.floor_usd).cast("int64") * 100
    twice = 2 * total * span
    price = t.floor_usd.cast("int64") * 100 + ((twice.abs() + BASE) // (2 * BASE)) * ibis.ifelse(twice < 0, -1, 1)
    if playbook.value.unknown == "refuse":
        price, total = (ibis.ifelse(lost, ibis.null("int64"), one) for one in (price, total))
    return t.mutate(index_hundredths=total, price_cents=price)


def _column(factor: Factor, t: Any) -> Any:
    import ibis

    said = t[factor.factor].cast("int64") if factor.factor in t.columns else ibis.null("int64")
    if not factor.fact or factor.fact not in t.columns:
        return said
    fact = t[factor.fact]
    if factor.ladder is None:
        return said.coalesce(fact.floor().cast("int64").clip(0, 100))
    rungs = [(fact >= rung.at_least if rung.at_least is not None else fact.notnull(), ibis.literal(rung.score)) for rung in factor.ladder.floors]
    return said.coalesce(ibis.cases(*rungs, else_=ibis.null("int64")).cast("int64"))
