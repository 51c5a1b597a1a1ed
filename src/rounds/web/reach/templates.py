"""Texts: all of them, and one as a page that shows it as any person one sees would get it (COMM-06)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from rounds.access.allowed import need
from rounds.actions.reach import previewing
from rounds.analytics.reach import templates as told
from rounds.documents import letters
from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.playbook.shapes.sequences import Template
from rounds.web.doors import noted, page
from rounds.web.middleware.headers import POLICY
from rounds.web.reach import mail_shown, whom
from rounds.web.reach import template_shown as shown

FRAMES = f"{POLICY}; frame-src 'self'"
"""The policy of a page that holds a letter in a frame."""
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'; sandbox"
"""That of the letter itself: its own inline styles, and nothing else at all; no link of it leads anywhere."""


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """Every text of the playbook in force."""
    need(request.user, "playbook.read")
    held = active()
    rows = shown.listed(held.playbook, told.lines(request.scope))
    noted(request, "templates.list", "template", rows=len(rows))
    return render(request, "reach/templates/list.html", {"place": "templates", "rows": rows, "finding": shown.titled(rows), "active": held})


@require_GET
@page
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One text; with `contact=`, `lead=` or a name (`whom=`) as that person would get it."""
    one = _template(request, code)
    said, held = request.GET.get("whom", "").strip()[:200], active()
    context: dict[str, Any] = {"place": "templates", "active": held, "said": said, "toast": request.session.pop("toast", None)}
    chosen = whom.chosen(request)
    if chosen is None and said:
        several = whom.found(request, said)
        if len(several) == 1:
            return redirect(f"/templates/{code}/?{several[0][0]}={several[0][1].pk}")
        context |= {"several": several, "error": None if several else whom.NoSuchPerson()}
    noted(request, "template.read", "template", code=code)
    context |= shown.whole(held.playbook, one, told.by_variant(code, request.scope))
    context["fields"] = previewing.known_of(one, chosen.person if chosen else None, request.user)
    if chosen is not None:
        noted(request, f"{chosen.noun}.read", chosen.noun, chosen.row.pk, part="letter")
        context |= shown.for_whom(one, chosen, request.user, request.GET.get("variant", ""), now())
        letter = context["shown"].letter
        context |= {"plain": letters.text(letter, company=settings.CONFIG.company) if letter else "", "deals": whom.deals_of(request, chosen) if _asks_a_deal(one) else [], "write": mail_shown.where_to_write(request, chosen.row) if letter else ""}
    elif not context.get("several"):
        context["lately"] = whom.lately(request)
    answer = render(request, "reach/templates/one.html", context, status=422 if context.get("error") else 200)
    answer["Content-Security-Policy"] = FRAMES
    return answer


@require_GET
@page
def html(request: HttpRequest, code: str) -> HttpResponse:
    """The letter as its HTML is sent, for the frame of the page."""
    one, chosen = _template(request, code), whom.chosen(request)
    if chosen is None or one.channel != "email":
        raise Http404
    found = previewing.preview(one, chosen.person, request.user, at=now())
    each = next((each for each in found if each.variant == request.GET.get("variant", "")), found[0])
    return HttpResponse(letters.html(each.letter, company=settings.CONFIG.company), headers={"Content-Security-Policy": FRAMED, "X-Frame-Options": "SAMEORIGIN"})


@require_GET
@page
def suggest(request: HttpRequest) -> HttpResponse:
    """Whom the words typed so far may mean, as options."""
    need(request.user, "playbook.read")
    return render(request, "reach/templates/options.html", {"rows": whom.suggested(request, request.GET.get("whom", "").strip()[:200])})


def _template(request: HttpRequest, code: str) -> Template:
    need(request.user, "playbook.read")
    one = active().playbook.templates.get(code)
    if one is None:
        raise Http404
    return one


def _asks_a_deal(one: Template) -> bool:
    return any("{{demo." in f"{way.subject} {way.text}" for way in one.ways)


