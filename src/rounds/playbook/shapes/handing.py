"""The content library, and what departments hand to each other."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Words = Annotated[tuple[str, ...], Several]


class AssetKinds(Cited):
    case_study: str
    one_pager: str
    deck: str
    evidence: str
    roi: str
    security: str
    guide: str
    video: str

    @property
    def titles(self) -> dict[str, str]:
        return {name: str(getattr(self, name)) for name in type(self).model_fields if name not in ("source", "added")}


class Listed(Cited):
    listed: Words


class Persona(Shape):
    persona: Code
    title: str
    roles: Words


class Personas(Cited):
    listed: Annotated[tuple[Persona, ...], Several]

    @property
    def titles(self) -> dict[str, str]:
        return {one.persona: one.title for one in self.listed}

    def of_role(self, role: str) -> str:
        """The persona somebody of a role is; "" for a role no persona names."""
        return next((one.persona for one in self.listed if role in one.roles), "")


class Weights(Cited):
    stage: Annotated[int, Field(ge=0, le=100)]
    persona: Annotated[int, Field(ge=0, le=100)]
    segment: Annotated[int, Field(ge=0, le=100)]


class Months(Cited):
    months: Annotated[int, Field(ge=1, le=120)]


class AgainAfter(Cited):
    days: Annotated[int, Field(ge=0, le=365)]


class Engaged(Cited):
    by: Words


class VideoPurpose(Shape):
    """What a video is for. `personal`: no automation picks it; `recording`: watched and cleared before it is approved."""

    purpose: Code
    title: str
    personal: bool = False
    recording: bool = False


class Videos(Cited):
    purposes: Annotated[tuple[VideoPurpose, ...], Several]

    @property
    def by_code(self) -> dict[str, VideoPurpose]:
        return {one.purpose: one for one in self.purposes}

    @property
    def personal(self) -> frozenset[str]:
        """The purposes no automation picks from."""
        return frozenset(one.purpose for one in self.purposes if one.personal)


class AssetBook(Shape):
    rule: str
    title: str
    kinds: AssetKinds
    stages: Listed
    personas: Personas
    segments: Listed
    weights: Weights
    expires: Months
    again: AgainAfter
    engaged: Engaged
    videos: Videos


class Department(Cited):
    title: str
    roles: Words


class HandOffKind(Cited):
    """`accept_hours` in business time until it is accepted, `done_days` of the same until it is done."""

    title: str
    from_: Code = Field(alias="from")
    to: Code
    accept_hours: Annotated[int, Field(ge=1, le=200)]
    done_days: Annotated[int, Field(ge=1, le=365)]
    asks: str


class HandOffBook(Shape):
    rule: str
    title: str
    departments: dict[Code, Department]
    kinds: dict[Code, HandOffKind]

    def of_role(self, role: str) -> str:
        """The department of a role; "" for one that has none."""
        return next((code for code, one in self.departments.items() if role in one.roles), "")
