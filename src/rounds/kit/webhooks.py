"""Signatures of webhooks (SEC-11): HMAC-SHA-256 over the moment and the body, so that neither can be changed or kept.

The header reads `t=1760000000,v1=<64 hex digits>`; while a secret is being changed it holds one `v1` for each.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

HEADER = "Rounds-Signature"
TOLERANCE = timedelta(minutes=5)
"""How far the two clocks may differ, and how long a copy of a request is good for. Who must do a thing once keeps its id."""
SHORTEST = 32
"""Bytes of a secret."""


def signed(body: bytes, secrets: Sequence[bytes], *, at: datetime) -> str:
    """The header's value for `body`, signed with each secret in force. Raises ValueError for a short secret."""
    if not secrets or any(len(secret) < SHORTEST for secret in secrets):
        raise ValueError(f"A webhook's secret has at least {SHORTEST} bytes.")
    moment = str(int(at.timestamp()))
    return ",".join([f"t={moment}", *(f"v1={_mark(secret, moment, body)}" for secret in secrets)])


def verified(body: bytes, header: str, secrets: Sequence[bytes], *, at: datetime, tolerance: timedelta = TOLERANCE) -> bool:
    """Whether one of `secrets` signed exactly this body within `tolerance` of `at`. Takes the same time for every guess."""
    parts = header.split(",")[:8]
    moments = [part[2:] for part in parts if re.fullmatch(r"t=[0-9]{1,12}", part)]
    marks = [part[3:] for part in parts if re.fullmatch(r"v1=[0-9a-f]{64}", part)]
    if len(moments) != 1 or not marks:
        return False
    fits = False
    for secret in secrets:
        wanted = _mark(secret, moments[0], body)
        for mark in marks:
            fits |= len(secret) >= SHORTEST and hmac.compare_digest(wanted, mark)
    return fits and abs(at.timestamp() - int(moments[0])) <= tolerance.total_seconds()


def _mark(secret: bytes, moment: str, body: bytes) -> str:
    return hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()
