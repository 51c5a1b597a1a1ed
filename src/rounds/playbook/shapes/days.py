"""The business calendar and the tasks: when we work, what is to be done, what fulfils it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Code, Several, Shape
from rounds.playbook.shapes.routing import State

Codes = Annotated[tuple[Code, ...], Several]
Texts = Annotated[tuple[str, ...], Several]
Day = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Business(Cited):
    """Working hours, local time."""

    days: Annotated[
        tuple[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], ...], Several
    ]
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    end: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

    @model_validator(mode="after")
    def _open(self) -> Self:
        if not self.days or self.start >= self.end:
            raise ValueError("has no open hours: name at least one day and end after start")
        return self


class Holidays(Cited):
    """The public holidays of `country`; `worked` are none for us, `closed` are ours alone."""

    country: Literal["US"]
    observed: bool
    worked: Texts
    closed: Annotated[tuple[Day, ...], Several]


class Zones(Cited):
    """Whose clock counts, by place."""

    house: str
    reading: Literal["state", "territory"]
    territories: dict[str, str]
    states: dict[State, str]


class Calendar(Shape):
    rule: str
    title: str
    business: Business
    holidays: Holidays
    zones: Zones


class Kinds(Cited):
    titles: dict[Code, str]


class Priorities(Cited):
    """The priorities, the most pressing first."""

    order: Codes


class Span(Cited):
    value: Annotated[int, Field(ge=0)]
    unit: Literal["minutes", "hours", "days"]


class PutOff(Shape):
    """One choice of putting a task off."""

    title: str
    value: Annotated[int, Field(ge=1)]
    unit: Literal["minutes", "hours", "days"]
    clock: Literal["calendar", "business"]


class Snooze(Cited):
    choices: Annotated[tuple[PutOff, ...], Several]


class Act(Shape):
    """A promised act. `response`: fulfilled by whatever counts as a response."""

    to: Code
    kind: Code
    priority: Code
    response: bool = False
    fulfilled_by: Codes = ()


class Acts(Cited):
    promised: dict[Code, Act]


class Response(Cited):
    outbound: Codes
    together: Codes


class Breach(Cited):
    priority: Code


class Reminder(Shape):
    hours: Annotated[int, Field(ge=1)]
    priority: Code
    title: str


class Reminders(Cited):
    outreach: Codes
    replies: Codes
    spoken: Codes
    steps: Annotated[tuple[Reminder, ...], Several]
    lapse_days: Annotated[int, Field(ge=1, le=90)]


class NotThere(Shape):
    title: str
    as_: Annotated[Code, Field(alias="as")]


class Visits(Cited):
    """What is logged in three taps: activity → its word, and what came of it."""

    kinds: dict[Code, str]
    outcomes: Texts
    not_there: NotThere


class Tasks(Shape):
    rule: str
    title: str
    kinds: Kinds
    priorities: Priorities
    soon: Span
    snooze: Snooze
    acts: Acts
    response: Response
    breach: Breach
    reminders: Reminders
    visits: Visits

    def rank(self, priority: str) -> int:
        """0 for the most pressing priority. Raises ValueError for one that is not named."""
        return self.priorities.order.index(priority)
