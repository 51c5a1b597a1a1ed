"""Automations: when something happens, if conditions hold, then deeds in order; and what holds for all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Code, Number, Several, Shape

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Word = str | bool | int | float
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=80)]
MOST_RETRIES, MOST_DAYS = 10, 400


class Wait(Shape):
    """A length of time, of at least a second."""

    seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    hours: Annotated[int, Field(ge=0, le=10_000)] = 0
    days: Annotated[int, Field(ge=0, le=MOST_DAYS)] = 0

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.span:
            raise ValueError("says no length: write hours: 24, for example")
        return self

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes, seconds=self.seconds)


TESTS = ("is_", "is_not", "at_least", "above", "at_most", "below", "known", "has")


class Condition(Shape):
    """One question with one test, or several conditions joined. A question is a fact of the vocabulary, `event.…`
    (the payload), `lead.…` or `account.…` (the record as it stands)."""

    all: Annotated[tuple[Condition, ...], Several] | None = None
    any: Annotated[tuple[Condition, ...], Several] | None = None
    not_: Annotated[Condition | None, Field(alias="not")] = None
    ask: Name | None = None
    is_: Annotated[Word | tuple[Word, ...] | None, Several, Field(alias="is")] = None
    is_not: Annotated[Word | tuple[Word, ...] | None, Several] = None
    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    known: bool | None = None
    has: str | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(part is not None for part in (self.all, self.any, self.not_, self.ask)) != 1:
            raise ValueError("needs exactly one of ask, all, any, not")
        tests = [name for name in TESTS if getattr(self, name) is not None]
        if (self.ask is not None) != (len(tests) == 1):
            raise ValueError("asks with exactly one test: is, is_not, at_least, above, at_most, below, known or has")
        if (self.all is not None and not self.all) or (self.any is not None and not self.any):
            raise ValueError("joins nothing: name at least one condition")
        return self

    @property
    def test(self) -> tuple[str, Any]:
        """The name and the value of the one test."""
        return next((name, getattr(self, name)) for name in TESTS if getattr(self, name) is not None)

    @property
    def parts(self) -> tuple[Condition, ...]:
        return self.all or self.any or ((self.not_,) if self.not_ is not None else ())

    @property
    def asks(self) -> frozenset[str]:
        """Everything asked below."""
        own = {self.ask} if self.ask else set()
        return frozenset(own).union(*(part.asks for part in self.parts))


class When(Shape):
    """What starts an automation. One of: an event; a changed field; a score that reaches or falls below a floor; a
    schedule, perhaps for each open record; a time in a state."""

    event: Name | None = None
    change: Name | None = None
    to: Annotated[Word | tuple[Word, ...] | None, Several] = None
    score: Name | None = None
    reaches: Number | None = None
    falls_below: Number | None = None
    every: Literal["day", "week", "month"] | None = None
    at: Clock | None = None
    on: Day | None = None
    day: Annotated[int, Field(ge=1, le=28)] | None = None
    business: bool = True
    each: Literal["lead", "account"] | None = None
    time_in: Name | None = None
    is_: Annotated[tuple[str, ...], Several, Field(alias="is")] = ()
    for_: Annotated[Wait | None, Field(alias="for")] = None

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        kinds = [name for name in ("event", "change", "score", "every", "time_in") if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise ValueError("needs exactly one of event, change, score, every, time_in")
        if self.score and (self.reaches is None) == (self.falls_below is None):
            raise ValueError("a score needs reaches or falls_below, one of them")
        if self.every and self.at is None:
            raise ValueError('a schedule needs at: "07:00"')
        if self.every == "week" and self.on is None:
            raise ValueError("a weekly schedule needs on: monday")
        if self.every == "month" and self.day is None:
            raise ValueError("a monthly schedule needs day: 1")
        if self.time_in and self.for_ is None:
            raise ValueError("a time in a state needs for: {hours: 24}")
        return self

    @property
    def kind(self) -> str:
        return next(name for name in ("event", "change", "score", "every", "time_in") if getattr(self, name) is not None)


class Retry(Shape):
    """How often a deed that failed is tried again, and the wait before it; each later wait is twice as long."""

    times: Annotated[int, Field(ge=0, le=MOST_RETRIES)]
    wait: Wait


class Step(Shape):
    """One deed of an automation. `inline`: the capture did it already; this says which of its hops."""

    do: Name
    title: str
    said: dict[str, Any] = {}
    if_: Annotated[Condition | None, Field(alias="if")] = None
    inline: str | None = None
    delay: Wait | None = None
    retry: Retry | None = None
    on_error: Literal["stop", "go_on"] = "go_on"
    minutes: Annotated[int, Field(ge=0, le=600)] | None = None


class Automation(Cited):
    """One file of automations/. `again`: it may run a second time in one chain of causes for the same record."""

    automation: Code
    title: str
    group: str = "Leads"
    enabled: bool
    again: bool = False
    when: When
    if_: Annotated[Condition | None, Field(alias="if")] = None
    then: Annotated[tuple[Step, ...], Several]

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.then:
            raise ValueError("then names no deed")
        return self


class Guard(Cited):
    """Depth: how many automations may follow from one another. Actions an hour: on one record, by all of them."""

    depth: Annotated[int, Field(ge=1, le=50)]
    actions_an_hour: Annotated[int, Field(ge=1, le=10_000)]


class DefaultRetry(Cited):
    times: Annotated[int, Field(ge=0, le=MOST_RETRIES)]
    wait: Wait


class Minutes(Cited):
    """What one deed saves where its step does not say."""

    value: Annotated[int, Field(ge=0, le=600)]


class Saved(Cited):
    """The seed's target: this share of the deeds done without a person."""

    percent: Annotated[int, Field(ge=1, le=100)]


class Rows(Cited):
    value: Annotated[int, Field(ge=1, le=100_000)]


class AutomationRules(Shape):
    """What holds for every automation."""

    rule: str
    title: str
    guard: Guard
    retry: DefaultRetry
    minutes: Minutes
    saved: Saved
    each_at_most: Rows
