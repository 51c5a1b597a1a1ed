"""Demos: those to come and how they go, booking one with its audience, one as a page, and what is done with it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import need_to_read, need_to_write
from rounds.access.scope import visible
from rounds.actions.deals import demos
from rounds.actions.desk import views as desk
from rounds.analytics.deals import proofs
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Demo, Opportunity
from rounds.models.flow.active import active
from rounds.rules.demos.audience import audience
from rounds.web import lists
from rounds.web.deals import demo_parts, demo_shown
from rounds.web.deals.demo_table import TABLE
from rounds.web.deals.proof_doors import below, done, part_of
from rounds.web.deals.proof_forms import colleague, contacts, moment, text, whole
from rounds.web.doors import noted, one, page

BY_WORDS = (("kind", "Type"), ("presenter", "Presenter"), ("segment", "Segment"))


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """What is to come and what was held."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    return render(request, "deals/demos/list.html", lists.context(
        request, TABLE, asked, at=now(), toast=request.session.pop("toast", None), place="demos", rates=proofs.demo_rates(visible(Demo, request.scope))))


@require_GET
@page
def figures(request: HttpRequest) -> HttpResponse:
    """How they go: by type, presenter, segment (DEMO-08)."""
    need_to_read(request.user, "opportunity")
    noted(request, "demo.figures", "demo")
    rows, by = visible(Demo, request.scope), request.GET.get("by", "kind")
    by = by if by in proofs.BY else "kind"
    kinds = {code: kind.title for code, kind in active().playbook.demos.types.items()}
    return render(request, "deals/demos/figures.html", {
        "rates": proofs.demo_rates(rows), "split": proofs.names(proofs.demo_split(rows, by), kinds), "by": by, "place": "demos",
        "tabs": [{"name": word, "url": f"/demos/figures/?by={code}", "current": code == by, "count": None} for code, word in BY_WORDS],
        "by_word": dict(BY_WORDS)[by]})


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, key: UUID) -> HttpResponse:
    """Book a demo: the people first, the type follows from their roles."""
    deal = one(request, Opportunity, key, "account", "owner")
    need_to_write(request.user, deal)
    said = demo_shown.booking(request, deal, at=now())
    if request.method == "GET":
        return render(request, "deals/demos/new.html", said)
    try:
        demo = demos.book(
            deal, text(request, "kind"), starts_at=moment(request, "starts_at"), attendees=contacts(request, "attendees"),
            presenter=colleague(request, "presenter"), minutes=whole(request, "minutes"), zone=text(request, "zone"), place=text(request, "place"),
            standard=text(request, "standard") == "on", by=request.user.actor, at=now(),
        )  # fmt: skip
    except Refusal as refused:
        if refused.status != 422:
            raise
        return render(request, "deals/demos/new.html", {**said, "error": refused, "field": refused.field}, status=422)
    return done(request, f"/demos/{demo.id}/", "Booked; its preparation became tasks" if demo.starts_at > now() else "Written down; say who came")


@require_GET
@page
def room(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the people chosen so far say of the type: the suggestion and its warnings, as a fragment."""
    deal = one(request, Opportunity, key, "account", to="read")
    people = demo_shown.chosen(request, deal)
    kind = request.GET.get("kind") if request.GET.get("kind") in active().playbook.demos.types else None
    found = audience(active().playbook, [person.role for person in people], kind)
    return render(request, "deals/demos/audience.html", {"found": found, "types": active().playbook.demos.types, "kind": kind, "people": people})


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One demo: prepared, run by its guide, what people said, what stayed open. The read is on the record."""
    demo = below(request, Demo, key, "presenter")
    noted(request, "demo.read", "demo", demo.id)
    said = demo_shown.whole(request, demo, at=now())
    desk.visited(request.user, label=f"{said['type'].title}, {demo.opportunity.account.name}"[:200], url=f"/demos/{demo.id}/", icon="presentation")
    return render(request, "deals/demos/demo.html", {**said, "toast": request.session.pop("toast", None)})


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    demo = below(request, Demo, key, "presenter")
    noted(request, "demo.read", "demo", demo.id, part="preview")
    return render(request, "deals/demos/preview.html", demo_shown.brief(request, demo, at=now()))


@require_POST
@page
def part(request: HttpRequest, key: UUID, name: str, row: UUID | None = None) -> HttpResponse:
    """What is done with it: `name` says what, `row` of what that is there already."""
    demo = below(request, Demo, key, "presenter")
    says = part_of(demo_parts.PARTS, name)(request, demo, row)
    if name == "ticks" and request.htmx:
        return render(request, "deals/demos/guide.html", demo_shown.guide(request, demo))
    return done(request, f"/demos/{demo.id}/", says)
