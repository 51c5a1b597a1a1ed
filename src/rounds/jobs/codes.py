"""Codes by text message: posted, signed, to whoever sends messages for this deployment (ROUNDS_SMS_URL)."""

from __future__ import annotations

import json
import logging

from django.conf import settings

from rounds.actions.flow import outward
from rounds.actions.people import otp
from rounds.connectors import outbound
from rounds.kit import webhooks
from rounds.kit.clock import now
from rounds.models import Factor

log = logging.getLogger("rounds.worker")
TOOK = range(200, 300)


class NotSent(outbound.PeerFailed):
    """The sender of text messages did not take the code."""


def send_code(factor: str, number: int) -> bool:
    """Post code `number` of a factor, unless a later one was asked for or it is too old; whether it was sent.

    The code is worked out here from the sealed seed: no job, log or table ever holds it. The body is
    {"to": "+12125550100", "text": "…"}; `Idempotency-Key` tells a second try of the same message.
    Raises OutwardHeld in a restored copy, PeerFailed when the sender fails.
    """
    row = Factor.objects.filter(pk=factor, kind="sms", removed_at=None, counter=number).first()
    at = now()
    if row is None or row.last_step <= at.timestamp() or not settings.CONFIG.sms_url:
        return False
    outward.need_to_speak()
    text = f"{otp.code_of(row)} is your {settings.CONFIG.company} log-in code. Nobody of us asks you for it."
    body = json.dumps({"to": json.loads(row.secret)["phone"], "text": text}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"{row.id}-{number}"}
    headers[webhooks.HEADER] = webhooks.signed(body, [settings.CONFIG.sms_key.encode()], at=at)
    answer = outbound.fetch("POST", settings.CONFIG.sms_url, headers=headers, body=body, allow_hosts=settings.OUTBOUND_ALLOW)
    if answer.status not in TOOK:
        raise NotSent(f"The sender of text messages answered {answer.status}.")
    log.info("A log-in code was sent.")
    return True
