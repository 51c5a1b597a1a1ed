"""What every page of compliance shows: its tabs, for those who may open them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from rounds.access.allowed import may
from rounds.kit.refusal import Refusal

TABS = (
    ("Checks", "/trust/", "compliance.read"),
    ("Agreements", "/trust/agreements/", "compliance.read"),
    ("Retention", "/trust/retention/", "compliance.read"),
    ("Legal holds", "/trust/holds/", "compliance.read"),
    ("Requests", "/trust/requests/", "subjects.manage"),
    ("Held texts", "/trust/held/", "phi.review"),
    ("Releases", "/trust/releases/", "outward.release"),
    ("Audit", "/audit/", "audit.read"),
)


class NoSuchDay(Refusal):
    """Write the day as 2026-11-30."""

    status = 422


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """`place` and the tabs: one for each page this person may open."""
    tabs = [{"name": name, "url": url, "count": None, "current": name == here}
            for name, url, needs in TABS if may(request.user, needs)]  # fmt: skip
    return {"place": "compliance", "tabs": tabs}


def day_of(text: str, field: str) -> date | None:
    """A day of a form; None where it is empty. Raises NoSuchDay (422)."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date() if text.strip() else None  # noqa: DTZ007 - a day, no moment
    except ValueError:
        raise NoSuchDay(field=field) from None


def key_of(text: str) -> UUID | None:
    """A record's key out of what somebody pasted: the key, or the address of its page; None where there is none."""
    for part in reversed(text.strip().rstrip("/").split("/")):
        try:
            return UUID(part.partition("?")[0])
        except ValueError:
            continue
    return None
