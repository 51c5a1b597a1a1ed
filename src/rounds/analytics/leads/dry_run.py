"""A dry run of the routing: who would get which of these leads, what everybody would carry, how fair that is (ROUTE-17).

Nothing is written. Leads that somebody has already are taken off their load first, as if they came anew.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.models.leads.pool import NOBODY, keepers_of, wanted_of, whole_pool
from rounds.playbook import Playbook
from rounds.rules.routing.assignment import Choice, choose_many
from rounds.rules.routing.pool import Pool, Rep, Wanted, capacity_of
from rounds.rules.routing.territory import territory


@dataclass(frozen=True, slots=True)
class Share:
    """One person: what they carried, what they would, how many of the leads that are, and of how much."""

    name: str
    team: str
    role: str
    before: int
    after: int
    leads: int
    capacity: int
    away: str


@dataclass(frozen=True, slots=True)
class Pooled:
    """People who could get the same leads: the largest share of capacity that was given out by the smallest."""

    team: str
    role: str
    people: int
    ratio: float | None


@dataclass
class DryRun:
    """`lines`: (lead, owner or queue, why) in the order of the leads. `unrouted`: queue → how many."""

    lines: list[tuple[Any, str, str]] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    pools: list[Pooled] = field(default_factory=list)
    unrouted: dict[str, int] = field(default_factory=dict)
    total: int = 0
    microseconds: float = 0.0

    @property
    def given(self) -> int:
        return self.total - sum(self.unrouted.values())

    @property
    def fairness(self) -> float | None:
        """The worst ratio of the pools with more than one person."""
        return max((pool.ratio for pool in self.pools if pool.ratio is not None), default=None)

    def as_data(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "leads": self.total, "given": self.given, "unrouted": self.unrouted, "fairness": self.fairness,
            "microseconds_a_lead": round(self.microseconds, 1),
            "people": [{"name": s.name, "team": s.team, "role": s.role, "leads": s.leads, "before": s.before, "after": s.after,
                        "capacity": s.capacity, "away": s.away} for s in self.shares],
            "lines": [{"lead": str(lead), "to": to, "why": why} for lead, to, why in self.lines],
        }  # fmt: skip


def dry_run(leads: Sequence[Lead], *, at: datetime, playbook: Playbook | None = None) -> DryRun:
    """Route `leads`, scored and placed, as if they came now under `playbook` (the one in force). Looks at every person
    and account: call it with sight of everything."""
    book = playbook or active().playbook
    keepers = keepers_of({lead.account_id for lead in leads if lead.account_id})
    wanted = [wanted_of(lead, book, keepers.get(lead.account_id, NOBODY)) for lead in leads]
    if playbook is not None:  # another table of territories may be tried
        wanted = [replace(one, territory=territory(book, _place(lead)).territory or "") for one, lead in zip(wanted, leads, strict=True)]
    pool = _without(whole_pool(book, at, {keeper.owner for keeper in keepers.values() if keeper.owner}), leads, book)
    began = time.perf_counter()
    choices = choose_many(book, wanted, pool)
    spent = time.perf_counter() - began
    return DryRun(
        lines=[(lead, choice.name or choice.queue, choice.reason) for lead, choice in zip(leads, choices, strict=True)],
        shares=_shares(book, pool, choices), pools=_pools(book, pool, choices, wanted),
        unrouted=dict(Counter(choice.queue for choice in choices if choice.owner is None).most_common()),
        total=len(leads), microseconds=spent * 1e6 / max(len(leads), 1),
    )  # fmt: skip


def _place(lead: Lead) -> str:
    """The state a lead lies in: its buying unit's, else its own."""
    return (lead.buying_unit.state if lead.buying_unit_id and lead.buying_unit else "") or lead.state


def _without(pool: Pool, leads: Sequence[Lead], book: Playbook) -> Pool:
    """The pool as it would be without these leads."""
    load, off = book.assignment.load, Counter[str]()
    for lead in leads:
        if lead.owner_id and lead.status not in load.closed:
            off[str(lead.owner_id)] += load.weights.get(lead.driving_band, 0)
    return Pool(tuple(replace(rep, load=max(rep.load - off[rep.id], 0)) for rep in pool.reps), pool.teams, pool.at)


def _shares(book: Playbook, pool: Pool, choices: Sequence[Choice]) -> list[Share]:
    weight, many = Counter[str](), Counter[str]()
    for choice in choices:
        if choice.owner:
            weight[choice.owner] += choice.weight
            many[choice.owner] += 1
    titles = {code: role.title for code, role in book.roles.roles.items()}
    found = [Share(rep.name, _team(pool, rep), titles.get(rep.role, rep.role), rep.load, rep.load + weight[rep.id], many[rep.id],
                   capacity_of(book, rep), rep.away) for rep in pool.reps]  # fmt: skip
    return sorted(found, key=lambda share: (share.team, share.role, -share.leads, share.name))


def _pools(book: Playbook, pool: Pool, choices: Sequence[Choice], wanted: Sequence[Wanted]) -> list[Pooled]:
    """Everybody who could have taken a lead of one team, role and territory is a pool; what counts is all they would carry."""
    given, groups = Counter[str](), dict[tuple[str, str, str], set[str]]()
    for choice, one in zip(choices, wanted, strict=True):
        if choice.owner:
            given[choice.owner] += choice.weight
        if choice.owner and choice.how == "place":
            groups.setdefault((choice.team or "", choice.role or "", one.territory), set()).update(choice.ranked)
    titles, found = {code: role.title for code, role in book.roles.roles.items()}, []
    for (team, role, place), people in sorted(groups.items()):
        ends = [(pool.by_id[key].load + given[key]) / capacity_of(book, pool.by_id[key]) for key in people]
        if len(people) > 1:
            named = pool.team_of[team].name if team in pool.team_of else ""
            ratio = max(ends) / min(ends) if min(ends) else None
            found.append(Pooled(f"{named}, {place}" if place else named, titles.get(role, role), len(people), ratio))
    return found


def _team(pool: Pool, rep: Rep) -> str:
    team = pool.team_of.get(rep.team)
    return team.name if team else ""
