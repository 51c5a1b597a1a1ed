"""What somebody shared, as the customer opens it: by a link, without an account. Fetched it shows a cover and counts for nothing,
for the gateways of hospitals fetch every link; the button leads on, and that counts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.enablement import sharing, videos
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import AssetDelivery
from rounds.web.reach.following import asked


@csrf_exempt  # nothing of ours is decided here: a scanner that posts is kept as what it is; the random token is the right to see
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """GET: who shares what with whom. POST: on to where it lies."""
    on = request.method == "POST"
    try:
        with sight(EVERYTHING):
            said = _said(sharing.follow(token, asked(request), went_on=on, at=now()), token)
            answer = render(request, "enablement/shared_on.html" if on else "enablement/shared_cover.html", said)
    except Refusal as refusal:
        return render(request, "deals/proposals/gone.html", {"refusal": refusal}, status=refusal.status)
    answer["Referrer-Policy"] = "no-referrer"  # the token is nobody's business there
    return answer


def _said(row: AssetDelivery, token: str) -> dict[str, Any]:
    version, record = row.version, row.opportunity or row.lead or row.account
    account = row.account or getattr(record, "account", None)
    return {"token": token, "asset": version.asset, "link": version.link, "place": urlsplit(version.link).hostname or "", "ends": version.expires_on,
            "video": version.asset.kind == videos.KIND, "recording": videos.is_recording(version.asset),
            "account": account.name if account else getattr(record, "organization", ""), "by": row.by_name}  # fmt: skip
