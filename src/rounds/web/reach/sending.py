"""How sending goes: who sends how much, what comes back, and whether our letters say what a receiving server asks for."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import need
from rounds.actions.flow import kill_switch
from rounds.analytics.reach import sending
from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.rules.calendar import zone_of
from rounds.web.doors import noted, page


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The page."""
    need(request.user, "reach.manage")
    book, at = active().playbook, now()
    zone = zone_of(book.calendar)
    local = at.astimezone(zone)
    lines = sending.senders(book.reach.sender, at, local.replace(hour=0, minute=0, second=0, microsecond=0))
    days = sending.by_day(local.date(), zone)
    noted(request, "sending.read", "message", rows=len(lines))
    said = {"place": "sequences", "lines": lines, "domains": sending.domains(at), "checks": checks(), "book": book.reach.sender, "held": kill_switch.held(), "active": active(),
            "total": sum(count for _, count in days), "finding": _finding(lines), "days": days, "file": "reach/rules.yaml",
            "picture": {"points": [{"label": f"{day:%-d %b}", "value": count, "says": f"{count:,}"} for day, count in days], "marks": []}}  # fmt: skip
    return render(request, "reach/sending.html", said)


def _finding(lines: list[sending.SenderLine]) -> str:
    rests = [line.user.name for line in lines if line.health.state == "stopped"]
    if rests:
        return f"{rests[0]} rests: too many letters came back" if len(rests) == 1 else f"{len(rests)} addresses rest: too many letters came back"
    return "Every sending address is well" if lines else "Nobody has sent a letter in thirty days"


def checks() -> list[dict[str, Any]]:
    """What a receiving server asks for, and whether our letters have it. What stands in the DNS is not ours to see from here."""
    config = settings.CONFIG
    domain = parseaddr(config.smtp_from)[1].rpartition("@")[2]
    return [
        _check(bool(config.postal_address), "Our postal address", "in every letter, as the law asks", "Set ROUNDS_POSTAL_ADDRESS: without it no commercial letter goes."),
        _check(True, "A one-click way out", "List-Unsubscribe and List-Unsubscribe-Post (RFC 8058) in every letter", ""),
        _check(bool(domain), "From and Message-ID of one domain", f"{domain}, so that a signature over From holds (DMARC)", "Set ROUNDS_SMTP_FROM to an address of your own domain."),
        _check(settings.MAIL == "smtp" and config.smtp_security != "none", "TLS to the mail server", f"{config.smtp_security}, {config.smtp_host}",
               "Mail goes into a folder." if settings.MAIL == "drop" else "Set ROUNDS_SMTP_HOST and ROUNDS_SMTP_SECURITY=starttls or tls."),
        {"state": "ask", "title": "SPF, DKIM and DMARC", "says": f"Your mail server signs (DKIM) and the DNS of {domain or 'your domain'} says so; Rounds cannot see either."},
    ]  # fmt: skip


def _check(holds: bool, title: str, well: str, ill: str) -> dict[str, Any]:
    return {"state": "ok" if holds else "bad", "title": title, "says": well if holds else ill}
