"""Sharing a video: which one, with whom, and its link, said once; ended when it should lead nowhere any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need, need_to_write
from rounds.access.scope import visible
from rounds.actions.enablement import offering, sharing, videos
from rounds.actions.enablement.offering import Towards
from rounds.actions.enablement.refused import AssetRefused
from rounds.actions.links.webhooks import outside
from rounds.kit.clock import now
from rounds.models import Asset, AssetDelivery, AssetVersion, Lead, Opportunity, Task
from rounds.models.flow.active import active
from rounds.web.deals.proof_doors import done
from rounds.web.deals.proof_forms import key_of, text
from rounds.web.doors import noted, page
from rounds.web.enablement.assets import shown_of

ABOUT = {"task": (Task, ("owner", "lead__account", "account", "contact", "opportunity__account", "opportunity__contact")),
         "opportunity": (Opportunity, ("account", "contact")), "lead": (Lead, ("account",))}  # fmt: skip


@require_http_methods(["GET", "POST"])
@page
def share(request: HttpRequest) -> HttpResponse:
    """GET: the videos that may go to a deal, a lead, or whom a task is about, the best chosen. POST: share one."""
    need(request.user, "content.read")
    name, row = _about(request)
    task = row if isinstance(row, Task) else None
    to = offering.of_task(task) if task else Towards(deal=row, contact=row.contact) if isinstance(row, Opportunity) else Towards(lead=row)
    record = to.deal or to.lead or to.account
    if record is None:
        raise Http404
    error = None
    if request.method == "POST":
        need_to_write(request.user, row)
        try:
            return _shared(request, to, task)
        except AssetRefused as refused:
            error = refused
    purpose = offering.purpose_of(task) if task else ""
    offers = offering.offered(to, purpose, at=now())
    noted(request, f"{name}.read", name, row.pk, part="sharing")
    titles = {code: one.title for code, one in active().playbook.assets.videos.by_code.items()}
    said = {"name": name, "row": row, "record": record, "to": to, "task": task, "purpose": titles.get(purpose, ""), "place": "assets", "error": error, "back": _url(to, task),
            "offers": [{"asset": one.asset, "version": one.version, "fits": one.fits, "why": one.why, "purpose": titles.get(one.asset.purpose, "")} for one in offers]}  # fmt: skip
    return render(request, "enablement/share.html", said, status=error.status if error else 200)


def _shared(request: HttpRequest, to: Towards, task: Task | None) -> HttpResponse:
    key = key_of(text(request, "asset")) if text(request, "asset") else None
    asset = Asset.objects.filter(pk=key, kind=videos.KIND).first() if key else None
    if asset is None:
        raise AssetRefused("Choose the video to share.", field="asset")
    row, path = offering.share_video(asset, to, task=task, by=request.user.actor, at=now())
    return _link(request, row, path, _url(to, None))


@require_POST
@page
def links(request: HttpRequest, key: UUID) -> HttpResponse:
    """A link to what was delivered; those made before go on."""
    row = _delivery(request, key)
    path = sharing.share(row, by=request.user.actor, at=now())
    return _link(request, row, path, _url(_to(row), None))


@require_POST
@page
def ending(request: HttpRequest, key: UUID) -> HttpResponse:
    """Its links lead nowhere any more."""
    row = _delivery(request, key)
    sharing.end(row, by=request.user.actor, at=now())
    return done(request, _url(_to(row), None), "The link leads nowhere any more")


@require_POST
@page
def clearing(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Somebody watched a recording to its end: no patient data, and who in it agreed."""
    need(request.user, "content.manage")
    version = AssetVersion.objects.select_related("asset").filter(asset=key, number=number).first()
    if version is None:
        raise Http404
    said = {"seen": request.POST.get("seen", ""), "no_patient_data": bool(request.POST.get("no_patient_data"))}
    try:
        videos.clear(version, **said, by=request.user.actor, at=now())
    except AssetRefused as refused:
        return shown_of(request, version.asset, refused)
    return redirect(f"/assets/{key}/")


def _link(request: HttpRequest, row: AssetDelivery, path: str, back: str) -> HttpResponse:
    said = {"row": row, "asset": row.version.asset, "address": outside(path), "until": row.version.expires_on, "back": back, "place": "assets"}
    return render(request, "enablement/link_made.html", said)


def _delivery(request: HttpRequest, key: UUID) -> AssetDelivery:
    rows = visible(AssetDelivery, request.scope).select_related("version__asset", "opportunity", "lead", "account", "contact")
    row = rows.filter(pk=key).first()
    if row is None:
        raise Http404
    need_to_write(request.user, row.opportunity or row.lead or row.account)
    return row


def _to(row: AssetDelivery) -> Towards:
    return Towards(row.opportunity, row.lead, row.account)


def _url(to: Towards, task: Task | None) -> str:
    if task is not None:
        return f"/tasks/{task.pk}/"
    return f"/opportunities/{to.deal.pk}/" if to.deal else f"/leads/{to.lead.pk}/" if to.lead else f"/accounts/{to.account.pk}/" if to.account else "/assets/"


def _about(request: HttpRequest) -> tuple[str, Any]:
    said = request.POST or request.GET
    for name, (model, fetch) in ABOUT.items():
        key = key_of(said[name]) if said.get(name) else None
        if key and (row := visible(model, request.scope).select_related(*fetch).filter(pk=key).first()) is not None:
            return name, row
    raise Http404
