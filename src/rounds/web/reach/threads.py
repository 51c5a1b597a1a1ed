"""A thread: the mails of one conversation, whoever's mailbox they were found in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import may
from rounds.access.scope import visible
from rounds.actions.reach import answers as replies
from rounds.kit.refusal import Refusal
from rounds.models import Message, Thread
from rounds.web.doors import noted, page
from rounds.web.reach import mail_shown


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The mails of a thread, oldest first. The read is on the record."""
    thread = visible(Thread, request.scope).select_related("account", "lead", "opportunity").filter(pk=key).first()
    mails = mail_shown.mails(request, thread) if thread is not None else []
    if thread is None or not mails:
        raise Http404
    noted(request, "mail.read", "thread", thread.pk, mails=len(mails))
    last = _answered(request, mails)
    return render(request, "reach/thread.html", {"thread": thread, "mails": mails, "answers": last.pk if last else None, "place": "opportunities" if thread.opportunity_id else "leads",
                                                 "toast": request.session.pop("toast", None)})  # fmt: skip


def _answered(request: HttpRequest, mails: list[dict[str, Any]]) -> Message | None:
    """The mail the viewer may answer: the last that can be; None where they may not, or a machine wrote them all. One query."""
    last = replies.last_of([mail["row"] for mail in mails]) if may(request.user, "letters.write") else None
    if last is None:
        return None
    try:
        replies.place(last, request.scope, request.user)
    except Refusal:
        return None
    return last
