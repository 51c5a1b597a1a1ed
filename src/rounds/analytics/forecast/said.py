"""What people said of a quarter, and what was held when it was locked, put with reps, teams, territories and segments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from rounds.access.scope import visible
from rounds.analytics.forecast.deals import Line
from rounds.analytics.forecast.groups import Asked, Group, key_of
from rounds.kit.scope import Scope
from rounds.models import ForecastCall, ForecastLock, ForecastResult, Opportunity, Quota, Team, User
from rounds.rules.forecast.shares import shared

PLACES = ("territory", "segment")
"""Nobody calls of these: a person's number is shared out over them."""


@dataclass(frozen=True)
class Parts:
    """Of each owner, by the key of the breakdown, in cents: `won_commit` what is won and committed, `shift` how much more commit is for
    managers, `weights` what a number of theirs is shared out by."""

    won_commit: Mapping[Any, Mapping[str, int]]
    shift: Mapping[Any, Mapping[str, int]]
    weights: Mapping[Any, Mapping[str, int]]

    @property
    def owners(self) -> set[Any]:
        return {*self.won_commit, *self.shift}


def parts_of(asked: Asked, lines: Iterable[Line], won: Iterable[Opportunity], cents: Mapping[Any, int]) -> Parts:
    """By won, committed and best-case deals of the quarter; of somebody who has none, by all their open deals in it."""
    firm, shift, likely, every = (defaultdict[Any, dict[str, int]](lambda: defaultdict(int)) for _ in range(4))
    for deal in won:
        for kind in (firm, likely, every):
            kind[deal.owner_id][key_of(deal, asked.by)[0]] += cents[deal.pk]
    for line in (line for line in lines if line.place == "inside"):
        owner, key = line.deal.owner_id, key_of(line.deal, asked.by)[0]
        every[owner][key] += line.cents
        likely[owner][key] += line.cents if line.category in ("commit", "best_case") else 0
        firm[owner][key] += line.cents if line.category == "commit" else 0
        shift[owner][key] += (line.held_cents if line.held_as == "commit" else 0) - (line.cents if line.category == "commit" else 0)
    return Parts(firm, shift, {owner: likely[owner] if sum(likely[owner].values()) else parts for owner, parts in every.items()})


def put_said(scope: Scope, asked: Asked, groups: dict[str, Group], total: Group, parts: Parts) -> set[Any]:
    """Calls, overrides and quotas of people: with them, with their team, or shared out over the places their deals lie in. Of a part
    that is filtered by place nobody said any. The people who have a quota. Four queries."""
    span, who = asked.quarter, Q()
    if asked.territory or asked.segment:
        return set()
    if asked.owner:
        who &= Q(owner=asked.owner)
    if asked.team:
        who &= Q(team=asked.team)
    rows = visible(ForecastCall, scope).filter(who, starts_on=span.first, opportunity=None).order_by("at", "id")
    quotas = visible(Quota, scope).filter(who, starts_on=span.first, ends_on=span.last, ended_at=None)
    last = {(row.owner_id, row.kind): row for row in rows}
    said = {key: row for key, row in last.items() if row.cents is not None}
    amounts = {row.owner_id: row.cents for row in quotas}
    people = User.objects.in_bulk([key for key in {*amounts, *(owner for owner, _ in last)} if key])
    names = dict(Team.objects.values_list("pk", "name")) if asked.by == "team" else {}
    _put(total, people.values(), said, amounts)
    for person in people.values() if asked.by in ("owner", "team") else ():
        key = str(person.pk) if asked.by == "owner" else str(person.team_id or "")
        groups.setdefault(key, Group(key, person.name if asked.by == "owner" else names.get(person.team_id, "No team")))
    for key, group in groups.items():
        mine = [one for one in people.values() if key == (str(one.pk) if asked.by == "owner" else str(one.team_id or ""))]
        _put(group, mine if asked.by in ("owner", "team") else (), said, amounts)
    if asked.by != "owner":
        _share(asked.by, groups, total, said, people, parts)
    return set(amounts)


def _put(group: Group, people: Iterable[User], said: Mapping[tuple[Any, str], ForecastCall], amounts: Mapping[Any, int]) -> None:
    who = list(people)
    calls, over = ([said[one.pk, kind] for one in who if (one.pk, kind) in said] for kind in ("call", "override"))
    group.call = sum(row.cents or 0 for row in calls) if calls else None
    group.override = sum(row.cents or 0 for row in over) if over else None
    group.said = [*calls, *over]
    quotas = [amounts[one.pk] for one in who if one.pk in amounts]
    group.quota = sum(quotas) if quotas else None


def _share(by: str, groups: dict[str, Group], total: Group, said: Mapping[tuple[Any, str], ForecastCall], people: Mapping[Any, User], parts: Parts) -> None:
    """The sums of groups in which several people stand, or parts of them. Who said nothing counts with what is won and committed, so
    that the groups add up to everybody, however one breaks it down."""

    def placed(owner: Any, kind: str) -> dict[str, int]:
        cents = said[owner, kind].cents or 0
        return {str(people[owner].team_id or ""): cents} if by == "team" else shared(cents, parts.weights.get(owner, {}))

    called, held = defaultdict[str, int](int), defaultdict[str, int](int)
    for owner in parts.owners | {owner for owner, _ in said}:
        mine = placed(owner, "call") if (owner, "call") in said else dict(parts.won_commit.get(owner, {}))
        theirs = placed(owner, "override") if (owner, "override") in said else None
        for key, cents in mine.items():
            called[key] += cents
        for key in theirs or {*mine, *parts.shift.get(owner, {})}:
            held[key] += theirs[key] if theirs else mine.get(key, 0) + parts.shift.get(owner, {}).get(key, 0)
    for kind, field, sums in (("call", "call", called), ("override", "override", held)):
        if not any(one == kind for _, one in said):
            continue
        for key in {*sums, *groups}:
            setattr(groups.setdefault(key, Group(key, "Not placed")), field, sums[key])
        setattr(total, field, sum(sums.values()))


def locked_results(scope: Scope, asked: Asked, lock: ForecastLock | None) -> list[ForecastResult]:
    """What stood of each person when the quarter was locked; nothing of a part that is filtered by place. One query."""
    if lock is None or asked.territory or asked.segment:
        return []
    who = {name: value for name, value in (("owner", asked.owner), ("team", asked.team)) if value}
    return list(visible(ForecastResult, scope).filter(lock=lock, **who).select_related("owner", "team").order_by("owner__name"))


def as_locked(groups: dict[str, Group], total: Group, results: Sequence[ForecastResult], by: str) -> None:
    """What was won is what was won when the quarter was locked, whatever is edited since."""
    total.won = sum(row.won_cents for row in results)
    total.won_by = Counter({row.owner_id: row.won_cents for row in results})
    if by in PLACES:
        return
    for group in groups.values():
        group.won, group.won_by = 0, Counter()
    for row in results:
        one = row.owner if by == "owner" else row.team
        key = str(one.pk) if one else ""
        group = groups.setdefault(key, Group(key, one.name if one else "Nobody" if by == "owner" else "No team"))
        group.won += row.won_cents
        group.won_by[row.owner_id] += row.won_cents
