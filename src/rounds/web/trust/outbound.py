"""What leaves the house: how it goes, the kill switch, and the messages that wait for a person's word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import NotAllowed, may, need
from rounds.actions.flow import deliveries, kill_switch, outward
from rounds.actions.trust import audit
from rounds.kit import mail_drop
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Delivery, OutboundHold, OutboundRoute, Webhook
from rounds.models.flow.active import active
from rounds.models.flow.deliveries import STATES
from rounds.web.proof import proved, sensitive

LATEST = 100
WAITING = ("unknown", "failed", "refused")
WORDS = {"due": "On its way", "sending": "Being sent", "sent": "Sent", "unknown": "May have arrived", "refused": "Refused",
         "failed": "Given up", "held": "Held"}  # fmt: skip
OTHERS = {"digest": "Several things together", "people.invitation": "Invitation", "people.login": "Log-in link",
          "webhook.test": "Test of a channel"}  # fmt: skip
DEEDS = {"arrival": deliveries.it_went, "again": deliveries.send_again, "dropping": deliveries.drop}


def tabs(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """The pages of what leaves, for those who may open them."""
    rows = [("Messages", "/trust/outbound/", may(request.user, "deliveries.manage") or may(request.user, "outward.hold")),
            ("Channels", "/links/webhooks/", may(request.user, "webhooks.manage")),
            ("Signature services", "/links/signatures/", may(request.user, "webhooks.manage")),
            ("Mail drop", "/trust/mail/", settings.MAIL == "drop" and may(request.user, "deliveries.manage"))]  # fmt: skip
    return [{"name": name, "url": url, "count": None, "current": name == here} for name, url, shown in rows if shown]


@require_GET
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """How it stands, and what waits."""
    return shown(request)


@require_POST
@sensitive
def holding(request: HttpRequest) -> HttpResponse:
    """Stop everything. It asks for no proof: who must stop it must stop it now."""
    return _switched(request, lambda why: kill_switch.hold(why, by=request.user.actor, at=now(), user=request.user))


@require_POST
@sensitive
@proved
def resuming(request: HttpRequest) -> HttpResponse:
    """Let it go on."""
    return _switched(request, lambda why: kill_switch.resume(why, by=request.user.actor, at=now(), user=request.user))


@require_POST
@sensitive
def deciding(request: HttpRequest, key: UUID, deed: str) -> HttpResponse:
    """A person's word on a message that waits: it arrived, send it again, let it go."""
    need(request.user, "deliveries.manage")
    row = Delivery.objects.filter(pk=key).first()
    if row is None or deed not in DEEDS:
        raise Http404
    DEEDS[deed](row, by=request.user.actor, at=now())
    return redirect("/trust/outbound/")


@require_GET
@sensitive
def drop(request: HttpRequest) -> HttpResponse:
    """The letters that lie in the folder instead of going out."""
    need(request.user, "deliveries.manage")
    if settings.MAIL != "drop":
        raise Http404
    letters = list(mail_drop.letters(settings.MAIL_DROP))
    return render(request, "trust/mail_drop.html", {"letters": letters, "place": "outbound", "tabs": tabs(request, "Mail drop")})


@require_GET
@sensitive
def dropped(request: HttpRequest, name: str) -> HttpResponse:
    """One of them."""
    need(request.user, "deliveries.manage")
    letter = mail_drop.letter(settings.MAIL_DROP, name) if settings.MAIL == "drop" else None
    if letter is None:
        raise Http404
    audit.note_read("mail_drop.read", by=request.user.actor, at=now(), detail={"subject": letter.subject})
    return render(request, "trust/mail_dropped.html", {"letter": letter, "place": "outbound"})


def _switched(request: HttpRequest, deed: Any) -> HttpResponse:
    try:
        deed(request.POST.get("reason", "")[:1000])
    except kill_switch.ReasonMissing as error:
        return shown(request, error=error, status=422)
    return redirect("/trust/outbound/")


def shown(request: HttpRequest, *, error: Refusal | None = None, status: int = 200) -> HttpResponse:
    """The page; the messages for those who look after them."""
    manages = may(request.user, "deliveries.manage")
    if not manages and not may(request.user, "outward.hold"):
        raise NotAllowed("Only admins and security officers look at what leaves the house.")
    asked = request.GET.get("state", "")
    counts = dict(Delivery.objects.values_list("state").annotate(Count("id")))
    views = [{"name": WORDS[state], "url": f"/trust/outbound/?state={state}", "count": counts[state], "current": state == asked}
             for state in STATES if counts.get(state)]  # fmt: skip
    rows = Delivery.objects.filter(state__in=[asked] if asked in STATES else WAITING).select_related("user").order_by("-updated_at")[:LATEST] if manages else ()
    said = {"held": kill_switch.held(), "speaks": outward.may_speak(), "views": views, "rows": [_worded(row) for row in rows],
            "manages": manages, "stops": may(request.user, "outward.hold"), "error": error, "asked": asked,
            "unknown": counts.get("unknown", 0), "stuck": counts.get("failed", 0) + counts.get("refused", 0),
            "routes": _routes(), "holds": OutboundHold.objects.exclude(lifted_at=None).order_by("-at")[:10],
            "mail": settings.MAIL, "place": "outbound", "tabs": tabs(request, "Messages")}  # fmt: skip
    return render(request, "trust/outbound.html", said, status=status)


def _routes() -> list[OutboundRoute]:
    """The other sides and how they do, those in trouble first."""
    names = {f"hook:{row.pk}": row.name for row in Webhook.objects.all()}
    rows = sorted(OutboundRoute.objects.all(), key=lambda row: (-row.failures, row.name))
    for row in rows:
        row.says = "Mail server" if row.name == deliveries.MAIL else names.get(row.name, "A channel that is gone")
        row.closed = row.open_until is not None and row.open_until > now()
    return rows


def _worded(row: Delivery) -> Delivery:
    row.says = WORDS[row.state]
    kinds = active().playbook.notifications.kinds
    row.what = kinds[row.about].title if row.about in kinds else OTHERS.get(row.about, row.about or "Message")
    row.to = row.user.name if row.user else row.target if row.channel == "email" else row.channel.capitalize()
    return row
