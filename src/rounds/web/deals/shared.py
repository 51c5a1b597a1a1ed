"""A proposal as the customer opens it: by a link, without an account. Fetched it shows a cover and changes nothing, for the
gateways of hospitals fetch every link; the button opens it, and that counts."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.deals import proposal_life, proposal_links
from rounds.actions.people import throttling
from rounds.kit.addresses import client_address, network
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Proposal

MOST_POSTS, WINDOW = 40, 600
"""Presses one address may send in so many seconds."""


class TooMany(Refusal):
    """That was a lot at once. Wait ten minutes, then try again."""

    status = 429


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, token: str) -> HttpResponse:
    """GET: whose proposal it is and until when it stands. POST: what it says; it counts as seen."""
    try:
        with sight(EVERYTHING):
            if request.method == "POST":
                _slow_down(request)
                return _shown(request, proposal_links.open_by_link(token, at=now()), token)
            row = proposal_links.follow(token, at=now())
            return render(request, "deals/proposals/cover.html", _said(row, token))
    except Refusal as refusal:
        return render(request, "deals/proposals/gone.html", {"refusal": refusal}, status=refusal.status)


@never_cache
@sensitive_post_parameters()
@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The customer's word."""
    try:
        with sight(EVERYTHING):
            _slow_down(request)
            row = proposal_links.follow(token, at=now())
            row = proposal_links.answer_by_link(token, request.POST.get("answer", ""), words=request.POST.get("words", "")[:1000],
                                                by=proposal_links.customer(row), at=now())  # fmt: skip
            return _shown(request, row, token)
    except Refusal as refusal:
        return render(request, "deals/proposals/gone.html", {"refusal": refusal, "token": token}, status=refusal.status)


def _said(row: Proposal, token: str) -> dict[str, object]:
    owner = row.opportunity.owner
    return {"row": row, "token": token, "account": row.opportunity.account.name, "owner": owner.name if owner else ""}


def _shown(request: HttpRequest, row: Proposal, token: str) -> HttpResponse:
    word = proposal_life.ANSWERS.get(row.state, "")
    return render(request, "deals/proposals/opened.html", {**_said(row, token), "word": word, "out": row.is_out})


def _slow_down(request: HttpRequest) -> None:
    key = throttling.key("proposal", network(client_address(request)))
    if throttling.counted(key, window=timedelta(seconds=WINDOW), at=now()) > MOST_POSTS:
        raise TooMany
