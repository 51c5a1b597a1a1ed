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


class NoLongerShown(Refusal):
    """This request was done. Its answer is not shown again: you may see less now than then. Ask at its own address."""


def once(
    caller: str, key: str, said: bytes, do: Callable[[], tuple[int, Any]], shown: Callable[[Any], dict[str, Any]], *, at: datetime
) -> tuple[int, Any, bool]:
    """The answer of `do` (status, JSON), or the kept one when `caller` sent this `key` with the same `said` before.

    The third value is True for a kept answer. A second request with the key waits for the first, so that there is one
    effect; a request that fails keeps nothing and may be sent again. Runs inside the request's transaction.
    `shown` says of an answer what its caller may see at this moment: {"hidden", "unread", "seen"}; a kept answer is not
    given to who may see less than then. Effects: those of `do`, an IdempotentRequest. Raises KeyRefused when the key came
    with another body, NoLongerShown.
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
        answer = json.loads(kept.answer)
        if _less(shown(answer), kept.shown):
            raise NoLongerShown
        return kept.status, answer, True
    status, answer = do()
    if status < 400:
        kept_answer = json.dumps(answer, cls=DjangoJSONEncoder)
        IdempotentRequest.objects.create(caller=caller, key=key, digest=digest, status=status, answer=kept_answer,
                                         shown=shown(json.loads(kept_answer)), at=at)  # fmt: skip
    return status, answer, False


def _less(now: dict[str, Any], then: dict[str, Any]) -> bool:
    return any(set(now[name]) - set(then[name]) for name in ("hidden", "unread")) or (then["seen"] and not now["seen"])
