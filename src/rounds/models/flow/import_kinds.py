"""The events of imports."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class ImportUndone(Payload):
    batch: str
    name: str
    told: dict[str, int]
    """What went, what was put back, what was left and why."""


IMPORTS: dict[str, type[Payload]] = {"import.undone": ImportUndone}
