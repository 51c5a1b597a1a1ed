"""What every shape of the playbook shares: nothing unknown, nothing changeable, every figure with its origin."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Shape(BaseModel):
    """A frozen shape that refuses keys it does not know and values of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, ser_json_inf_nan="null")


class Cited(Shape):
    """A shape whose figures come from a seed (`source`) or from us (`added: true`)."""

    source: str | None = None
    added: bool = False

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if not self.source and not self.added:
            raise ValueError("says neither where it comes from (source: …) nor that we chose it (added: true)")
        return self

    @property
    def origin(self) -> str:
        """The seed and heading, or 'added'."""
        return self.source or "added"


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _as_float(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Number = int | float
Points = Annotated[int, Field(ge=0, le=1000)]
Share = Annotated[float, BeforeValidator(_as_float), Field(ge=0, le=1)]
Several = BeforeValidator(_as_tuple)
"""Lists are kept as tuples, so that a playbook cannot be changed after it was read."""
