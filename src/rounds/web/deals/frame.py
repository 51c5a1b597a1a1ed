"""What every page of a deal begins with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from rounds.access.allowed import may_change
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.web.doors import one


def deal_or_404(request: HttpRequest, key: UUID) -> Opportunity:
    """The deal, seen or 404; what is sent changes it, so whoever may not is refused."""
    return one(request, Opportunity, key, "owner", "account", "buying_unit")


def frame(request: HttpRequest, deal: Opportunity) -> dict[str, Any]:
    """What every page of a deal and every panel on it sees."""
    return {"deal": deal, "url": f"/opportunities/{deal.id}/", "place": "opportunities", "at": now(),
            "writable": may_change(request.user, deal)}  # fmt: skip
