"""Reach: what governs how often anybody may be written to, what is said to whom, and who gets which nurture."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.automation import Clock, Condition, Day
from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Words = Annotated[tuple[str, ...], Several]
Whole = Annotated[int, Field(ge=0, le=100_000)]


class Cap(Cited):
    """At most `most` mails in `days` days that follow each other."""

    most: Annotated[int, Field(ge=0, le=10_000)]
    days: Annotated[int, Field(ge=1, le=365)]


class Caps(Shape):
    contact: Annotated[tuple[Cap, ...], Several]
    buying_unit: Annotated[tuple[Cap, ...], Several]


class Window(Cited):
    """When a mail may arrive, on the clock of the one who gets it."""

    days: Annotated[tuple[Day, ...], Several]
    start: Clock
    end: Clock
    closed: Literal["next_business_day", "send_exactly"]
    """What becomes of a step that falls on a weekend or a holiday (COMM-08)."""


class Days(Cited):
    days: Whole


class Sender(Cited):
    """How much one address may send: by the hour, by the day, and while it is new (`warm_up`: a day's most, week by week)."""

    hour: Whole
    day: Whole
    warm_up: Annotated[tuple[Whole, ...], Several]
    bounces: Annotated[float, Field(ge=0, le=1)]
    looked_at: Days
    """Over how many of the last days the bounces are counted."""
    least: Whole
    """Of fewer letters nothing is concluded."""


class Tracking(Cited):
    """What of a letter is watched: whether links lead by way of us, and whether a picture tells that it was opened."""

    links: bool
    opens: bool


class Trial(Cited):
    """A/B: below `least` sent mails a variant nothing is said; the intervals are of this confidence."""

    least: Annotated[int, Field(ge=1, le=100_000)]
    confidence: Annotated[float, Field(gt=0.5, lt=1)]


class Away(Cited):
    """An answer that says somebody is away: how long to wait where it names no day, and the longest it is believed."""

    days: Whole
    most: Whole


class Answers(Cited):
    """A letter to somebody who wrote to us last, within so many `days`, is a conversation: what of our manners does not hold it."""

    days: Whole
    free: Annotated[tuple[Literal["window", "collision", "contact", "buying_unit"], ...], Several]


class Reach(Shape):
    """What holds for everything that is sent."""

    rule: str
    title: str
    window: Window
    caps: Caps
    collision: Days
    """Nobody of ours writes to a buying unit so many days after somebody else's mail to the same person."""
    contact_again: Days
    answers: Answers
    sender: Sender
    tracking: Tracking
    trial: Trial
    away: Away
    approval: Literal["none", "first", "each"]
    approval_of: Annotated[tuple[Literal["sequence", "by_hand"], ...], Several]
    fields: dict[str, str]
    """Every place a template may name, in words."""


class KindOfOrganisation(Shape):
    """Which organisations a play of programme.yaml speaks to."""

    play: Code
    when: Condition


class PersonaSaying(Cited):
    title: str
    cares: str
    angle: str


class Messaging(Cited):
    """What is said to whom: by kind of organisation (a play of programme.yaml) and by persona of the content library."""

    rule: str
    title: str
    kinds: Annotated[tuple[KindOfOrganisation, ...], Several]
    otherwise: Code
    personas: dict[Code, PersonaSaying]


class Member(Shape):
    """One member of a nurture family: what it is chosen by, the angle it takes, the sequence it enrols in."""

    is_: Annotated[Code, Field(alias="is")]
    angle: str
    sequence: Code


class Family(Cited):
    title: str
    members: Annotated[tuple[Member, ...], Several]


class Nurture(Shape):
    """Which nurture sequence somebody gets: the first family, in `priority`, that has a member for them (ABM-22)."""

    rule: str
    title: str
    priority: Annotated[tuple[Code, ...], Several]
    families: dict[Code, Family]
