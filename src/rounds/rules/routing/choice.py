"""What a choice says of itself: who, out of whom, why, and the seven steps with their results (ROUTE-01)."""

from __future__ import annotations

from dataclasses import dataclass, field

from rounds.playbook import Playbook
from rounds.rules.routing.pool import Ledger, Pool, Rep, Wanted, capacity_of, rank

MANAGER, TERRITORY, NURTURE = "manager", "territory", "nurture"
"""Queues, beside those of the programmes: for the manager, for a place nobody covers, for marketing."""
STEPS = ("score", "territory", "segment", "availability", "balance", "notify", "portal")
"""The seven of ROUTE-01, in their order."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One person who was looked at. `skipped` is the reason they were passed over, "" for those who could take it."""

    id: str
    name: str
    role: str
    load: int
    capacity: int
    skipped: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """`owner` None: nobody; then `queue` says where the lead waits. `ranked`: those who could take it, the best first."""

    key: str
    owner: str | None
    name: str
    team: str | None
    queue: str
    role: str | None
    how: str
    reason: str
    weight: int
    seats: tuple[Seat, ...]
    ranked: tuple[str, ...]
    steps: tuple[dict[str, str], ...]
    zone: str = "UTC"
    invites: bool = False


@dataclass
class Search:
    """What was looked at so far, and what came of it."""

    seats: list[Seat] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    ranked: list[Rep] = field(default_factory=list)
    how: str = ""
    role: str | None = None
    team: str | None = None
    queue: str = ""
    why: str = ""


def invites(playbook: Playbook, wanted: Wanted) -> bool:
    """Whether a portal invitation is prepared for such a lead (C-17)."""
    portal = playbook.assignment.portal
    return portal.whom == "everybody" or (portal.whom == "listed" and wanted.band in portal.bands)


def reason_of(playbook: Playbook, wanted: Wanted, search: Search, ledger: Ledger) -> str:
    """Why it is this one, as a sentence without its full stop."""
    if not search.ranked:
        return search.why
    taker, others = search.ranked[0], search.ranked[1:]
    if search.how == "owner":
        return f"{taker.name} {search.why}"
    carries = f"carries {ledger.load[taker.id]} of {capacity_of(playbook, taker)}"
    title = playbook.roles.roles[search.role].title if search.role in playbook.roles.roles else "person"
    where = search.why if search.how == "account_team" else wanted.territory or "any place"
    if not others:
        return f"{taker.name} is the one {title} who can take it ({where}), {carries}"
    method = playbook.assignment.method
    first, second = (rank(playbook, rep, ledger, method)[0] for rep in (taker, others[0]))
    what = "waited longest" if method == "round_robin" or first == second else "has the smallest share"
    return f"{taker.name} {what} of the {len(search.ranked)} who can take it ({title}, {where}), {carries}"


def steps_of(playbook: Playbook, wanted: Wanted, pool: Pool, search: Search, taker: Rep | None, reason: str) -> tuple[dict[str, str], ...]:
    """The seven steps with their results; what happens after is filled in by whoever acts on the choice."""
    book, away = playbook.assignment, sum(1 for seat in search.seats if seat.skipped)
    team = pool.team_of.get(taker.team) if taker else None
    tells = [taker.name] if taker else ["the manager, when it still waits"]
    if taker and wanted.band in book.notify.manager and team and team.manager:
        tells.append(f"the manager of {team.name}")
    asked = invites(playbook, wanted)
    said = {
        "score": f"{wanted.band or 'not known'}{'' if wanted.score is None else f', {wanted.score}'}",
        "territory": wanted.territory or wanted.says.get("territory", "none"),
        "segment": wanted.programme or wanted.segment or wanted.says.get("segment", "none"),
        "availability": f"{len(search.ranked)} can take it, {away} passed over" if search.seats else "nobody was looked for",
        "balance": reason, "notify": ", ".join(tells),
        "portal": "an invitation is prepared and held" if asked and wanted.email else "no invitation: "
                  + ("no e-mail address" if asked else f"not for {wanted.band or 'unknown'} leads"),
    }  # fmt: skip
    return tuple({"step": step, "result": said[step]} for step in STEPS)
