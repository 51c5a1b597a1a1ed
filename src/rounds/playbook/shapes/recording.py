"""Recording a conversation: whose consent the law of each state asks for."""

from __future__ import annotations

from typing import Annotated, Literal

from rounds.playbook.shapes.base import Cited, Several, Shape
from rounds.playbook.shapes.routing import State

Consent = Literal["one", "all"]


class RecordingLaw(Cited):
    """What one law asks: the consent of `one` who takes part, or of `all`."""

    title: str
    consent: Consent


class Unknown(Cited):
    """What holds for somebody whose state nobody knows."""

    consent: Consent


class Recording(Shape):
    rule: str
    title: str
    home: Annotated[tuple[State, ...], Several] = ()
    """Where our own people are when they speak."""
    otherwise: RecordingLaw
    """The law where a state has none of its own here."""
    unknown: Unknown
    states: dict[State, RecordingLaw]
