"""What routing knows: leads as it sees them, and everybody who could take one, read from the rows (rules/routing/pool.py)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from rounds.models.leads.leads import Lead
from rounds.models.people.teams import Team as TeamRow
from rounds.playbook import Playbook
from rounds.rules.routing.pool import Pool, Rep, Team, Wanted
from rounds.rules.routing.territory import territory


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whose an account is: of itself, of the nearest account above it, or of its buying unit (ROUTE-12)."""

    owner: UUID | None = None
    team: UUID | None = None
    name: str = ""


NOBODY = Keeper()


@dataclass(slots=True)
class Unrouted:
    """What routing asks of a lead, and writes on it; no row. Where leads come in thousands, nothing else is read of them."""

    id: UUID
    territory: str
    segment: str
    driving_band: str
    score_total: int | None
    account_id: UUID | None
    hand_raise: bool
    email: str
    facts: dict[str, Any]
    state: str
    owner_id: UUID | None = None
    team_id: UUID | None = None
    queue: str = ""


def keeper_of(account: UUID | None) -> Keeper:
    """The keeper of one account, whoever asks."""
    if account is None:
        return NOBODY
    with connection.cursor() as cursor:
        cursor.execute("SELECT owner_id, team_id, name FROM rounds_keeper_of(%s)", [account])
        found = cursor.fetchone()
    return Keeper(*found) if found else NOBODY


def keepers_of(accounts: Iterable[UUID]) -> dict[UUID, Keeper]:
    """The keepers of many accounts, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, k.owner_id, k.team_id, k.name FROM unnest(%s::uuid[]) a(id), LATERAL rounds_keeper_of(a.id) k",
            [list(accounts)],
        )
        return {account: Keeper(*said) for account, *said in cursor.fetchall()}


def wanted_of(lead: Lead | Unrouted, book: Playbook, keeper: Keeper, declined: Iterable[UUID] = ()) -> Wanted:
    """A lead as routing sees it; of its account only whether it was matched is asked, the rest stands on the lead."""
    says: dict[str, str] = {}
    if not lead.territory:
        says["territory"] = territory(book, lead.state).why
    programme = lead.segment if lead.segment in book.segments.programmes else ""
    return Wanted(
        str(lead.id), lead.driving_band, lead.territory, "" if programme else lead.segment, programme, lead.score_total,
        sized="deal_potential_usd" in lead.facts or "beds" in lead.facts, known=lead.account_id is not None,
        hand_raise=lead.hand_raise, owner=str(keeper.owner) if keeper.owner else None,
        team=str(keeper.team) if keeper.team else None, whose=keeper.name, email=bool(lead.email),
        declined=frozenset(map(str, declined)), says=says,
    )  # fmt: skip


def pool_for(wanted: Wanted, book: Playbook, at: datetime) -> Pool:
    """Everybody one lead could go to: its account's owner and team, and the team of its segment."""
    segment = wanted.segment or book.assignment.unknown_segment
    return _pool(book, at, segment=segment, team=wanted.team, user=wanted.owner)


def whole_pool(book: Playbook, at: datetime, owners: Iterable[UUID] = ()) -> Pool:
    """Everybody leads are given to, and whoever of `owners` owns accounts without being one of them."""
    pool = _pool(book, at)
    missing = [key for key in {str(owner) for owner in owners} if key not in pool.by_id]
    more = [rep for key in sorted(missing) for rep in _pool(book, at, segment="", user=key).reps if rep.id == key]
    return Pool((*pool.reps, *more), pool.teams, at)


def _pool(book: Playbook, at: datetime, *, segment: str | None = None, team: str | None = None, user: str | None = None) -> Pool:
    load, by_share = book.assignment.load, book.assignment.method == "weighted"
    said = [list(book.roles.roles), segment, team, user, at, *weighing(book), max(load.capacity.values(), default=1),
            at - timedelta(days=load.window_days) if by_share else None]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM rounds_pool(%s::text[], %s, %s::uuid, %s::uuid, %s, %s::text[], %s::jsonb, %s, %s) ORDER BY id", said
        )
        rows = cursor.fetchall()
    teams = {str(row[3]): _team(row[3], *row[12:]) for row in rows if row[12] is not None}
    if segment is None or not any(one.segment == segment for one in teams.values()):  # those nobody stands in
        bare = TeamRow.objects.filter(ended_at=None, **({"segment": segment} if segment else {}))
        teams |= {str(said[0]): _team(*said) for said in bare.values_list("id", "name", "segment", "manager_id")}
    return Pool(tuple(_rep(row[:12]) for row in rows), tuple(sorted(teams.values(), key=lambda one: one.id)), at)


def _team(key: UUID, name: str, segment: str, manager: UUID | None) -> Team:
    return Team(str(key), name, segment, str(manager) if manager else None)


def _rep(row: tuple[Any, ...]) -> Rep:
    key, name, role, team, places, capacity, zone, active, away, load, last, given = row
    return Rep(
        str(key), name, role, str(team or ""), frozenset(places), capacity, int(load), last.timestamp() if last else 0.0,
        0, int(given), active, f"{away:%-d %b %Y}" if away else "", zone,
    )  # fmt: skip


def weighing(book: Playbook) -> tuple[list[str], str]:
    """Which statuses weigh nothing and what a band weighs, as the functions of ground/routing.sql take them."""
    load = book.assignment.load
    return list(load.closed), json.dumps(load.weights)


def take_turn(ranked: Iterable[str], book: Playbook) -> tuple[str, int]:
    """The first of `ranked` whom nobody else is giving a lead at this moment, and what they carry now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, load FROM rounds_take_turn(%s::uuid[], %s::text[], %s::jsonb)", [list(ranked), *weighing(book)])
        key, load = cursor.fetchone()
    return str(key), int(load)
