"""When a breach of patient data is told, by federal law (45 CFR 164.404, 164.408): individuals, and the Secretary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.facts import Checker, whole
from rounds.rules.routing.sla import moment


def told_by(playbook: Playbook, discovered_on: date, individuals: int) -> dict[str, date]:
    """{"individuals_by", "hhs_by"}: below `many_from` individuals the Secretary is told after the end of the year."""
    law = playbook.agreements.breach.federal
    span = timedelta(days=law.days)
    soon = discovered_on + span
    many = law.many_from is None or individuals >= law.many_from
    return {"individuals_by": soon, "hhs_by": soon if many else date(discovered_on.year, 12, 31) + span}


@lru_cache(maxsize=16)
def _checker(playbook: Playbook) -> Checker:
    return Checker(playbook, {"discovered_on": lambda said: moment("discovered_on")(said).date(), "individuals": whole("individuals")})


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`discovered_on` (an ISO day) and `individuals`."""
    facts = _checker(playbook)(given)
    missing = [name for name in ("discovered_on", "individuals") if name not in facts]
    found = {} if missing else told_by(playbook, facts["discovered_on"], facts["individuals"])
    law = playbook.agreements.breach.federal
    lines = [{"what": name, "level": None, "points": None, "why": f"{law.days} days", "source": law.origin} for name in found]
    return {**{name: on.isoformat() for name, on in found.items()}, "lines": lines, "missing": missing, "notes": []}
