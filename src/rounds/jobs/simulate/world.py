"""Where a simulated company meets the database: its people, the organisations it sells to, the deals it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from rounds.jobs.demo.cast import HOUSE, Cast
from rounds.jobs.demo.names import Names, address_of
from rounds.jobs.simulate.marking import deal_id
from rounds.kit.refusal import Refusal
from rounds.models import Account, Competitor, DealContact, Opportunity, Team, User
from rounds.playbook.shapes.simulation import Simulation
from rounds.rules.simulation.company import Company
from rounds.rules.simulation.stories import Step

FOUNDERS = {"enterprise": "owner", "growth": "colleague"}
"""Segment → who of the cast its first seller is, so that the people one logs in as have numbers of their own."""
class NeverOpened(Refusal):
    """This deal was not opened: what came before it was refused."""


Act = Callable[["World", Step, datetime], None]
ACTS: dict[str, Act] = {}


def act(name: str) -> Callable[[Act], Act]:
    """Register the function as what does the steps of `name`."""

    def keep(does: Act) -> Act:
        ACTS[name] = does
        return does

    return keep


@dataclass
class World:
    """A company being written. Deals and people are found by what marks them, so that one goes on where one was."""

    said: Simulation
    company: Company
    seed: int
    cast: Cast
    territories: list[str]
    rivals: dict[str, Competitor]
    people: dict[int, User] = field(default_factory=dict)
    deals: dict[int, UUID] = field(default_factory=dict)
    pools: dict[tuple[str, str], list[UUID]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names, taken = Names(Random(f"{self.seed} sellers")), set()  # noqa: S311
        self.names: list[str] = []
        while len(self.names) < len(self.company.sellers):
            name = names.person()
            if address_of(name, HOUSE) not in taken:
                taken.add(address_of(name, HOUSE))
                self.names.append(name)
        for unit in Account.objects.filter(is_unit=True, status="open", programme="core", merged_into=None).exclude(domain="").order_by("name", "id"):
            for key in ((unit.segment, unit.territory), (unit.segment, ""), ("", "")):
                self.pools.setdefault(key, []).append(unit.pk)

    def segment_of(self, seller: int) -> str:
        return self.said.segments.listed[self.company.sellers.segment[seller]].segment

    def team_of(self, seller: int) -> Team:
        return getattr(self.cast, self.segment_of(seller))

    def founder(self, seller: int) -> User | None:
        """The one of the cast whom the first seller of a segment is, if one is."""
        segment = self.segment_of(seller)
        first = int((self.company.sellers.segment == self.company.sellers.segment[seller]).argmax())
        return getattr(self.cast, FOUNDERS[segment]) if seller == first and segment in FOUNDERS else None

    def territory_of(self, seller: int) -> str:
        founder = self.founder(seller)
        return founder.territories[0] if founder else self.territories[self.company.sellers.territory[seller]]

    def address(self, seller: int) -> str:
        founder = self.founder(seller)
        return founder.email if founder else address_of(self.names[seller], f"sales.{HOUSE}")

    def seller(self, number: int) -> User:
        """The user of a seller, who was hired before."""
        if number not in self.people:
            self.people[number] = User.objects.select_related("team").get(email=self.address(number))
        return self.people[number]

    def seller_of(self, deal: int) -> User:
        """Who has a deal when it is opened."""
        return self.seller(int(self.company.deals.seller[deal]))

    def unit(self, segment: str, seller: int, number: int) -> Account:
        """The organisation of a deal or lead: of the segment and the seller's territory, where there is one."""
        keys = ((segment, self.territory_of(seller)), (segment, ""), ("", ""))
        pool = next(self.pools[key] for key in keys if self.pools.get(key))
        return Account.objects.select_related("owner", "buying_unit").get(pk=pool[(number * 7919 + seller * 31) % len(pool)])

    def deal(self, number: int) -> Opportunity:
        if number not in self.deals:
            found = Opportunity.objects.filter(external_id=deal_id(self.seed, number)).values_list("pk", flat=True).first()
            if found is None:
                raise NeverOpened
            self.deals[number] = found
        return Opportunity.objects.select_related("account__buying_unit", "owner", "lead").get(pk=self.deals[number])

    def members(self, deal: Opportunity) -> list[Any]:
        """The people on the committee of a deal, those of most weight first."""
        rows = DealContact.objects.filter(opportunity=deal, ended_at=None).select_related("contact").order_by("-influence", "at", "id")
        return [row.contact for row in rows]
