"""How a deal ends, and what one commits to before."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape
from rounds.playbook.shapes.pipeline import StageCode


class LostReason(Cited):
    reason: Code
    title: str
    needs: Literal["", "competitor", "words"] = ""
    recycle: bool = False


class Lost(Cited):
    default: str
    reasons: Annotated[tuple[LostReason, ...], Several]

    @property
    def by_code(self) -> dict[str, LostReason]:
        return {entry.reason: entry for entry in self.reasons}


class Interview(Cited):
    due_days: Annotated[int, Field(ge=1, le=365)]


class Category(Shape):
    category: Code
    title: str
    closed: bool = False


class Forecast(Cited):
    categories: Annotated[tuple[Category, ...], Several]
    from_stage: dict[StageCode, Code]

    @property
    def titles(self) -> dict[str, str]:
        return {entry.category: entry.title for entry in self.categories}


class DealKind(Shape):
    kind: Code
    title: str


class DealKinds(Cited):
    listed: Annotated[tuple[DealKind, ...], Several]


class Currencies(Cited):
    company: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    allowed: Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], ...], Several]


class CompetitorStatus(Shape):
    status: Code
    title: str


class Competitors(Cited):
    kinds: Annotated[tuple[DealKind, ...], Several]
    statuses: Annotated[tuple[CompetitorStatus, ...], Several]


class Terms(Cited):
    default_months: Annotated[int, Field(ge=1, le=600)]
    most_months: Annotated[int, Field(ge=1, le=600)]


class Closing(Shape):
    rule: str
    title: str
    lost: Lost
    interview: Interview
    forecast: Forecast
    kinds: DealKinds
    currencies: Currencies
    competitors: Competitors
    terms: Terms

    @property
    def kind_titles(self) -> dict[str, str]:
        return {entry.kind: entry.title for entry in self.kinds.listed}
