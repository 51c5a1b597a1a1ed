"""Who sees: the Scope, a plain value computed in `access` and carried everywhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """What one viewer may see.

    A row is seen when `everything` holds, or its owner, team, territory or buying unit is named here.
    `system` is the worker's own sight, which the database grants to the worker role only.
    """

    everything: bool = False
    system: bool = False
    owners: frozenset[UUID] = field(default_factory=frozenset)
    teams: frozenset[UUID] = field(default_factory=frozenset)
    territories: frozenset[str] = field(default_factory=frozenset)
    accounts: frozenset[UUID] = field(default_factory=frozenset)
    viewer: UUID | None = None

    @property
    def hash(self) -> str:
        """Twelve hex digits that name this scope; every file that leaves carries them."""
        parts = [
            str(self.everything),
            str(self.system),
            *(
                ",".join(sorted(map(str, group)))
                for group in (self.owners, self.teams, self.territories, self.accounts)
            ),
        ]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


NOBODY = Scope()
SYSTEM = Scope(everything=True, system=True)
