"""One import at work: how its file is understood, by whom, and what is looked up once for all of its rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.access.roles import hidden
from rounds.actions.flow.imports.cells import as_written
from rounds.actions.flow.imports.nouns import NOUNS, Noun, Target, offered
from rounds.actions.flow.imports.turns import Turn
from rounds.kit.actor import Actor
from rounds.models import Import, User
from rounds.models.flow.active import Active, active
from rounds.models.flow.imports import SEPARATOR

KEYS = ("external", "email", "domain", "place", "ccn", "parent")
"""Columns of a staged row it is matched by."""


@dataclass(slots=True)
class Understood:
    """What a row says: values by field, and what it is matched by (a name of KEYS → value)."""

    said: dict[str, Any]
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that means something: its place in the file, the field, the rule of overwriting, words → meant ones."""

    place: int
    target: Target
    rule: str
    values: dict[str, str]


@dataclass
class Work:
    """What every step of an import needs. Made anew for each chunk's transaction: the playbook in force may change."""

    of: Import
    noun: Noun
    now: Active
    by: Actor
    columns: list[Column]
    match: list[str]
    person: User | None
    zone: str
    memory: dict[str, Any] = field(default_factory=dict)
    """What one step keeps for the rows to come: people, clean texts, verdicts."""
    turn: Turn = field(default_factory=Turn)
    """The place of the chunk that is written among those written beside it."""

    @classmethod
    def on(cls, of: Import, by: Actor, memory: dict[str, Any] | None = None) -> Work:
        noun, now = NOUNS[of.noun], active()
        person = User.objects.select_related("team").filter(pk=of.user_id).first() if of.user_id else None
        targets = offered(noun, now.playbook, hidden(person) if person else ())
        columns = [
            Column(place, targets[said["to"]], said.get("rule", "always"), said.get("values", {}))
            for place, said in enumerate(of.plan.get("columns", [])) if said.get("to") in targets
        ]
        match = [key for key in of.plan.get("match", noun.match) if key in noun.keys]
        return cls(of, noun, now, by, columns, match, person, person.time_zone if person else "UTC", {} if memory is None else memory)

    @property
    def book(self):
        return self.now.playbook

    @property
    def rules(self) -> dict[str, str]:
        """Field → what becomes of a value that stands there."""
        return {column.target.name: column.rule for column in self.columns}

    def given(self, cells: str) -> dict[str, str]:
        """Field → what the row's cells say of it; empty cells say nothing. What a value means is asked of the plan."""
        parts, found = cells.split(SEPARATOR), {}
        for column in self.columns:
            cell = parts[column.place] if column.place < len(parts) else ""
            cell = as_written(cell)
            if cell and column.values:
                cell = column.values.get(cell, cell)
            if cell and column.target.name not in found:
                found[column.target.name] = cell
        return found

    def people(self) -> dict[str, tuple[UUID, bool, UUID | None]]:
        """E-mail, name or id in another system → (user, works here, team). Read once."""
        if "people" not in self.memory:
            found: dict[str, tuple[UUID, bool, UUID | None]] = {}
            for key, email, name, active_, team, other in User.objects.values_list("id", "email", "name", "is_active", "team_id", "external_id"):
                for word in (name.lower(), email.lower(), (other or "").lower()):
                    if word:
                        found[word] = (key, active_, team)
            self.memory["people"] = found
        return self.memory["people"]

    def tally(self) -> Counter:
        """Counts that go into the report."""
        return self.memory.setdefault("tally", Counter())


def moment_of(said: str | None) -> datetime | None:
    """A stored moment back."""
    return datetime.fromisoformat(said) if said else None
