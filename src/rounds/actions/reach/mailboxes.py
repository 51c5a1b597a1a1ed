"""Mailboxes of our people: connected by their owner, read for what is business, stopped and ended by their owner (PLUS-31)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from rounds.access.allowed import need
from rounds.actions.desk import notifications
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.reach import calendars
from rounds.actions.reach.trying import breaks, next_look
from rounds.actions.trust import audit
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.mails import is_mail
from rounds.kit.refusal import Refusal
from rounds.models import Mailbox, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.models.reach.mailboxes import KINDS

KEEP = {"known": "Mail with people we know: contacts and leads", "business": "Mail with organisations we know, whoever of theirs writes"}
SECURITY = {"tls": "TLS", "starttls": "STARTTLS", "none": "None (this machine alone)"}
MOST_NEVER = 200
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


NOTICE = "mailbox.broken"
_WORD = "Open it in Rounds: where the password changed, give the new one; else let it be read again. What came meanwhile is read then."
_PASSES = "Rounds goes on trying by itself. What came meanwhile is read then; nothing is lost."
_LOG_IN = "Open it in Rounds and log in there again. What came meanwhile is read then."
MEND = {"imap": _WORD, "bcc": _WORD, "graph": _LOG_IN, "gmail": _LOG_IN}
"""What its owner does about a mailbox that broke."""


class MailboxRefused(Refusal):
    """A mailbox that cannot be connected as it is."""

    status = 422


class MailboxThere(Refusal):
    """You have connected this mailbox already."""

    field = "address"


class MailboxEnded(Refusal):
    """This mailbox was taken away. Connect it again."""


def connect(user: User, *, kind: str, address: str, settings: Mapping[str, Any], secret: str, keep: str = "known", never: Iterable[str] = (),
            since: date | None = None, secret_until: datetime | None = None, by: Actor, at: datetime) -> Mailbox:  # fmt: skip
    """Connect a mailbox of `user`; it is read from now on, back to `since` (as long as the playbook says, where nobody does).

    Effects: Mailbox with its secret sealed, the event mailbox.changed, an audit entry. Raises NotAllowed, MailboxRefused,
    MailboxThere.
    """
    need(user, "reach.manage" if kind == "bcc" else "mailboxes.connect")
    if kind not in KINDS:
        raise MailboxRefused(f"A mailbox is one of: {', '.join(KINDS)}.", field="kind")
    address = address.strip().lower()
    if not is_mail(address):
        raise MailboxRefused("Write the address of the mailbox, like name@company.example.", field="address")
    said = imap_settings(settings) if kind in ("imap", "bcc") else {}
    if not secret:
        raise MailboxRefused("A mailbox opens with a password, or by a log-in of its provider.", field="password")
    first = house_day(at) - timedelta(days=active().playbook.capture.first.days)
    with deed(by):
        if Mailbox.objects.filter(user=user, address=address).exclude(state="ended").exists():
            raise MailboxThere
        row = Mailbox.objects.create(user=user, kind=kind, address=address, settings=said, secret=secret, secret_until=secret_until, keep=_keep(keep, kind),
                                     never=_never(never), since=since or first, sends=kind != "bcc", **signature(by, at))  # fmt: skip
        _tell(row, "connect", by, at)
    return row


def change(row: Mailbox, *, keep: str, never: Iterable[str], secret: str = "", secret_until: datetime | None = None, by: Actor, at: datetime) -> Mailbox:
    """Say anew whose mail is kept, and with `secret` how it opens; one that was broken is then tried again. What is kept stays.

    Effects: the row, mailbox.changed, an audit entry; with `secret` the notice that it broke is settled, and the calendar beside it is
    tried again. Raises MailboxRefused, MailboxEnded.
    """
    with deed(by):
        row = _open(row)
        row.keep, row.never = _keep(keep, row.kind), _never(never)
        fields = ["keep", "never"]
        if secret:
            row.secret, row.secret_until, row.state, row.said, row.failed, row.next_at = secret, secret_until, "working", "", 0, None
            fields += ["secret", "secret_until", "state", "said", "failed", "next_at"]
            notifications.settle(row.user, NOTICE, f"mailbox:{row.pk}", at=at)
            calendars.try_again(row, at=at)
        row.save(update_fields=fields)
        _tell(row, "change", by, at)
    return row


def stop(row: Mailbox, *, by: Actor, at: datetime) -> Mailbox:
    """Read it no more till somebody says so. Effects: stopped, mailbox.changed, an audit entry. Raises MailboxEnded."""
    return _set(row, "stopped", "", "stop", by, at)


def resume(row: Mailbox, *, by: Actor, at: datetime) -> Mailbox:
    """Read it again, on from where it was. Effects: working, mailbox.changed, an audit entry. Raises MailboxEnded."""
    return _set(row, "working", "", "resume", by, at)


def end(row: Mailbox, *, by: Actor, at: datetime) -> Mailbox:
    """Take it away: its password goes, what was kept of it stays; the calendar beside it is read no more.

    Effects: ended, mailbox.changed, an audit entry; those of calendars.end.
    """
    with deed(by):
        row = _set(row, "ended", "", "end", by, at)
        for calendar in calendars.beside(row):
            calendars.end(calendar, by=by, at=at)
        row.secret, row.secret_until, row.cursor = "", None, {}
        row.save(update_fields=["secret", "secret_until", "cursor"])
    return row


def fail(key: UUID, why: str, *, lasting: bool, by: Actor, at: datetime) -> None:
    """It could not be read: tried again later and later. After so many times, or at once where `lasting`, it is broken: its owner is
    told, once, and it is tried on where the fault may pass.

    Effects: the row; where it broke mailbox.changed, an audit entry and a notice to its owner.
    """
    with deed(by):
        row = Mailbox.objects.select_for_update(of=("self",)).select_related("user").get(pk=key)
        if row.state != "working" and not is_tried(row):
            return
        row.failed, row.said, row.asked_at = row.failed + 1, why[:300], at
        row.next_at = next_look(row.failed, broken=row.state == "broken", lasting=lasting, at=at)
        if row.state == "working" and breaks(row.failed, lasting=lasting):
            row.state = "broken"
            _tell(row, "break", by, at)
            notifications.notify([row.user], kind=NOTICE, title=f"{row.address} is not read any more", url=f"/me/mailboxes/{row.pk}/",
                                 body=f"{row.said} {MEND[row.kind] if lasting else _PASSES}", group=f"mailbox:{row.pk}", by=by, at=at)  # fmt: skip
        row.save(update_fields=["failed", "said", "asked_at", "state", "next_at"])


def look_again(key: UUID, *, more: bool, at: datetime) -> None:
    """It was read; say when it is read next: soon, or at once where there is `more`. Effects: the row; of one that was broken
    working, mailbox.changed, an audit entry, and its notice is settled."""
    wait = 0 if more else active().playbook.capture.every.seconds
    row = Mailbox.objects.select_related("user").filter(pk=key, state="broken", next_at__isnull=False).first()
    if row is not None:
        resume(row, by=SYSTEM_ACTOR, at=at)
    Mailbox.objects.filter(pk=key).update(next_at=at + timedelta(seconds=wait), asked_at=at)


def is_tried(row: Mailbox) -> bool:
    """Whether a broken mailbox is tried on: its fault may pass."""
    return row.state == "broken" and row.next_at is not None


def renew(key: UUID, tokens: Mapping[str, str], until: datetime | None, *, at: datetime) -> None:
    """Keep the tokens a provider gave anew. Effects: the row's secret, sealed."""
    row = Mailbox.objects.get(pk=key)
    row.secret, row.secret_until = json.dumps(dict(tokens)), until
    row.save(update_fields=["secret", "secret_until"])


def due(at: datetime) -> list[UUID]:
    """Mailboxes to be read now, of people who still work here."""
    rows = Mailbox.objects.filter(Q(state="working") | Q(state="broken", next_at__isnull=False), user__is_active=True)
    return [key for key, when in rows.values_list("id", "next_at") if when is None or when <= at]


def _set(row: Mailbox, state: str, said: str, verb: str, by: Actor, at: datetime) -> Mailbox:
    with deed(by):
        row = _open(row)
        row.state, row.said, row.failed, row.next_at = state, said, 0, None
        row.save(update_fields=["state", "said", "failed", "next_at"])
        notifications.settle(row.user, NOTICE, f"mailbox:{row.pk}", at=at)
        _tell(row, verb, by, at)
    return row


def _open(row: Mailbox) -> Mailbox:
    row = Mailbox.objects.select_for_update(of=("self",)).select_related("user").get(pk=row.pk)
    if row.state == "ended":
        raise MailboxEnded
    return row


def _tell(row: Mailbox, verb: str, by: Actor, at: datetime) -> None:
    events.record("mailbox.changed", {"mailbox": str(row.pk), "kind": row.kind, "state": row.state, "why": row.said}, by=by, at=at, subject=row.pk)
    audit.note(f"mailbox.{verb}", by=by, at=at, kind="mailbox", subject=row.pk, detail={"kind": row.kind, "state": row.state})


def _keep(keep: str, kind: str) -> str:
    """What is sent to the copy address on purpose is of business, whoever of an organisation it is with."""
    if kind == "bcc":
        return "business"
    if keep not in KEEP:
        raise MailboxRefused(f"Say whose mail is kept: {' or '.join(KEEP)}.", field="keep")
    return keep


def _never(said: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(one.strip().lower().lstrip("@") for one in said if one.strip()))
    for one in found:
        if not (is_mail(one) or (_HOST.fullmatch(one) and "." in one)):
            raise MailboxRefused(f"“{one[:60]}” is neither an address nor a domain.", field="never")
    if len(found) > MOST_NEVER:
        raise MailboxRefused(f"At most {MOST_NEVER} addresses and domains.", field="never")
    return found


def imap_settings(said: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of an IMAP mailbox in their plain form. Raises MailboxRefused."""
    host, security = str(said.get("host", "")).strip().lower(), said.get("security") or "tls"
    if not _HOST.fullmatch(host):
        raise MailboxRefused("Write the name of the IMAP server, like imap.company.example.", field="host")
    if security not in SECURITY:
        raise MailboxRefused("Security is tls, starttls or none.", field="security")
    try:
        port = int(said.get("port") or (993 if security == "tls" else 143))
    except (TypeError, ValueError):
        port = 0
    if not 0 < port < 65536:
        raise MailboxRefused("The port is a number from 1 to 65535; 993 is usual.", field="port")
    user = str(said.get("user") or "").strip()[:200]
    folders = [one.strip()[:200] for one in said.get("folders") or () if one.strip()][:20]
    return {"host": host, "port": port, "security": security, "user": user, "folders": folders}
