"""The cast: the people whom tests and demo share. All invented; their addresses end in .example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rounds.actions.people import teams, users
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.models import Team, User

HOUSE = "northwind-rounds.example"
"""The mail domain of the imaginary vendor the cast works for."""


@dataclass(frozen=True)
class Cast:
    """Who plays. `colleague` sells elsewhere and sees nothing of `owner`, whose team `manager` looks after."""

    admin: User
    manager: User
    owner: User
    senior_ae: User
    inside: User
    colleague: User
    revops: User
    marketing: User
    success: User
    engineer: User
    legal: User
    compliance: User
    security: User
    executive: User
    integration: User
    enterprise: Team
    mid_market: Team
    growth: Team

    @property
    def people(self) -> tuple[User, ...]:
        """Everybody, in the order of the fields."""
        return (self.admin, self.manager, self.owner, self.senior_ae, self.inside, self.colleague, self.revops,
                self.marketing, self.success, self.engineer, self.legal, self.compliance, self.security, self.executive,
                self.integration)  # fmt: skip

    @property
    def teams(self) -> tuple[Team, ...]:
        return (self.enterprise, self.mid_market, self.growth)


def build_cast(at: datetime, *, by: Actor = SYSTEM_ACTOR) -> Cast:
    """The cast as rows, made where they are missing; a second call answers the same people and writes nothing.

    owner: account executive, Northeast and Midwest · senior_ae: Northeast, same team · inside: inside sales,
    Southeast · colleague: West and Southwest, another team and manager · manager: owner's team · admin: everything.
    The others have the role of their name; they own nothing and see what their role reads.
    """
    enterprise = _team("Enterprise", "enterprise", by, at)
    mid_market = _team("Mid-market", "mid_market", by, at)
    growth = _team("Growth", "growth", by, at)

    def person(email: str, name: str, **said) -> User:
        there = User.objects.filter(email=f"{email}@{HOUSE}").first()
        return there or users.add(f"{email}@{HOUSE}", name, by=by, at=at, **said)

    manager = person("marian", "Marian Holt", role="manager", team=enterprise)
    if enterprise.manager_id is None:
        enterprise = teams.change(enterprise, {"manager": manager}, by=by, at=at)
    return Cast(
        admin=person("ada", "Ada Lindqvist", role="admin"),
        manager=manager,
        owner=person("olivia", "Olivia Grant", team=enterprise, role="ae", territories=["Northeast", "Midwest"]),
        senior_ae=person("simon", "Simon Ekholm", team=enterprise, role="senior_ae", territories=["Northeast"]),
        inside=person("ines", "Ines Duarte", team=mid_market, role="inside_sales", territories=["Southeast"]),
        colleague=person("caleb", "Caleb Stone", team=growth, role="ae", territories=["West", "Southwest"]),
        revops=person("rowan", "Rowan Vale", role="revops"),
        marketing=person("mira", "Mira Costa", role="marketing"),
        success=person("cora", "Cora Finch", role="customer_success", territories=["Northeast"]),
        engineer=person("emil", "Emil Hartmann", role="sales_engineer"),
        legal=person("lena", "Lena Brandt", role="legal"),
        compliance=person("priya", "Priya Nair", role="compliance"),
        security=person("sten", "Sten Aalto", role="security"),
        executive=person("edith", "Edith Crane", role="executive"),
        integration=person("sync", "Warehouse sync", role="integration"),
        enterprise=enterprise,
        mid_market=mid_market,
        growth=growth,
    )


def _team(name: str, segment: str, by: Actor, at: datetime) -> Team:
    return Team.objects.filter(name=name).first() or teams.add(name, segment=segment, by=by, at=at)
