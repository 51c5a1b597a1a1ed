"""Webhooks: channels of Slack and Teams, and addresses of other programs, that are told what happens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from rounds.actions.flow import deliveries
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import action_links, audit
from rounds.documents.messages import Button, Message
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.kit.refusal import Refusal
from rounds.models import Delivery, User, Webhook
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.links.webhooks import KINDS

TEST = "webhook.test"


class WebhookRefused(Refusal):
    """A channel that cannot be told anything like this."""

    status = 422


class WebhookEnded(Refusal):
    """This channel was taken away. Add it again."""


def add(name: str, *, kind: str, url: str, gets: Iterable[str], by: Actor, at: datetime) -> tuple[Webhook, str]:
    """Connect a channel: (it, the secret that signs what a program gets, shown once and "" for Slack and Teams).

    Effects: Webhook with its address sealed, an audit entry that names the host alone. Raises WebhookRefused.
    """
    if kind not in KINDS:
        raise WebhookRefused(f"A channel is one of: {', '.join(KINDS)}.", field="kind")
    host, secret = _host(url), secrets.token_urlsafe(32) if kind == "webhook" else ""
    with deed(by):
        row = Webhook.objects.create(name=_named(name), kind=kind, url=url.strip(), host=host, secret=secret,
                                     gets=_known(gets), **signature(by, at))  # fmt: skip
        _note("add", row, by, at, kind=kind, host=host, gets=row.gets)
    return row, secret


def change(row: Webhook, *, name: str, gets: Iterable[str], url: str = "", by: Actor, at: datetime) -> Webhook:
    """Call it otherwise, have it told other things; with `url` at another address. Effects: the row, an audit entry."""
    with deed(by):
        row = _open(row)
        row.name, row.gets = _named(name), _known(gets)
        fields = ["name", "gets"]
        if url.strip():
            row.url, row.host = url.strip(), _host(url)
            fields += ["url", "host"]
        row.save(update_fields=fields)
        _note("change", row, by, at, gets=row.gets, host=row.host)
    return row


def renew_secret(row: Webhook, *, by: Actor, at: datetime) -> str:
    """A new secret for what is signed; the one before counts no more. Effects: the secret, an audit entry."""
    with deed(by):
        row = _open(row)
        if row.kind != "webhook":
            raise WebhookRefused("Slack and Teams check no signature; there is no secret to renew.")
        row.secret = secrets.token_urlsafe(32)
        row.save(update_fields=["secret"])
        _note("renew_secret", row, by, at)
        return row.secret


def switch(row: Webhook, on: bool, *, by: Actor, at: datetime) -> Webhook:
    """Switch a channel off, or on again; while it is off nothing is told to it. Effects: off_at, an audit entry."""
    with deed(by):
        row = _open(row)
        if (row.off_at is None) != on:
            row.off_at, row.off_by = (None, "") if on else (at, by.name)
            row.save(update_fields=["off_at", "off_by"])
            _note("switch_on" if on else "switch_off", row, by, at)
    return row


def end(row: Webhook, *, by: Actor, at: datetime) -> Webhook:
    """Take a channel away for good: its address and secret go. Effects: ended_at, an audit entry."""
    with deed(by):
        row = _open(row)
        row.ended_at, row.url, row.secret, row.gets = at, "", "", []
        row.save(update_fields=["ended_at", "url", "secret", "gets"])
        _note("end", row, by, at)
    return row


def test(row: Webhook, *, by: Actor, at: datetime) -> Delivery:
    """Send a channel a word that says it is a test. Effects: Delivery, an audit entry. Raises WebhookEnded."""
    with deed(by):
        row = _open(row)
        said = Message(subject=f"{settings.CONFIG.company}: this is a test", event=TEST,
                       lines=(f"{by.name} checks whether messages arrive here. Nothing happened, and nothing needs doing.",))  # fmt: skip
        _note("test", row, by, at)
        return deliveries.post(row.kind, row, said, key=f"webhook.test:{new_id()}", about=TEST, by=by, at=at)


def tell(people: list[User], *, kind: str, title: str, url: str, body: str, lead: Any, subject: Any, by: Actor, at: datetime) -> int:
    """Tell the channels that get `kind`; how many. What the message offers to do is offered to whoever it is about,
    where that is one person. Effects: ActionLink, Delivery."""
    rows = list(Webhook.objects.filter(gets__contains=[kind], off_at=None, ended_at=None))
    for row in rows:
        offers = action_links.offered(kind, subject, people[0], by=by, at=at) if len(people) == 1 else ()
        said = Message(
            subject=title, event=kind, lines=tuple(line for line in (body, _for(people)) if line),
            buttons=(*(Button(words, outside(path)) for words, path in offers), Button("Open it", outside(url))),
        )  # fmt: skip
        deliveries.post(row.kind, row, said, key=f"tell:{new_id()}", about=kind, lead=getattr(lead, "pk", lead), by=by, at=at)
    return len(rows)


def outside(path: str) -> str:
    """An address of ours as somebody outside writes it."""
    return f"{settings.CONFIG.public_url.rstrip('/')}{path}" if path.startswith("/") else path


def _for(people: list[User]) -> str:
    names = [user.name for user in people[:3]]
    more = f" and {len(people) - 3} more" if len(people) > 3 else ""
    return f"For {', '.join(names)}{more}."


def _open(row: Webhook) -> Webhook:
    row = Webhook.objects.select_for_update().get(pk=row.pk)
    if row.ended_at is not None:
        raise WebhookEnded
    return row


def _named(name: str) -> str:
    said = " ".join(name.split())[:80]
    if not said:
        raise WebhookRefused("Name the channel as people know it, for example “#sales-northeast”.", field="name")
    return said


def _known(gets: Iterable[str]) -> list[str]:
    asked = sorted(set(gets))
    if unknown := [kind for kind in asked if kind not in active().playbook.notifications.kinds]:
        raise WebhookRefused(f"“{unknown[0]}” is no kind of notification.", field="gets")
    return asked


def _host(url: str) -> str:
    """The host of an address that may be told things. Whether it leads into our own network is asked at each sending."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, None
    if parts is None or not host or "@" in parts.netloc or any(ord(c) < 33 for c in url.strip()):
        raise WebhookRefused("Give the whole address, as the channel's settings show it: https://…", field="url")
    allowed = f"{host}:{port or (443 if parts.scheme == 'https' else 80)}" in settings.OUTBOUND_ALLOW
    if parts.scheme != "https" and not (parts.scheme == "http" and allowed):
        raise WebhookRefused("The address must begin with https://, or others could read along.", field="url")
    return host


def _note(verb: str, row: Webhook, by: Actor, at: datetime, **detail: Any) -> None:
    audit.note(f"webhook.{verb}", by=by, at=at, kind="webhook", subject=row.id, detail={"name": row.name, **detail})
