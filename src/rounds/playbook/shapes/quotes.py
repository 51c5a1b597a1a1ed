"""Quotes and proposals: how something is sold and paid, what is written, what a negotiation leans on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape
from rounds.playbook.shapes.pricing import Length, Percent, Words


class Model(Cited):
    model: Literal["subscription", "usage", "phased"]
    title: Words
    says: Words


class Instalment(Shape):
    percent: Percent
    when: Words


class Payment(Cited):
    """How a quote is paid: so many equal instalments a year, or shares of the whole."""

    payment: Code
    title: Words
    per_year: Literal[1, 2, 4, 12] | None = None
    shares: Annotated[tuple[Instalment, ...], Several] = ()


class Term(Cited):
    months: Annotated[int, Field(ge=1, le=240)]
    least: Annotated[int, Field(ge=1, le=240)]
    most: Annotated[int, Field(ge=1, le=240)]


class Quotes(Shape):
    rule: str
    title: str
    good_for: Length
    term: Term
    models: Annotated[tuple[Model, ...], Several]
    payments: Annotated[tuple[Payment, ...], Several]


class Item(Shape):
    item: Code
    title: Words
    from_: Annotated[Code, Field(alias="from")]


class Section(Shape):
    section: Code
    title: Words
    items: Annotated[tuple[Item, ...], Several]


class Text(Cited):
    text: Annotated[str, Field(min_length=1, max_length=4000)]


class PlanWeeks(Cited):
    initiation: int
    technical: int
    training: int
    go_live: int


class Play(Cited):
    play: Code
    strategy: Words
    title: Words
    does: Words


class ProposalRules(Cited):
    rule: str
    title: str
    good_for: Length
    answer_within: Length
    soon: Length
    unviewed_after: Length
    sections: Annotated[tuple[Section, ...], Several]
    texts: dict[Code, Text]
    weeks: PlanWeeks
    negotiation: Annotated[tuple[Play, ...], Several]
