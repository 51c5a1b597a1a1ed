"""Mail as it is shown: the threads of a record, the mails of a thread."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest

from rounds.access.allowed import may, may_change
from rounds.access.scope import visible
from rounds.actions.reach import approving
from rounds.kit.once import once
from rounds.models import Contact, Lead, Message, Opportunity, Thread

MOST = 6
MAILS = 200
KINDS = {"sent": "", "answer": "", "away": "automatic: away", "bounce": "came back", "soft_bounce": "not delivered yet", "complaint": "called unwanted", "automatic": "automatic", "list": "to a list"}
"""Kind of mail → what is said beside it."""
STATES = {"waiting": ("waits", "s-soon", "clock"), "queued": ("on its way", "", "send"), "bounced": ("came back", "s-late", "undo-2"),
          "refused": ("not taken", "s-late", "circle-alert"), "unknown": ("may have arrived", "s-soon", "circle-question-mark"),
          "dropped": ("not sent", "", "circle-minus")}  # fmt: skip
"""State of a mail of ours that did not simply go → its word, the class of its tag, its icon."""


def beside(request: HttpRequest, **about: Any) -> dict[str, Any]:
    """The latest threads of a lead, a deal, an account or a contact, for the panel on its page. One query, two where any is."""
    found = list(threads(request, **about)[: MOST + 1])
    return {"threads": [said(one) for one in found[:MOST]], "more_threads": len(found) > MOST}


def where_to_write(request: HttpRequest, row: Any) -> str:
    """Where one writes to the person of a lead, a contact or a deal; "" where one may not, or it is none of them."""
    place = {Lead: "leads", Contact: "contacts", Opportunity: "opportunities"}.get(type(row))
    return f"/{place}/{row.pk}/letters/new/" if place and may(request.user, "letters.write") and may_change(request.user, row) else ""


@once
def of_deal(request: HttpRequest, deal: UUID) -> dict[str, Any]:
    """The same of a deal, for each of its panels that asks."""
    return beside(request, opportunity_id=deal)


def threads(request: HttpRequest, **about: Any) -> QuerySet[Thread]:
    """The threads in which the viewer sees a mail about this, the latest first. `contact`: those they wrote or got."""
    mails = visible(Message, request.scope).filter(**about)
    last = Prefetch("messages", queryset=visible(Message, request.scope).order_by("-sent_at", "-id").defer("text"), to_attr="mails_seen")
    rows = visible(Thread, request.scope)
    where = Q(pk__in=mails.values("thread_id")) if "contact" in about or "contact_id" in about else Q(**about)
    return rows.filter(where, mails__gt=0).order_by("-last_at", "-id").prefetch_related(last)


def said(thread: Thread) -> dict[str, Any]:
    """A thread as one line: what it is about, who wrote last, how many mails."""
    newest = thread.mails_seen[0] if thread.mails_seen else None
    return {"key": thread.pk, "subject": thread.subject or "No subject", "mails": len(thread.mails_seen), "at": newest.sent_at or newest.at if newest else thread.last_at,
            "by": writer(newest) if newest else "", "direction": newest.direction if newest else "", "word": _word(newest) if newest else ""}  # fmt: skip


def _word(row: Message) -> str:
    return STATES[row.state][0] if row.state in ("waiting", "dropped") else KINDS.get(row.kind, "")


def writer(row: Message) -> str:
    """Who wrote it: the name, where the mail says one."""
    if "@" not in row.sender:  # a letter of ours keeps the name of who wrote it
        return row.sender or "Unknown"
    name, address = parseaddr(row.sender)
    return name or address or row.sender or "Unknown"


def mails(request: HttpRequest, thread: Thread) -> list[dict[str, Any]]:
    """The mails of a thread the viewer may see, oldest first. One query, and one where a letter waits."""
    rows = list(visible(Message, request.scope).filter(thread=thread).order_by("sent_at", "at", "id")[:MAILS])
    to_read = approving.read_first(rows)
    return [{"row": row, "by": writer(row), "at": row.sent_at or row.at, "word": KINDS.get(row.kind, ""), "to": [parseaddr(one)[0] or one for one in row.to],
             "cc": [parseaddr(one)[0] or one for one in row.cc], "state": STATES.get(row.state),
             "to_read": row.pk in to_read} for row in rows]  # fmt: skip
