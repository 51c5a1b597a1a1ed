"""What of the library went to a lead, on its page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import may
from rounds.actions.enablement.assets import ENGAGED
from rounds.models import AssetDelivery, Lead

MOST = 5


def went_to(request: HttpRequest, lead: Lead) -> dict[str, Any]:
    """One query; none for somebody without the library."""
    if not may(request.user, "content.read"):
        return {}
    rows = AssetDelivery.objects.filter(lead=lead).select_related("version__asset").order_by("-at")
    return {"content": {"rows": list(rows[:MOST]), "url": f"/assets/sharing/?lead={lead.pk}"}, "engaged": ENGAGED}
