"""Who gets a lead: the account's owner, else the fairest choice among those who can (ROUTE-01, 07 to 09, 12; PLUS-20).

`choose_one` and `choose_many` reach one verdict: many is one after another, each seeing the loads the one before left.
Seven steps are logged with their results, and everybody who was looked at with the reason they were passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rounds.playbook import Playbook
from rounds.rules.routing.choice import (
    MANAGER,
    NURTURE,
    STEPS,
    TERRITORY,
    Choice,
    Search,
    Seat,
    invites,
    reason_of,
    steps_of,
)
from rounds.rules.routing.pool import Ledger, Pool, Rep, Wanted, barred, capacity_of, rank
from rounds.rules.routing.role import role as role_for_band

__all__ = ["MANAGER", "NURTURE", "STEPS", "TERRITORY", "Choice", "Seat", "chain", "choose_many", "choose_one", "wanted_role"]


def choose_one(playbook: Playbook, wanted: Wanted, pool: Pool) -> Choice:
    """Who gets this lead."""
    return _choose(playbook, wanted, pool, Ledger(pool))


def choose_many(playbook: Playbook, wanted: Iterable[Wanted], pool: Pool) -> list[Choice]:
    """Who gets each of these leads, in their order; the loads move as they are given out."""
    ledger = Ledger(pool)
    return [_choose(playbook, one, pool, ledger) for one in wanted]


def _choose(playbook: Playbook, wanted: Wanted, pool: Pool, ledger: Ledger) -> Choice:
    search = Search()
    if not _owned(playbook, wanted, pool, ledger, search):
        _placed(playbook, wanted, pool, ledger, search)
    taker = search.ranked[0] if search.ranked else None
    weight = playbook.assignment.load.weights.get(wanted.band, 1)
    reason = reason_of(playbook, wanted, search, ledger)
    seats = tuple(Seat(s.id, s.name, s.role, s.load, s.capacity, s.skipped, s.id == (taker.id if taker else None)) for s in search.seats)
    choice = Choice(
        wanted.key, taker.id if taker else None, taker.name if taker else "", taker.team if taker else search.team,
        "" if taker else search.queue, search.role, search.how, reason, weight if taker else 0, seats,
        tuple(rep.id for rep in search.ranked), steps_of(playbook, wanted, pool, search, taker, reason),
        taker.zone if taker else "UTC", invites(playbook, wanted) and wanted.email,
    )  # fmt: skip
    if taker:
        ledger.take(taker.id, weight)
    return choice


def wanted_role(playbook: Playbook, wanted: Wanted) -> tuple[str | None, str]:
    """The role a lead asks for, and why: a hand-raise of a known hospital beats the band."""
    found, raised = role_for_band(playbook, wanted.band), playbook.assignment.hand_raise
    if wanted.hand_raise and wanted.known and found.owner_role not in raised.unless:
        return raised.role, "asked for us: a hand-raise beats the band"
    return found.owner_role, found.why


def chain(playbook: Playbook, role: str | None) -> Iterator[str]:
    """The role and those asked after it (routing/roles.yaml › fallback)."""
    while role in playbook.roles.roles:
        yield role
        role = playbook.roles.fallback.chain.get(role)


def _owned(playbook: Playbook, wanted: Wanted, pool: Pool, ledger: Ledger, search: Search) -> bool:
    """Whether the account's owner, or the team that looks after it, takes the lead."""
    book = playbook.assignment
    if book.owned != "owner" or not (wanted.owner or wanted.team):
        return False
    owner = pool.by_id.get(wanted.owner or "")
    role, _ = wanted_role(playbook, wanted)
    search.role = owner.role if owner else role
    if owner is not None:
        if _look(playbook, [owner], wanted, pool, ledger, search, owns=True):
            search.how, search.why = "owner", f"owns {wanted.whose or 'the account'}"
            return True
        if wanted.programme in playbook.segments.programmes:
            return False
    team = wanted.team or (owner.team if owner else "")
    people = [rep for rep in pool.reps if rep.team == team] if team else []
    if people and _by_role(playbook, role, people, wanted, pool, ledger, search):
        search.how, search.why = "account_team", f"the team of {wanted.whose or 'the account'}"
        return True
    return False


def _placed(playbook: Playbook, wanted: Wanted, pool: Pool, ledger: Ledger, search: Search) -> None:
    """The team of the segment, the people who cover the territory, the role of the band and those after it."""
    book = playbook.assignment
    role, why = wanted_role(playbook, wanted)
    search.role = role
    queue = _waits(playbook, wanted, role, why)
    if queue is not None:
        search.queue, search.why = queue
        return
    anywhere = not wanted.territory
    segment = wanted.segment or book.unknown_segment
    teams = [team for team in pool.teams if team.segment == segment]
    named = {team.id for team in teams}
    people = [rep for rep in pool.reps if rep.team in named]
    near = people if anywhere else [rep for rep in people if rep.covers(wanted.territory)]
    search.team = min(named, default=None)
    method = "round_robin" if anywhere else book.method
    if _by_role(playbook, role, near, wanted, pool, ledger, search, method):
        search.how = "place"
    elif book.widen == "territory" and _by_role(playbook, role, people, wanted, pool, ledger, search, method):
        search.how = "widened"
    else:
        search.queue = MANAGER
        who = " or ".join(playbook.roles.roles[name].title for name in chain(playbook, role))
        place = f" for {wanted.territory}" if wanted.territory else ""
        team = teams[0].name if teams else f"a team for {segment}"
        search.why = f"{team} has no {who}{place} who can take it" if teams else f"there is no team for the segment {segment}"


def _waits(playbook: Playbook, wanted: Wanted, role: str | None, why: str) -> tuple[str, str] | None:
    """The queue of a lead nobody is looked for, with the reason; None where somebody is."""
    programme = playbook.segments.programmes.get(wanted.programme)
    if programme is not None:
        return wanted.programme, f"{programme.title} hospitals have a queue of their own"
    if role is None and wanted.hand_raise:
        return MANAGER, "somebody asked for us whose hospital nobody knows yet"
    if role is None:
        return (NURTURE if wanted.band else MANAGER), why
    if not wanted.territory and playbook.territories.unmatched == "queue":
        return TERRITORY, wanted.says.get("territory", "no territory covers it")
    if not wanted.segment:
        if wanted.sized:
            return NURTURE, wanted.says.get("segment", "below every segment")
        if playbook.assignment.unknown_segment == "queue":
            return MANAGER, wanted.says.get("segment", "neither beds nor deal potential is known")
    return None


def _by_role(playbook: Playbook, role: str | None, people: list[Rep], wanted: Wanted, pool: Pool, ledger: Ledger,
             search: Search, method: str = "") -> bool:  # fmt: skip
    for step in chain(playbook, role):
        group = [rep for rep in people if rep.role == step]
        if group and _look(playbook, group, wanted, pool, ledger, search, method=method):
            search.role = step
            return True
        if group and playbook.assignment.role_when == "present":
            return False
    return False


def _look(playbook: Playbook, group: list[Rep], wanted: Wanted, pool: Pool, ledger: Ledger, search: Search, *,
          owns: bool = False, method: str = "") -> bool:  # fmt: skip
    """Look at a group: note each with the reason against them, and rank those who can."""
    free = []
    for rep in group:
        why = barred(playbook, rep, wanted, pool, ledger, owns=owns)
        if not why:
            free.append(rep)
        if rep.id not in search.seen:
            search.seen.add(rep.id)
            search.seats.append(Seat(rep.id, rep.name, rep.role, ledger.load[rep.id], capacity_of(playbook, rep), why))
    method = method or playbook.assignment.method
    search.ranked = sorted(free, key=lambda rep: rank(playbook, rep, ledger, method)) if len(free) > 1 else free
    return bool(free)
