"""Meetings that are booked, and the plays of LinkedIn."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Whole = Annotated[int, Field(ge=0, le=100_000)]


class MeetingKind(Cited):
    title: str
    minutes: Annotated[int, Field(ge=5, le=480)]
    activity: Code
    phi: bool = False


class Platform(Cited):
    """A video platform (COMM-11). One that may carry patient data needs a BAA on file."""

    title: str
    vendor: str
    link: str = ""


class Meetings(Shape):
    rule: str
    title: str
    kinds: dict[Code, MeetingKind]
    platforms: dict[Code, Platform]
    step_minutes: Annotated[int, Field(ge=5, le=120)]
    notice_hours: Whole
    ahead_days: Annotated[int, Field(ge=1, le=120)]
    buffer_minutes: Whole
    most_a_day: Annotated[int, Field(ge=1, le=100)]
    offered: Annotated[int, Field(ge=1, le=60)]
    reminders_hours: Annotated[tuple[Whole, ...], Several]
    no_show_minutes: Whole
    link_days: Annotated[int, Field(ge=1, le=365)]
    invites_an_hour: Annotated[int, Field(ge=1, le=10_000)]
    added: bool = True


class Play(Shape):
    play: Code
    title: str
    text: str


class PlayGroup(Cited):
    title: str
    plays: Annotated[tuple[Play, ...], Several]


class Plays(Shape):
    """LinkedIn: drafted texts for tasks that a person does there (COMM-10, C-30). `means` other than assisted is refused
    by their terms; the reading stays reachable for a connector of one's own."""

    rule: str
    title: str
    means: Literal["assisted", "connector"]
    groups: dict[Code, PlayGroup]
