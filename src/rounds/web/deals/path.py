"""The path to signature of a deal, and its steps as one changes them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from rounds.actions.deals import signing
from rounds.kit.clock import now
from rounds.models import SigningStep
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.web.deals.forms import FieldRefused, back, day_of, number_of, part
from rounds.web.deals.frame import deal_or_404
from rounds.web.deals.path_shown import shown
from rounds.web.doors import page


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The picture, the verdict, and every step with what can be changed."""
    said = part(request, key, "path")
    deal = said["deal"]
    drawn = shown(deal, house_day(said["at"]))
    own = {row.code: row for row in SigningStep.objects.filter(opportunity_id=deal.id)}
    book = {one.step: one for one in active().playbook.signing_path.steps}
    edits = [{"one": line["one"], "row": own.get(line["one"].step.code), "usual": book.get(line["one"].step.code), "dates": line["dates"]}
             for line in drawn["steps"]]  # fmt: skip
    return render(request, "deals/path.html", {**said, **drawn, "edits": edits, "finding": drawn["path_says"]})


@require_POST
@page
def add(request: HttpRequest, key: UUID) -> HttpResponse:
    """A step of the deal's own."""
    deal = deal_or_404(request, key)
    days = number_of(request, "days")
    if days is None:
        raise FieldRefused("Say how many days it takes.", field="days")
    row = signing.add(deal, request.POST.get("title", ""), days, whose=request.POST.get("whose", ""), begins_on=day_of(request, "begins_on"),
                      meets_on=day_of(request, "meets_on"), by=request.user.actor, at=now())  # fmt: skip
    return back(request, deal, "path/", f"{row.title} is on the path")


@require_POST
@page
def change(request: HttpRequest, key: UUID, step: str) -> HttpResponse:
    """Change a step; with `usual`, go back to what the playbook says."""
    deal, by, at = deal_or_404(request, key), request.user.actor, now()
    if request.POST.get("usual"):
        signing.reset(deal, step, by=by, at=at)
        return back(request, deal, "path/", "As the playbook says again")
    given: dict[str, Any] = {name: day_of(request, name) for name in ("begins_on", "meets_on", "done_on") if name in request.POST}
    if "days" in request.POST:
        given["days"] = number_of(request, "days")
    given |= {name: request.POST[name] for name in ("title", "whose") if name in request.POST}
    if "left_out" in request.POST:
        given["left_out"] = request.POST["left_out"] == "yes"
    signing.change(deal, step, by=by, at=at, **given)
    return back(request, deal, "path/", "Changed; the path is planned anew")
