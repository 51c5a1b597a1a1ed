"""Pricing: products and their bands, the value factors, discounts with their approval."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Dollars = Annotated[int, Field(ge=0, le=1_000_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Score = Annotated[int, Field(ge=0, le=100)]
Kind = Literal["recurring", "usage", "once"]
Words = Annotated[str, Field(min_length=1, max_length=400)]


class Band(Shape):
    floor: Dollars
    ceiling: Dollars


class Product(Cited):
    """What is sold. `least` is the price floor of one unit, `cost` what one costs us; a year's where it recurs."""

    product: Code
    title: Words
    unit: Words
    kind: Kind
    band: Band
    least: Dollars
    cost: Dollars


class Target(Cited):
    usd: Dollars


class Size(Cited):
    size: Code
    title: Words
    at_least: Dollars


class Sizes(Shape):
    average_target: Target
    bands: Annotated[tuple[Size, ...], Several]

    def of(self, usd: float | None) -> Size | None:
        """The band a yearly amount falls in; None below the lowest and of no amount."""
        return next((band for band in self.bands if usd is not None and usd >= band.at_least), None)


class Products(Shape):
    rule: str
    title: str
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    products: Annotated[tuple[Product, ...], Several]
    sizes: Sizes

    @cached_property
    def by_code(self) -> dict[str, Product]:
        return {product.product: product for product in self.products}


class Rung(Shape):
    score: Score
    at_least: int | None = None


class Ladder(Cited):
    floors: Annotated[tuple[Rung, ...], Several]


class Factor(Cited):
    """One factor. `fact`: what scores it where nobody does, by its ladder, or as it stands where it is 0 to 100."""

    factor: Code
    title: Words
    weight: Percent
    says: Words
    fact: Code | None = None
    ladder: Ladder | None = None


class Middle(Cited):
    value: Score


class Value(Cited):
    rule: str
    title: str
    unknown: Literal["middle", "zero", "refuse"]
    middle: Middle
    factors: Annotated[tuple[Factor, ...], Several]


class DiscountBand(Cited):
    band: Literal["standard", "strategic", "multi_year", "volume"]
    title: Words
    low: Percent
    high: Percent


class Cap(Cited):
    percent: Percent


class Months(Cited):
    months: Annotated[int, Field(ge=1, le=240)]


class Units(Cited):
    units: Annotated[int, Field(ge=1, le=1_000_000)]


class Weeks(Cited):
    value: Annotated[int, Field(ge=1, le=104)]


class Counts(Shape):
    poc_weeks_standard: Weeks


class Concessions(Shape):
    received_above: Cap
    given: dict[Code, Words]
    received: dict[Code, Words]


class Line(Shape):
    """One line of the matrix: up to so much, within the guidelines or beyond them, these say yes one after the other."""

    at_most: Percent
    within: bool
    asks: Annotated[tuple[Code, ...], Several]


class Level(Shape):
    """Who decides a step: whoever has `may`; of the owner's team first where `asks_manager`. A step may be handed to
    the roles of `stands_in`, and is opened to `escalates_to` as well when nobody answers in time."""

    title: Words
    may: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$")]
    stands_in: Annotated[tuple[Code, ...], Several]
    asks_manager: bool = False
    escalates_to: Code | None = None


class Length(Cited):
    value: Annotated[int, Field(ge=1, le=3650)]
    unit: Literal["days", "hours"]
    clock: Literal["calendar", "business"] = "calendar"

    @property
    def span(self) -> timedelta:
        return timedelta(**{self.unit: self.value})


class Approvals(Cited):
    matrix: Annotated[tuple[Line, ...], Several]
    levels: dict[Code, Level]
    answer_within: Length
    good_for: Length


class Discounts(Shape):
    rule: str
    title: str
    stacking: Literal["max_single", "additive", "compound"]
    cap: Cap
    measured: Literal["effective", "stated"]
    floors: Literal["block", "approve"]
    strategic_if: Literal["tier_1", "confirmed_tier_1", "enterprise", "marked"]
    multi_year_from: Months
    volume_from: Units
    bands: Annotated[tuple[DiscountBand, ...], Several]
    counts: Counts
    concessions: Concessions
    approvals: Approvals
