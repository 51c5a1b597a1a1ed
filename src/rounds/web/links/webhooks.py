"""Channels: Slack, Teams and programs that are told what happens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.actions.links import webhooks
from rounds.kit.clock import now
from rounds.models import Webhook
from rounds.models.flow.active import active
from rounds.web.proof import proved, sensitive
from rounds.web.trust.outbound import tabs

WORDS = {"slack": "Slack", "teams": "Microsoft Teams", "webhook": "A program"}
HOW = {"slack": "the channel’s app “Incoming Webhooks”",
       "teams": "in Workflows, “Post to a channel when a webhook request is received”",
       "webhook": "any that takes JSON; what it gets is signed"}  # fmt: skip


@require_http_methods(["GET", "POST"])
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """GET: every channel. POST: add one."""
    need(request.user, "webhooks.manage")
    if request.method == "POST":
        return _add(request)
    return _shown(request)


@proved
def _add(request: HttpRequest) -> HttpResponse:
    said = request.POST
    try:
        row, secret = webhooks.add(said.get("name", ""), kind=said.get("kind", ""), url=said.get("url", "")[:2000],
                                   gets=said.getlist("gets"), by=request.user.actor, at=now())  # fmt: skip
    except webhooks.WebhookRefused as refusal:
        return _shown(request, error=refusal, given=said, status=422)
    return _secret(request, row, secret) if secret else redirect("/links/webhooks/")


@require_http_methods(["GET", "POST"])
@sensitive
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """GET: one channel. POST: call it otherwise, have it told other things, at another address."""
    row, error = _one(request, key), None
    if request.method == "POST":
        said = request.POST
        try:
            webhooks.change(row, name=said.get("name", ""), gets=said.getlist("gets"), url=said.get("url", "")[:2000],
                            by=request.user.actor, at=now())  # fmt: skip
            return redirect(f"/links/webhooks/{row.pk}/")
        except webhooks.WebhookRefused as refusal:
            error = refusal
    said = {"row": row, "word": WORDS[row.kind], "kinds": _kinds(row.gets), "error": error, "place": "outbound"}
    return render(request, "links/webhook.html", said, status=422 if error else 200)


@require_POST
@sensitive
def testing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send it a word that says it is a test."""
    webhooks.test(_one(request, key), by=request.user.actor, at=now())
    return redirect("/links/webhooks/")


@require_POST
@sensitive
def switching(request: HttpRequest, key: UUID) -> HttpResponse:
    """Off, or on again."""
    webhooks.switch(_one(request, key), request.POST.get("on") == "1", by=request.user.actor, at=now())
    return redirect("/links/webhooks/")


@require_POST
@sensitive
@proved
def renewing(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new secret, shown once."""
    row = _one(request, key)
    return _secret(request, row, webhooks.renew_secret(row, by=request.user.actor, at=now()))


@require_POST
@sensitive
def ending(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take it away."""
    webhooks.end(_one(request, key), by=request.user.actor, at=now())
    return redirect("/links/webhooks/")


def _one(request: HttpRequest, key: UUID) -> Webhook:
    need(request.user, "webhooks.manage")
    row = Webhook.objects.filter(pk=key, ended_at=None).first()
    if row is None:
        raise Http404
    return row


def _secret(request: HttpRequest, row: Webhook, secret: str) -> HttpResponse:
    return render(request, "links/webhook_secret.html", {"row": row, "secret": secret, "place": "outbound"})


def _kinds(gets: Any) -> list[dict[str, Any]]:
    return [{"code": code, "title": kind.title, "on": code in gets} for code, kind in active().playbook.notifications.kinds.items()
            if code not in ("other", "delivery.stuck")]  # fmt: skip


def _shown(request: HttpRequest, *, error: Any = None, given: Any = None, status: int = 200) -> HttpResponse:
    rows = list(Webhook.objects.filter(ended_at=None).order_by("name"))
    for row in rows:
        row.word = WORDS[row.kind]
        row.told = [active().playbook.notifications.kind(code).title for code in row.gets]
    said = {"rows": rows, "error": error, "given": given or {}, "kinds": _kinds(given.getlist("gets") if given else ("lead.hot",)),
            "words": [(code, word, HOW[code]) for code, word in WORDS.items()], "on": sum(row.off_at is None for row in rows),
            "broken": sum(row.last_ok is False and row.off_at is None for row in rows), "place": "outbound", "tabs": tabs(request, "Channels")}  # fmt: skip
    return render(request, "links/webhooks.html", said, status=status)
