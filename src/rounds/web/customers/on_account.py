"""A customer on its account's page: health and success metrics, and the customers below a system (ACCT-20)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from rounds.access.allowed import reads
from rounds.access.scope import visible
from rounds.kit.clock import now
from rounds.models import Customer, HealthCheck
from rounds.models.customers.standing import standing
from rounds.web.customers.shown import health_shown, metrics_shown


def of_account(request: HttpRequest, account: UUID, ids: Collection[UUID]) -> dict[str, Any] | None:
    """The account's own customer with its metrics, and those below it. One query where nobody is a customer."""
    if not reads(request.user, "customer"):
        return None
    rows = list(visible(Customer, request.scope).filter(account_id__in=ids).select_related("account").order_by("health", "pk")[:50])
    if not rows:
        return None
    own = next((row for row in rows if row.account_id == account), None)
    said: dict[str, Any] = {"own": own, "below": [row for row in rows if row is not own][:6], "count": len(rows)}
    if own is not None:
        check = HealthCheck.objects.filter(customer=own).order_by("-at").first()
        said |= {"health": health_shown(check), "metrics": metrics_shown(standing({own.pk: account}, now())[own.pk], now())}
    return said
