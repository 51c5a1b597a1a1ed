"""Reading mailboxes: a chore asks for those that are due, a job reads each on from its cursor, batch by batch (PLUS-31)."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from rounds.access.sight import system_sight
from rounds.actions.reach import capture, mailboxes
from rounds.connectors.mailboxes.box import Box, Look, MailboxFailed
from rounds.connectors.mailboxes.imap import ImapBox, Server
from rounds.jobs import mailbox_providers
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Mailbox
from rounds.models.flow.active import active
from rounds.rules.reach.mail_heads import head_of
from rounds.rules.reach.mail_texts import mail_of

log = logging.getLogger("rounds.worker")
TASK = "reach.read_mailbox"


def ask() -> int:
    """Ask the queue for the mailboxes that are due; how many were asked."""
    with system_sight():
        keys = mailboxes.due(now())
    return sum(_asked(key) for key in keys)


def _asked(key: UUID) -> bool:
    try:
        with transaction.atomic():
            app.configure_task(TASK, queueing_lock=f"{TASK}:{key}", lock=f"{TASK}:{key}").defer(mailbox=str(key))
    except AlreadyEnqueued:
        return False
    return True


def read(key: str | UUID) -> int:
    """Read one mailbox on; how many mails were looked at. What goes wrong is said on the mailbox, not raised."""
    with system_sight():
        box = Mailbox.objects.select_related("user").filter(pk=key, state__in=("working", "broken"), user__is_active=True).first()
    if box is None or not (box.state == "working" or mailboxes.is_tried(box)):
        return 0
    try:
        seen, more = _through(box)
    except MailboxFailed as fault:
        with system_sight():
            mailboxes.fail(box.pk, str(fault), lasting=fault.lasting, by=SYSTEM_ACTOR, at=now())
        return 0
    except capture.ReadElsewhere:
        return 0
    with system_sight():
        mailboxes.look_again(box.pk, more=more, at=now())
    return seen


def _through(box: Mailbox) -> tuple[int, bool]:
    """(mails looked at, whether there are more): a large mailbox gives way after a turn and is taken up again at once."""
    book, seen = active().playbook.capture, 0
    ends = time.monotonic() + book.turn.seconds
    opened = opened_box(box)
    try:
        for look in opened.look(box.cursor, most=book.batch.mails, since=box.since or date.min):
            seen += _batch(box, opened, look)
            if time.monotonic() > ends:
                return seen, True
    finally:
        opened.close()
    return seen, False


def _batch(box: Mailbox, opened: Box, look: Look) -> int:
    """One batch: heads are looked at, texts of what may be kept are fetched, and all is kept with the cursor behind it."""
    longest = active().playbook.capture.longest.characters
    with system_sight():
        wanted = capture.screen(box, [head_of(slip.key, slip.head) for slip in look.slips])
    bodies = opened.fetch([head.key for head in wanted]) if wanted else {}
    mails = [mail_of(slip, raw, longest) for slip, raw in bodies.items()]
    with system_sight():
        capture.store(box, mails, seen=len(look.slips), was=box.cursor, cursor=look.cursor, by=capture.who_reads(box), at=now())
    return len(look.slips)


def opened_box(box: Mailbox) -> Box:
    """The mailbox, opened as its kind asks. Raises MailboxFailed."""
    if box.kind in mailbox_providers.BOXES:
        try:
            return mailbox_providers.opened(box)
        except mailbox_providers.NotKnownThere as fault:
            raise MailboxFailed(str(fault)) from fault
    return ImapBox(server_of(box.settings, box.address, box.secret))


def server_of(said: Mapping[str, Any], address: str, password: str) -> Server:
    """Where an IMAP mailbox lies, by its settings and what the deployment allows."""
    return Server(said["host"], said["port"], said["security"], said.get("user") or address, password, tuple(said.get("folders") or ()),
                  frozenset(settings.CONFIG.outbound_allow), settings.CONFIG.smtp_authority, settings.CONFIG.smtp_patience)  # fmt: skip


def try_imap(said: Mapping[str, Any], address: str, password: str) -> None:
    """Log in once and look at the folders, for somebody who connects a mailbox. Raises MailboxFailed with the reason."""
    opened = ImapBox(server_of(mailboxes.imap_settings(said), address, password))
    try:
        opened.folders()
    finally:
        opened.close()
