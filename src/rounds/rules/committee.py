"""The committee of a deal: which role groups are covered, who holds the money, and what a thin one warns of (ACCT-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rounds.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a committee. `stance` and `influence` None: not shown to whoever asks. `touches`: how often somebody
    was in touch lately, `last_touch` when at last."""

    name: str
    roles: tuple[str, ...] = ()
    influence: int | None = None
    stance: str | None = None
    level: str = ""
    last_touch: date | None = None
    touches: int = 0


@dataclass(frozen=True, slots=True)
class Caution:
    """`code` says which rule; `says` names people."""

    code: str
    says: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """One role group: who is in it, which of its roles nobody fills."""

    group: str
    names: tuple[str, ...]
    open_roles: tuple[str, ...]


def coverage(book: Playbook, members: Sequence[Member]) -> list[Coverage]:
    """The role groups of the playbook, each with its people and the roles nobody fills."""
    filled = {role for one in members for role in one.roles}
    return [
        Coverage(group, tuple(one.name for one in members if set(one.roles) & set(roles)), tuple(role for role in roles if role not in filled))
        for group, roles in book.picklists.contact_role.groups.items()
    ]


def economic_buyers(book: Playbook, members: Sequence[Member]) -> list[Member]:
    """Those who sign or hold the budget, said so or by their role."""
    said = book.committee.economic_buyer
    return [one for one in members if one.level in said.levels or set(one.roles) & set(said.roles)]


def champions(book: Playbook, members: Sequence[Member], on: date | None = None) -> list[Member]:
    """Those who champion it; `on`: only those we were in touch with lately, seen from that day."""
    said = book.committee.champion
    found = [one for one in members if one.stance in said.stances]
    if on is None:
        return found
    since = on - timedelta(days=said.engaged_days)
    return [one for one in found if one.last_touch is not None and one.last_touch >= since]


def cooling(book: Playbook, member: Member, on: date) -> bool:
    """Whether nobody was in touch with them for longer than the playbook says."""
    return member.last_touch is not None and member.last_touch < on - timedelta(days=book.committee.warnings.cooling.days)


def warnings(book: Playbook, members: Sequence[Member], process: int, on: date) -> list[Caution]:
    """What the committee of a deal in stage `process` (1 to 7) of the sales process warns of."""
    say, found = book.committee.warnings, []
    if process >= say.few.from_process and len(members) < say.few.at_least:
        known = "nobody is" if not members else "one person is" if len(members) == 1 else f"{len(members)} people are"
        found.append(Caution("few_stakeholders", f"{known.capitalize()} known; {say.few.at_least} are the least"))
    if (single := single_threaded(book, members)) is not None:
        found.append(Caution("single_threaded", f"Single-threaded: all we know goes through {single}"))
    told = any(one.stance is not None for one in members)
    if process > say.clinical_champion.after_process and (told or not members) and not _clinical_champion(book, members):
        found.append(Caution("no_clinical_champion", "No clinical champion"))
    if members and not economic_buyers(book, members):
        found.append(Caution("no_economic_buyer", "Nobody who holds the money is known"))
    against = [one.name for one in members if one.stance == "blocker"]
    if against:
        found.append(Caution("blocker", f"Against it: {', '.join(against)}"))
    return found


def single_threaded(book: Playbook, members: Sequence[Member]) -> str | None:
    """The one person everything goes through: the only one, or the one most of the touches were with."""
    say = book.committee.warnings.single_threaded
    if len(members) == 1:
        return members[0].name
    touches = sum(one.touches for one in members)
    if touches < max(say.touches_at_least, 1):
        return None
    most = max(members, key=lambda one: one.touches)
    return most.name if most.touches > say.share * touches else None


def _clinical_champion(book: Playbook, members: Sequence[Member]) -> bool:
    clinical = set(book.picklists.contact_role.groups[book.committee.warnings.clinical_champion.group])
    return any(set(one.roles) & clinical for one in champions(book, members))


@dataclass(frozen=True, slots=True)
class Against:
    """How many there are against how many are usual."""

    have: int
    low: int
    high: int

    @property
    def verdict(self) -> str:
        return "few" if self.have < self.low else "many" if self.have > self.high else "usual"


def benchmark(book: Playbook, tier: int | None, people: int, approvals: int) -> Mapping[str, Against]:
    """People and approval steps of a deal against what is usual for an account of that tier (C-20)."""
    usual = book.committee.benchmark_of(tier)
    return {"stakeholders": Against(people, *usual.stakeholders), "approvals": Against(approvals, *usual.approvals)}
