"""Who acts: the Actor, the `by` of every action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["user", "integration", "form", "automation", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a connection, a public form, an automation or the system itself.

    `id` points at the row that acts (user, token, form), None for the system; `name` is what the timeline says.
    """

    kind: Kind
    id: UUID | None = None
    name: str = ""

    @property
    def is_human(self) -> bool:
        return self.kind == "user"


SYSTEM_ACTOR = Actor("system", None, "Rounds")
