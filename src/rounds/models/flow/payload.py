"""What every payload of an event is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """A payload refuses what its kind does not name."""

    model_config = ConfigDict(extra="forbid")
