"""Idempotent requests: a POST that is sent twice happens once and is answered twice (fault: the line breaks)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from rounds.kit.refusal import Refusal
from rounds.models import IdempotentRequest

LONGEST_KEY = 200


class KeyRefused(Refusal):
    """An Idempotency-Key that cannot be used like this."""

    status = 422
    field = "Idempotency-Key"


def once(
    caller: str, key: str, said: bytes, do: Callable[[], tuple[int, Any]], *, at: datetime
) -> tuple[int, Any, bool]:
    """The answer of `do` (status, JSON), or the kept one when `caller` sent this `key` with the same `said` before.

    The third value is True for a kept answer. A second request with the key waits for the first, so that there is one
    effect; a request that fails keeps nothing and may be sent again. Runs inside the request's transaction.
    Effects: those of `do`, an IdempotentRequest. Raises KeyRefused when the key came with another body.
    """
    if not key.isprintable() or len(key) > LONGEST_KEY:
        raise KeyRefused(f"An Idempotency-Key is at most {LONGEST_KEY} printable characters, such as a random UUID.")
    digest = hashlib.sha256(said).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{caller} {key}"])
    kept = IdempotentRequest.objects.filter(caller=caller, key=key).first()
    if kept is not None:
        if kept.digest != digest:
            raise KeyRefused("This Idempotency-Key was used for another request; choose a new one.")
        return kept.status, json.loads(kept.answer), True
    status, answer = do()
    if status < 400:
        kept_answer = json.dumps(answer, cls=DjangoJSONEncoder)
        IdempotentRequest.objects.create(caller=caller, key=key, digest=digest, status=status, answer=kept_answer, at=at)
    return status, answer, False
