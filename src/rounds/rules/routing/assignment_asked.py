"""`rounds explain routing/assignment`: the choice for one lead among people who are given with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rounds.kit.faults import sentence
from rounds.playbook import Playbook
from rounds.rules.facts import MAX_TEXT, Checker, WrongFact, choice, flag, refuse, text
from rounds.rules.routing.assignment import choose_one
from rounds.rules.routing.pool import Pool, Rep, Team, Wanted
from rounds.rules.routing.segment import segment
from rounds.rules.routing.sla import moment
from rounds.rules.routing.territory import territory

ceiling = 1_000_000
"""A load nobody reaches."""


class RepGiven(BaseModel):
    """Somebody leads can go to. `segment` names their team; nothing but a name and a role is needed."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=MAX_TEXT)
    role: str
    segment: str = ""
    territories: list[str] = []
    capacity: int | None = Field(None, ge=1, le=ceiling)
    load: int = Field(0, ge=0, le=ceiling)
    last: datetime | None = None
    active: bool = True
    away: str = Field("", max_length=MAX_TEXT)
    zone: str = "UTC"

    @field_validator("zone")
    @classmethod
    def known_zone(cls, said: str) -> str:
        try:
            ZoneInfo(said)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("is no time zone; write one like America/New_York") from error
        return said


def _reps(said: Any) -> list[RepGiven]:
    if not isinstance(said, list) or not all(isinstance(one, Mapping) for one in said):
        raise WrongFact('reps must be a list like [{"name": "Olivia", "role": "ae", "segment": "enterprise"}].', field="reps")
    try:
        return [RepGiven(**{str(key): value for key, value in one.items()}) for one in said]
    except ValidationError as error:
        fault = error.errors()[0]
        raise WrongFact(sentence(".".join(map(str, ("reps", *fault["loc"]))), fault), field="reps") from error


def _names(said: Any) -> frozenset[str]:
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise refuse("declined", "a list of names", said)
    return frozenset(said)


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    own: dict[str, Callable[[Any], Any]] = {
        "band": choice("band", tuple(playbook.roles.by_band.map)), "hand_raise": flag("hand_raise"),
        "matched": flag("matched"), "e_mail": flag("e_mail"), "owner": text("owner"), "at": moment("at"), "reps": _reps,
        "segment": choice("segment", tuple(one.segment for one in playbook.segments.segments)),
        "declined": _names,
    }  # fmt: skip
    return Checker(playbook, own)


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`band`, a place (`state`), a size (`beds`, `deal_potential_usd` or `segment`), `hand_raise`, `matched` (to a hospital),
    `owner` of the account and `declined` by name; `reps` [{name, role, segment, territories, load, capacity, last, away}]."""
    facts = _checker(playbook)(given)
    place = territory(playbook, facts.get("state"))
    size = segment(playbook, facts.get("beds"), facts.get("deal_potential_usd"), facts.get("programme"))
    code = facts.get("segment") or size.segment or ""
    programme = code if code in playbook.segments.programmes else ""
    wanted = Wanted(
        "lead", facts.get("band", ""), place.territory or "", "" if programme else code, programme,
        sized="beds" in facts or "deal_potential_usd" in facts, known=facts.get("matched", "owner" in facts),
        hand_raise=facts.get("hand_raise", False), owner=facts.get("owner"), whose="the account",
        email=facts.get("e_mail", True), declined=frozenset(facts.get("declined", ())),
        says={"territory": place.why, "segment": size.why},
    )  # fmt: skip
    at = facts.get("at") or datetime(1970, 1, 1, tzinfo=UTC)
    pool = _pool(playbook, facts.get("reps", []), at if at.tzinfo else at.replace(tzinfo=UTC))
    found = choose_one(playbook, wanted, pool)
    lines = [{"what": step["step"], "level": None, "points": None, "why": step["result"], "source": "003 Assignment Automation"}
             for step in found.steps]  # fmt: skip
    return {
        "owner": found.owner, "queue": found.queue or None, "role": found.role, "reason": found.reason, "how": found.how or None,
        "pool": [asdict(seat) for seat in found.seats], "lines": lines, "missing": [] if "band" in facts else ["band"],
    }  # fmt: skip


def _pool(playbook: Playbook, said: list[RepGiven], at: datetime) -> Pool:
    """People by their name; a team is a segment."""
    reps = tuple(Rep(one.name, one.name, one.role, one.segment, frozenset(one.territories), one.capacity, one.load,
                     one.last.timestamp() if one.last else 0.0, 0, 0, one.active, one.away, one.zone) for one in said)  # fmt: skip
    teams = tuple(Team(one.segment, one.team, one.segment) for one in playbook.segments.segments)
    return Pool(reps, teams, at)
