"""Where signature services tell us who signed: no log-in, a signed message, which may come again."""

from __future__ import annotations

import json

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rounds.access.sight import sight
from rounds.actions.deals import signature_hooks
from rounds.actions.deals.contract_given import ContractRefused
from rounds.kit import webhooks
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope

MOST_BYTES = 64 * 1024


@csrf_exempt  # machines post here; the signature over the body takes the place of CSRF
@require_POST
def receive(request: HttpRequest, key: str) -> HttpResponse:
    """201 for a new signature, 200 for one that is known."""
    body, at = request.read(MOST_BYTES + 1), now()
    try:
        if len(body) > MOST_BYTES:
            raise ContractRefused("The message is larger than 64 KB.")
        with sight(Scope(everything=True)), transaction.atomic():
            hook = signature_hooks.found(key)
            signature_hooks.need_signature(hook, body, request.headers.get(webhooks.HEADER, ""), at=at)
            row, new = signature_hooks.receive(hook, _said(body), at=at)
            row.contract.refresh_from_db(fields=["state"])
            state = row.contract.state
    except Refusal as refusal:
        return JsonResponse({"title": str(refusal), "field": refusal.field}, status=refusal.status)
    return JsonResponse({"signature": str(row.pk), "contract": str(row.contract_id), "state": state, "new": new}, status=201 if new else 200)


def _said(body: bytes) -> dict:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ContractRefused("Send one JSON object.")
    return said
