"""When a lead that went nowhere is taken up again (LEAD-25, C-46)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.facts import Checker, choice
from rounds.rules.routing.sla import moment


def recycle(playbook: Playbook, band: str, entered_at: datetime) -> tuple[datetime | None, datetime | None]:
    """(recycle at, next follow-up at), each None for bands the rule does not name."""
    book = playbook.recycle
    again = months_after(entered_at, book.recycle.after_months) if band in book.recycle.bands else None
    follow_up = months_after(entered_at, book.follow_up.every_months) if band in book.follow_up.bands else None
    return again, follow_up


def months_after(start: datetime, months: int) -> datetime:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    return Checker(
        playbook, {"band": choice("band", tuple(playbook.roles.by_band.map)), "entered_at": moment("entered_at")}
    )


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`band` and `entered_at`, the time the lead entered the band."""
    facts = _checker(playbook)(given)
    missing = [name for name in ("band", "entered_at") if name not in facts]
    again, follow_up = (None, None) if missing else recycle(playbook, facts["band"], facts["entered_at"])
    book = playbook.recycle
    lines = [
        {
            "what": "recycle",
            "level": book.recycle.status if again else None,
            "points": None,
            "why": f"{book.recycle.after_months} months in {', '.join(book.recycle.bands)}",
            "source": book.recycle.origin,
        },
        {
            "what": "follow_up",
            "level": None,
            "points": None,
            "why": f"every {book.follow_up.every_months} months",
            "source": book.follow_up.origin,
        },
    ]
    return {
        "recycle_at": again.isoformat() if again else None,
        "follow_up_at": follow_up.isoformat() if follow_up else None,
        "status": book.recycle.status if again else None,
        "missing": missing,
        "lines": lines,
    }
