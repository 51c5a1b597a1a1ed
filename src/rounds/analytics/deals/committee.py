"""The committee of a deal as somebody sees it: its people, its coverage, what it warns of, what is usual (ACCT-13, 14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rounds.access import fields
from rounds.access.scope import visible
from rounds.analytics.market.committee import Person
from rounds.analytics.market.committee import committee as of_account
from rounds.kit.scope import Scope
from rounds.models import DealContact, DealInfluence, Opportunity
from rounds.models.deals.approving import steps_of
from rounds.models.deals.members import member, seats_of, touched
from rounds.models.flow.days import day_of, zone_of
from rounds.playbook import Playbook
from rounds.rules import committee as rule


@dataclass(frozen=True)
class Sitting:
    """Somebody on the committee; `cooling`: nobody was in touch for too long."""

    row: DealContact
    groups: tuple[str, ...]
    last: datetime | None
    cooling: bool
    buyer: bool

    @property
    def role(self) -> str:
        return ", ".join(self.row.roles) or self.row.contact.title or "Role not said"


@dataclass(frozen=True)
class DealCommittee:
    """Everybody, the most influential first. `lines`: who influences whom. `known`: people of the account not on it yet."""

    people: list[Sitting]
    lines: list[tuple[UUID, UUID]]
    coverage: list[rule.Coverage]
    warnings: list[rule.Caution]
    against: Mapping[str, rule.Against]
    benchmark: str
    known: list[Person]

    @property
    def covered(self) -> int:
        return sum(bool(group.names) for group in self.coverage)


def committee(deal: Opportunity, book: Playbook, scope: Scope, at: datetime, *, known: bool = True) -> DealCommittee:
    """The committee of `deal`; with `known`, also who else of the account could be on it. Six queries, or four."""
    seats = fields.seats(seats_of(deal.id), scope.hidden)
    last = touched([seat.contact_id for seat in seats], at)
    shown = {name: f"contact.{name}" not in scope.hidden for name in ("stance", "influence")}
    zone = zone_of(book)
    members = [member(seat, last, zone, **shown) for seat in seats]
    groups = book.picklists.contact_role.groups
    buyers = {id(one) for one in rule.economic_buyers(book, members)}
    people = [
        Sitting(seat, tuple(name for name, roles in groups.items() if set(seat.roles) & set(roles)), last.get(seat.contact_id, (None, 0))[0],
                rule.cooling(book, one, day_of(book, at)), id(one) in buyers)
        for seat, one in zip(seats, members, strict=True)
    ]  # fmt: skip
    here = {seat.contact_id for seat in seats}
    unit = deal.buying_unit or deal.account
    others = [person for person in of_account(unit, book, scope).people if person.contact.id not in here] if known else []
    steps = sum(one.state != "not_needed" for one in steps_of(deal.id))
    lines = list(visible(DealInfluence, scope).filter(opportunity_id=deal.id).values_list("who_id", "whom_id"))
    return DealCommittee(people, lines, rule.coverage(book, members), rule.warnings(book, members, process_number(deal, book), day_of(book, at)),
                         rule.benchmark(book, unit.tier, len(people), steps), book.committee.benchmark_of(unit.tier).title, others)  # fmt: skip


def process_number(deal: Opportunity, book: Playbook) -> int:
    """Which stage of the sales process the deal stands in, 1 to 7."""
    return list(book.process.by_code).index(deal.process) + 1 if deal.process in book.process.by_code else 1
