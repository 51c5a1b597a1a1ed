"""How much one caller may send: bytes a body, requests a minute. Counted in each process."""

from __future__ import annotations

import time
from uuid import UUID

from django.http import HttpRequest
from ninja.parser import Parser
from pydantic_core import from_json

from rounds.kit.refusal import Refusal

MOST_BYTES = 256 * 1024
MOST_A_MINUTE = 12_000


class BodyTooLarge(Refusal):
    """A body is at most 256 KiB; send less at a time, or import a file."""

    status = 413


class TooManyRequests(Refusal):
    """This token sends too many requests; wait a little, and ask for more rows at a time."""

    status = 429
    wait = 10


class StrictJson(Parser):
    """JSON without NaN, NUL characters (no text column holds them) or a depth that exhausts the stack."""

    def parse_body(self, request: HttpRequest):
        body = request.body
        if b"\\u0000" in body or b"\x00" in body:
            raise ValueError("NUL characters cannot be stored")
        return from_json(body, allow_inf_nan=False)


_minutes: dict[UUID, tuple[int, int]] = {}


def check_upload(request: HttpRequest) -> None:
    """The same for a file of records, whose size the playbook's imports.yaml says. Raises BodyTooLarge."""
    from rounds.models.flow.active import active

    most = active().playbook.imports.limits.megabytes
    if int(request.META.get("CONTENT_LENGTH") or 0) > (most + 1) << 20:
        raise BodyTooLarge(f"A file is at most {most:,} MB; split it.")


def check_size(request: HttpRequest) -> None:
    """Raises BodyTooLarge before anything is read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = MOST_BYTES + 1
    if length > MOST_BYTES:
        raise BodyTooLarge


def count(token: UUID) -> None:
    """Count one request of `token`. Raises TooManyRequests."""
    minute = int(time.monotonic() // 60)
    last, sent = _minutes.get(token, (minute, 0))
    sent = sent + 1 if last == minute else 1
    if len(_minutes) > 10_000:
        _minutes.clear()
    _minutes[token] = (minute, sent)
    if sent > MOST_A_MINUTE:
        raise TooManyRequests
