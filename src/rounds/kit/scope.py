"""Who sees: the Scope, a plain value computed in `access` and carried everywhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """What one viewer may see.

    A row is seen when `everything` holds, its noun is one of `whole`, or its owner, team, territory or buying unit is
    named here; a noun in `unread` is not seen at all. `tied`: the viewer's role changes no record, and the database
    refuses to. `hidden`: the fields (`object.field`) that are kept from them. `system` is the worker's own sight, which the database grants to the worker role only.
    """

    everything: bool = False
    system: bool = False
    owners: frozenset[UUID] = field(default_factory=frozenset)
    teams: frozenset[UUID] = field(default_factory=frozenset)
    territories: frozenset[str] = field(default_factory=frozenset)
    accounts: frozenset[UUID] = field(default_factory=frozenset)
    viewer: UUID | None = None
    whole: frozenset[str] = field(default_factory=frozenset)
    unread: frozenset[str] = field(default_factory=frozenset)
    tied: bool = False
    hidden: frozenset[str] = field(default_factory=frozenset)

    def sees_all(self, noun: str) -> bool:
        """Whether every row of `noun` is seen."""
        return (self.everything or noun in self.whole) and noun not in self.unread

    @property
    def hash(self) -> str:
        """Twelve hex digits that name this scope; every file that leaves carries them."""
        groups = (self.owners, self.teams, self.territories, self.accounts, self.whole, self.unread, self.hidden)
        parts = [str(self.everything), str(self.system), *(",".join(sorted(map(str, group))) for group in groups)]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


NOBODY = Scope()
SYSTEM = Scope(everything=True, system=True)
