"""Where signature services tell us who signed: no log-in, a signed message, which may come again."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial

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
from rounds.models import SignatureHook

MOST_BYTES = 64 * 1024


@csrf_exempt  # machines post here; the signature over the body takes the place of CSRF
@require_POST
def receive(request: HttpRequest, key: str) -> HttpResponse:
    """201 for a new signature, 200 for one that is known."""
    body, at = request.read(MOST_BYTES + 1), now()
    hook, said = None, {}
    try:
        if len(body) > MOST_BYTES:
            raise ContractRefused("The message is larger than 64 KB.")
        with sight(Scope(everything=True)), transaction.atomic():
            hook = signature_hooks.found(key)
            signature_hooks.need_signature(hook, body, request.headers.get(webhooks.HEADER, ""), at=at)
            said = _said(body)
            row, new = signature_hooks.receive(hook, said, at=at)
            row.contract.refresh_from_db(fields=["state"])
            state = row.contract.state
    except Refusal as refusal:
        if hook is not None:
            request.keeps = partial(_kept, hook, said, refusal, at)
        return JsonResponse({"title": str(refusal), "field": refusal.field}, status=refusal.status)
    return JsonResponse({"signature": str(row.pk), "contract": str(row.contract_id), "state": state, "new": new}, status=201 if new else 200)


def _kept(hook: SignatureHook, said: dict, refusal: Refusal, at: datetime) -> None:
    """What stays of a refused message: that it came, and why it was refused."""
    with sight(Scope(everything=True)):
        if isinstance(refusal, signature_hooks.NotSigned):
            signature_hooks.note_unsigned(hook, at=at)
        else:
            signature_hooks.note_message(hook, said, "refused", str(refusal), at=at)


def _said(body: bytes) -> dict:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ContractRefused("Send one JSON object.")
    return said
