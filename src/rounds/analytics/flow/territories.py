"""Another territory table on today's records: what each territory would hold (ROUTE-17)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Case, Count, F, QuerySet, When

from rounds.models import User
from rounds.playbook import Playbook
from rounds.rules.routing.territory import placed, territory


@dataclass(frozen=True, slots=True)
class Held:
    """What one territory holds, before and after; `people` are those who cover it, `carry` what they carry at most."""

    name: str
    states: tuple[int, int]
    accounts: tuple[int, int]
    leads: tuple[int, int]
    load: tuple[int, int]
    people: int


@dataclass(frozen=True, slots=True)
class Effect:
    """`moved`: (state, from, to); `held`: every territory, and what lies in none."""

    moved: list[tuple[str, str, str]]
    held: list[Held]
    leads_moved: int
    accounts_moved: int

    @property
    def widest(self) -> int:
        return max((max(one.load) for one in self.held), default=1) or 1


def effect(before: Playbook, after: Playbook, accounts: QuerySet, leads: QuerySet) -> Effect:
    """What moving states does to `accounts` and open `leads` that somebody sees. Units and leads lie where their state is;
    a lead of a known hospital where its buying unit lies."""
    units = Counter(dict(accounts.filter(is_unit=True, status="open").values_list("state").annotate(many=Count("*"))))
    load, many = Counter[str](), Counter[str]()
    said = after.assignment.load
    unit = Case(When(buying_unit__state__gt="", then=F("buying_unit__state")), default=F("state"))
    open_ = leads.exclude(status__in=said.closed).annotate(place=unit).values_list("place", "driving_band")
    for place, band, count in open_.annotate(many=Count("*")).order_by():
        many[place] += count
        load[place] += count * said.weights.get(band, 0)
    was = {state: found.territory or "" for state, found in placed(before).items()}
    now = {state: found.territory or "" for state, found in placed(after).items()}
    moved = [(state, was[state], now[state]) for state in was if was[state] != now[state]]
    covers = Counter(place for places in User.objects.filter(is_active=True).values_list("territories", flat=True) for place in places)
    held = [_held(name, was, now, units, many, load, covers) for name in (*after.territories.names, "")]
    return Effect(moved, held, sum(many[state] for state, *_ in moved), sum(units[state] for state, *_ in moved))


def _held(name: str, was: dict, now: dict, units: Counter, many: Counter, load: Counter, covers: Counter) -> Held:
    def both(counted: Counter) -> tuple[int, int]:
        known = {*was}
        rest = sum(count for state, count in counted.items() if state not in known) if not name else 0
        return (sum(counted[state] for state, place in was.items() if place == name) + rest,
                sum(counted[state] for state, place in now.items() if place == name) + rest)  # fmt: skip

    states = (sum(place == name for place in was.values()), sum(place == name for place in now.values()))
    return Held(name or "No territory", states, both(units), both(many), both(load), covers[name])


def place_of(playbook: Playbook, state: str) -> str:
    """The territory of a state under a playbook, "" for none."""
    return territory(playbook, state).territory or ""


