"""What is shared with a customer, one thing at a time: the project's plan, a proof of concept, a proposal; and signing it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.portal import signing
from rounds.actions.trust import audit
from rounds.analytics import portal
from rounds.kit.clock import now
from rounds.models.flow.days import house_day, house_today
from rounds.web.customers.gantt import gantt, standing_words
from rounds.web.doors import page
from rounds.web.portal.shown import poc_shown

PLACES = {"projects": "go_live", "pocs": "poc", "proposals": "proposal"}
"""The address of what can be signed → its kind."""


@require_GET
@page
def project(request: HttpRequest, key: UUID) -> HttpResponse:
    """The plan of their project."""
    row = _there(portal.project(request.user, key))
    sides = {"ours": settings.CONFIG.company, "theirs": "You", "both": "Both"}
    drawn = portal.plan_of(request.user, row, lambda one: gantt(one, house_today(), sides))
    said = {"project": row, "plan": drawn, "finding": standing_words(row, drawn["groups"], house_today()), "writable": False, "url": f"/portal/projects/{key}/"}
    return _shown(request, "portal/project.html", "projects", key, said)


@require_GET
@page
def poc(request: HttpRequest, key: UUID) -> HttpResponse:
    """Their proof of concept: every reading against its target."""
    found = _there(portal.poc(request.user, key))
    return _shown(request, "portal/poc.html", "pocs", key, {"poc": found.poc, **poc_shown(found)})


@require_GET
@page
def proposal(request: HttpRequest, key: UUID) -> HttpResponse:
    """A proposal as it was sent, also after its day. Opening it changes nothing; their answer does."""
    row = _there(portal.proposal(request.user, key))
    over = row.state != "accepted" and row.expires_on < house_day(now())
    return _shown(request, "portal/proposal.html", "proposals", key, {"proposal": row, "over": over})


@require_POST
@page
def sign(request: HttpRequest, place: str, key: UUID) -> HttpResponse:
    """Their signature, or what is missing before they give it."""
    if place not in PLACES:
        raise Http404
    said = request.POST
    with sight(EVERYTHING):  # the deed reaches further than the customer sees; what may be signed is found by their account alone
        signing.sign(PLACES[place], key, person=request.user, name=said.get("name", ""), title=said.get("title", ""), remark=said.get("remark", ""),
                     accepted=said.get("word", "yes") == "yes", by=request.user.actor, at=now())  # fmt: skip
    return redirect(f"/portal/{place}/{key}/")


def waits(request: HttpRequest, kind: str, key: UUID) -> signing.ToSign | None:
    """What is to be signed there, if anything is."""
    try:
        with sight(EVERYTHING):
            return signing.waiting(request.user.portal_account_id, kind, key)
    except signing.NothingToSign:
        return None


def _shown(request: HttpRequest, template: str, place: str, key: UUID, said: dict) -> HttpResponse:
    kind = PLACES[place]
    audit.note_read("portal.read", by=request.user.actor, at=now(), kind=kind, subject=key)
    more = {"care": portal.looked_after(), "to_sign": waits(request, kind, key), "signed": portal.signed(request.user, kind, key), "sign_url": f"/portal/{place}/{key}/signing/"}
    return render(request, template, {**said, **more})


def _there(row):
    if row is None:
        raise Http404
    return row
