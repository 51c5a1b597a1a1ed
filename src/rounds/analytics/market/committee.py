"""The committee of one buying unit: who is known, which role groups are empty, what that warns of (ACCT-10 to 14)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rounds.access import fields
from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Account, CommitteeSeat, Contact
from rounds.playbook import Playbook


@dataclass(frozen=True)
class Person:
    """A contact with the parts they play here; `seats` is empty for somebody known but not yet placed."""

    contact: Contact
    seats: list[CommitteeSeat]

    @property
    def role(self) -> str:
        return next((s.role for s in self.seats if s.role), self.contact.role)

    @property
    def influence(self) -> int:
        return max((s.influence for s in self.seats), default=0)

    @property
    def stance(self) -> str:
        return next((s.stance for s in self.seats), "")


@dataclass(frozen=True)
class Group:
    """One role group of the playbook: the people in it, and the roles nobody fills."""

    name: str
    people: list[Person]
    open_roles: list[str]


@dataclass(frozen=True)
class Committee:
    """Everybody, by group; `unplaced` have a title no pattern fits; `filled` of `groups` groups have somebody."""

    groups: list[Group]
    unplaced: list[Person]
    people: list[Person]
    warnings: list[str]
    low: float
    high: float | None

    @property
    def filled(self) -> int:
        return sum(bool(group.people) for group in self.groups)

    @property
    def empty(self) -> list[Group]:
        return [group for group in self.groups if not group.people]


def committee(unit: Account, book: Playbook, scope: Scope) -> Committee:
    """The committee of the unit `unit`, over all its hospitals. Two queries."""
    contacts = list(visible(Contact, scope).filter(buying_unit_id=unit.id, left_on=None).select_related("account"))
    seats: dict[UUID, list[CommitteeSeat]] = {}
    for seat in fields.seats(CommitteeSeat.objects.filter(account__buying_unit_id=unit.id, ended_at=None), scope.hidden):
        seats.setdefault(seat.contact_id, []).append(seat)
    people = [Person(contact, seats.get(contact.id, [])) for contact in contacts]
    people.sort(key=lambda p: (-p.influence, p.contact.seniority != "executive", p.contact.name))
    roles = book.picklists.contact_role
    groups = [
        Group(name, [p for p in people if p.role in members], [r for r in members if r not in {p.role for p in people}])
        for name, members in roles.groups.items()
    ]  # fmt: skip
    placed = {p.contact.id for group in groups for p in group.people}
    norm = book.universe.plausibility["stakeholders"]
    unplaced = [p for p in people if p.contact.id not in placed]
    return Committee(groups, unplaced, people, warnings(people, groups, told="contact.stance" not in scope.hidden), norm.low, norm.high)


def warnings(people: list[Person], groups: list[Group], told: bool = True) -> list[str]:
    """What a thin committee warns of: single-threaded, no champion, a blocker (ACCT-14). `told`: stances are known to
    whoever reads it."""
    said = []
    if len(people) == 1:
        said.append(f"Single-threaded: all we know goes through {people[0].contact.name}")
    elif not people:
        said.append("Nobody is known here yet")
    stances = {p.stance for p in people}
    if told and people and "champion" not in stances:
        said.append("No champion among them")
    if "blocker" in stances:
        names = ", ".join(p.contact.name for p in people if p.stance == "blocker")
        said.append(f"Against it: {names}")
    if people and not any(g.name.startswith("Clinical") and g.people for g in groups):
        said.append("Nobody clinical")
    return said
