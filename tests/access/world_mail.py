"""The rep's mailbox, and a thread about the rep's deal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.access.sight import sight
from rounds.actions.reach import mailboxes
from rounds.kit.scope import Scope
from rounds.models import Message, Opportunity, Thread, User
from rounds.models.base import signature


def mail_of(deal: Opportunity, rep: User, at: datetime) -> dict[str, Any]:
    """A mailbox is seen by its owner alone, so it is connected through their eyes."""
    with sight(Scope(everything=True, viewer=rep.id)):
        box = mailboxes.connect(rep, kind="imap", address="rep@mail.example", settings={"host": "imap.mail.example"}, secret="-", by=rep.actor, at=at)
        thread = Thread.objects.create(subject="Our talk", last_at=at, mails=1, account_id=deal.account_id, opportunity=deal, **signature(rep.actor, at))
        Message.objects.create(thread=thread, mailbox=box, user=rep, direction="in", kind="answer", message_id="<1@mail.example>", sender="Bo Fox <bo@harbour.example>",
                               subject="Our talk", text="Yes.", account_id=deal.account_id, opportunity=deal, sent_at=at, **signature(rep.actor, at))  # fmt: skip
    return {"mailboxes key": box.id, "mailbox": box.id, "threads key": thread.id, "ways kind": "graph"}
