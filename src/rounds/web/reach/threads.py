"""A thread: the mails of one conversation, whoever's mailbox they were found in."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.scope import visible
from rounds.models import Thread
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
    return render(request, "reach/thread.html", {"thread": thread, "mails": mails, "place": "opportunities" if thread.opportunity_id else "leads",
                                                 "toast": request.session.pop("toast", None)})  # fmt: skip
