"""Reports: which there are, when each is made, for whom, of which sections (REPORT-01 to REPORT-09)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Code, Several, Shape
from rounds.playbook.shapes.measures import Many, Whole, Words

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class MadeWhen(Shape):
    """When a report is made, in the company's zone: on a day of the week, or on a day of the month, quarter or year that
    begins. A day on which nobody works moves to the next one that is worked."""

    every: Literal["week", "month", "quarter", "year"]
    on: Weekday | None = None
    day: Annotated[int, Field(ge=1, le=28)] | None = None
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

    @model_validator(mode="after")
    def _has_its_day(self) -> Self:
        if self.every == "week" and (self.on is None or self.day is not None):
            raise ValueError("a weekly report names its day of the week: on: monday")
        if self.every != "week" and (self.day is None or self.on is not None):
            raise ValueError("this report names the day of its month, quarter or year: day: 1")
        return self


class ReportSection(Cited):
    """A part of a report. `of`: what fills it (analytics/reports/sections.py); `metrics`: its numbers; `by`: what the first
    of them is broken down by; `says`: a sentence of our own below its heading."""

    section: Code
    title: str
    of: Code
    metrics: Words = ()
    by: str = ""
    says: str = ""


class ReportKind(Cited):
    """A report. `period`: which stretch it tells of, such as last-week; `roles`: whose people get it unless they decline;
    `needs`: the permission without which nobody reads it."""

    report: Code
    title: str
    when: MadeWhen
    period: Literal["last-week", "this-week", "last-month", "this-month", "last-quarter", "this-quarter", "last-year", "this-year"]
    roles: Words
    needs: str = ""
    sections: Annotated[tuple[ReportSection, ...], Several]


class Addressable(Cited):
    """How many accounts of a segment there are to be won in all, where that is known better than by counting ours."""

    segment: Code
    accounts: Many


class Reports(Shape):
    """`rows`: the longest table of a section; `focus_days`: deals to close within so many days are this week's focus;
    `addressable`: how many accounts of a segment a market share is counted of, else those we know."""

    rule: str
    title: str
    rows: Whole
    focus_days: Whole
    addressable: Annotated[tuple[Addressable, ...], Several]
    reports: Annotated[tuple[ReportKind, ...], Several]

    def of(self, name: str) -> ReportKind | None:
        return next((one for one in self.reports if one.report == name), None)
