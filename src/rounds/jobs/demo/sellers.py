"""The people of the demo who sell beside the cast, so that routing has somebody to choose among; one of them is away."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.leads import routing
from rounds.actions.people import absences, users
from rounds.jobs.demo.cast import HOUSE, Cast
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Absence, Assignment, User
from rounds.models.flow.days import house_day

SELLERS = (
    ("ruth", "Ruth Amsel", "ae", "enterprise", ["Northeast", "Midwest", "Southeast"]),
    ("theo", "Theo Brandt", "senior_ae", "enterprise", []),
    ("nadia", "Nadia Ferro", "inside_sales", "enterprise", []),
    ("wanda", "Wanda Pike", "ae", "enterprise", ["West", "Southwest", "Southeast"]),
    ("omar", "Omar Haddad", "ae", "mid_market", ["Northeast", "Southeast"]),
    ("greta", "Greta Lowe", "ae", "mid_market", ["Midwest", "West", "Southwest"]),
    ("pavel", "Pavel Zorin", "inside_sales", "mid_market", []),
    ("lucia", "Lucia Marsh", "ae", "growth", ["Northeast", "Southeast", "Midwest"]),
    ("hugo", "Hugo Winters", "inside_sales", "growth", []),
    ("ida", "Ida Falk", "inside_sales", "growth", []),
)
"""(address, name, role, team of the cast, territories; none = anywhere)."""
AWAY = "ida"


def hire(cast: Cast, *, at: datetime) -> None:
    """The sellers, who joined at `at`. Those who are there stay as they are."""
    for address, name, role, team, places in SELLERS:
        if not User.objects.filter(email=f"{address}@{HOUSE}").exists():
            users.add(f"{address}@{HOUSE}", name, role=role, team=getattr(cast, team), territories=places, by=SYSTEM_ACTOR, at=at)


def rest(*, at: datetime) -> None:
    """One of them goes away tomorrow's week through; whoever was given leads in that time is somebody else."""
    person = User.objects.filter(email=f"{AWAY}@{HOUSE}").first()
    if person is not None and not Absence.objects.filter(user=person).exists():
        absences.go_away(person, house_day(at) - timedelta(days=1), house_day(at) + timedelta(days=8), by=person.actor, at=at)


def decline_one(*, at: datetime) -> None:
    """The newest lead that was routed is declined by whoever got it, so that there is a history to look at."""
    row = Assignment.objects.filter(cause="captured", ended_at=None, owner__is_active=True, queue="").exclude(
        lead__status__in=("Converted", "Disqualified")).select_related("lead", "owner").order_by("-at").first()  # fmt: skip
    if row is not None and not Assignment.objects.filter(cause="declined").exists():
        routing.decline(row.lead, reason="Conflict of interest: a former employer", by=row.owner.actor, at=at)
