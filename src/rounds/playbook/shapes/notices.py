"""What leaves the house and what people are told: pauses, circuits, kinds of notification."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Several, Shape

How = Literal["off", "app", "mail", "digest"]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=60)]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Words = Annotated[str, Field(min_length=1, max_length=120)]


class Wait(Cited):
    """A length of time."""

    value: Annotated[int, Field(ge=0, le=100_000)]
    unit: Literal["seconds", "minutes", "hours"]

    @property
    def span(self) -> timedelta:
        return timedelta(**{self.unit: self.value})


class Tries(Cited):
    value: Annotated[int, Field(ge=1, le=50)]
    unit: Literal["tries", "failures"]


class Percent(Cited):
    value: Annotated[int, Field(ge=0, le=100)]
    unit: Literal["percent"]


class Circuit(Shape):
    failures: Tries
    pause: Wait
    most: Wait


class Outbound(Shape):
    rule: str
    title: str
    tries: Tries
    first: Wait
    most: Wait
    jitter: Percent
    retry_after: Wait
    circuit: Circuit
    stale_after: Wait


class Morning(Cited):
    """When the digest goes, by the clock on the wall of each person."""

    at: Clock
    until: Clock

    @property
    def begins(self) -> time:
        return time.fromisoformat(self.at)

    @property
    def ends(self) -> time:
        return time.fromisoformat(self.until)

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        if self.at >= self.until:
            raise ValueError("ends before it begins: `until` is later than `at`, on the same day")
        return self


class Purposes(Cited):
    purposes: Annotated[tuple[Kind, ...], Several]


class ActLinks(Shape):
    good_for: Wait
    without_login: Purposes


class NoticeKind(Cited):
    title: Words
    many: Words
    opens: Annotated[str, Field(pattern=r"^/", max_length=200)]
    how: How
    acts: Annotated[tuple[Kind, ...], Several] = ()


class Notifications(Shape):
    rule: str
    title: str
    together: Wait
    batch_settles: Wait
    digest: Morning
    links: ActLinks
    kinds: dict[Kind, NoticeKind]

    def kind(self, code: str) -> NoticeKind:
        """The kind of that code; `other` for one this playbook does not know: nobody stays untold for it."""
        return self.kinds.get(code) or self.kinds["other"]
