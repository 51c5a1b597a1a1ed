"""Whose a row is: people by e-mail, name or their id in the other system, those who left among them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rounds.actions.flow.imports.cells import CellRefused
from rounds.actions.flow.imports.work import Work


def owner_of(work: Work, said: str) -> str | None:
    """The owner's id; None for somebody who left: a record waits for an owner rather than for a person who is gone.

    Raises CellRefused for a word that names nobody.
    """
    if said in ("none", "nobody"):
        return None
    found = work.people().get(said.lower())
    if found is None:
        raise CellRefused(f"Nobody here is “{said[:60]}”; say under Match values whose these rows are, or import the people first.", field="owner")
    key, here, _ = found
    if not here:
        work.tally()["of_leavers"] += 1
        return None
    return str(key)


def team_of(work: Work, owner: Any) -> UUID | None:
    """The team of an owner."""
    if "teams" not in work.memory:
        work.memory["teams"] = {str(key): team for key, _, team in work.people().values()}
    return work.memory["teams"].get(str(owner)) if owner else None


def default_owner(work: Work) -> str | None:
    """Whose new rows are that name nobody: as the plan says; somebody's with a book of their own are theirs."""
    return work.of.plan.get("owner") or None
