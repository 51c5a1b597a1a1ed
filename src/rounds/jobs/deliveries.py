"""The job behind what leaves: one route at a time, each step committed before the next one is taken."""

from __future__ import annotations

import json
import logging
from email.utils import formataddr
from typing import Any

from django.conf import settings

from rounds.actions.flow import deliveries, sending
from rounds.connectors import channels, mail
from rounds.connectors.outcomes import Later, Never, Unsure
from rounds.documents import letters, mails
from rounds.documents.letters import Letter
from rounds.documents.messages import Message
from rounds.kit import mail_drop
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Delivery, Webhook

log = logging.getLogger("rounds.worker")
MOST = 500
"""Deliveries of one job; then others have their turn."""


def deliver(key: str) -> int:
    """Send what is due on the route of a delivery; how many. Whoever finds the route taken leaves: the one who has it
    looks again before going."""
    route = Delivery.objects.filter(pk=key).values_list("route", flat=True).first()
    done = 0
    while route is not None and done < MOST:
        with sending.alone(route) as mine:
            if not mine:
                return done
            sending.lost(route, at=now())
            done += _drain(route, MOST - done)
        if not sending.waits(route, at=now()):
            return done
    if route is not None:
        deliveries.defer(key)  # type: ignore[arg-type]
    return done


def _drain(route: str, most: int) -> int:
    done = 0
    with _Out() as out:
        while done < most and (row := sending.claim(route, by=SYSTEM_ACTOR, at=now())):
            done += 1
            _one(out, row)
    return done


def _one(out: _Out, row: Delivery) -> None:
    """One delivery, from `sending` to how it ended. What breaks in our own hands counts as unknown: better asked than
    sent twice."""
    try:
        out.send(row)
    except Later as fault:
        sending.later(row, str(fault), at=now(), side=fault.side, silent=fault.silent, header=fault.header)
    except Never as fault:
        sending.never(row, str(fault), at=now())
    except Unsure as fault:
        sending.unsure(row, str(fault), at=now())
    except Exception as fault:
        log.error("Delivery %s broke while it was sent: %s", row.id, type(fault).__name__)
        sending.unsure(row, f"Sending broke ({type(fault).__name__}); it may have arrived.", at=now())
    else:
        sending.sent(row, at=now())


class _Out:
    """The ways out of one drain: a conversation with the mail server is kept from letter to letter."""

    def __init__(self) -> None:
        self.session: mail.Session | None = None

    def __enter__(self) -> _Out:
        return self

    def __exit__(self, *_: object) -> None:
        if self.session is not None:
            self.session.close()

    def send(self, row: Delivery) -> None:
        """Send one. Raises Later, Never, Unsure."""
        said = json.loads(row.content)
        if "letter" in said:
            self._post(row, _letter(row, Letter.read(said["letter"])))
        elif row.channel == "email":
            self._post(row, _mail(row, Message.read(said)))
        else:
            hook = Webhook.objects.get(pk=row.target)
            post = channels.Post(row.channel, hook.url, str(row.id), as_message(said), now(), hook.secret)
            channels.send(post, allow_hosts=settings.OUTBOUND_ALLOW)

    def _post(self, row: Delivery, body: bytes) -> None:
        if settings.MAIL == "drop":
            mail_drop.put(settings.MAIL_DROP, row.id, body, at=now())
            return
        if self.session is None:
            self.session = mail.Session(server_of(settings.CONFIG))
        self.session.send(row.target, body)


def _mail(row: Delivery, said: Message) -> bytes:
    """A mail of the product to one of ours, or to a customer."""
    sender, company = server_of(settings.CONFIG).sender, settings.CONFIG.company
    return mail.letter(sender=sender, to=row.target, name=row.user.name if row.user else "", subject=said.subject, at=row.at,
                       text=mails.text(said, company=company), html=mails.html(said, company=company),
                       message_id=mail.message_id(row.id, sender), headers=mail.OURS | ({"Reply-To": said.reply_to} if said.reply_to else {}),
                       invite=(said.invite, said.method) if said.invite else None)  # fmt: skip


def _letter(row: Delivery, said: Letter) -> bytes:
    """A letter of one of ours to somebody outside: their name on it, sent by our server, answered to them."""
    server, company = server_of(settings.CONFIG), settings.CONFIG.company
    return mail.letter(sender=formataddr((said.name, server.envelope)), to=row.target, name="", subject=said.subject, at=row.at,
                       text=letters.text(said, company=company), html=letters.html(said, company=company), message_id=said.message_id,
                       headers=said.headers, answers=said.answers)  # fmt: skip


def as_message(said: dict[str, Any]) -> dict[str, Any]:
    """What a channel is told: a message as it is, or data of an automation in the form of one, with the data beside it."""
    if "subject" in said:
        return said
    url = str(said.get("url") or "/")
    whole = f"{settings.CONFIG.public_url.rstrip('/')}{url}" if url.startswith("/") else url
    return {"subject": str(said.get("title") or "News"), "lines": [], "items": [], "event": str(said.get("event", "")),
            "buttons": [{"words": "Open it", "url": whole}], "data": said}  # fmt: skip


def server_of(config: object) -> mail.Server:
    """Who takes our mail, as the deployment says."""
    return mail.Server(host=config.smtp_host, port=config.smtp_port, security=config.smtp_security, sender=config.smtp_from,
                       user=config.smtp_user, password=config.smtp_password, authority=config.smtp_authority,
                       patience=config.smtp_patience)  # fmt: skip


def sweep() -> int:
    """The chore: what a dead worker left is named, what was forgotten is asked for."""
    return sending.sweep(at=now())
