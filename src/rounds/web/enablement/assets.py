"""The content library: what there is, what may go out, what went to whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import may, need, need_to_write
from rounds.access.scope import visible
from rounds.actions.enablement import assets, videos
from rounds.actions.reach.rooms import rooms
from rounds.actions.trust import agreements
from rounds.analytics.enablement import reported
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Asset, AssetDelivery, AssetVersion, Opportunity
from rounds.models.flow.active import active
from rounds.web.deals.paper_forms import day_or_none
from rounds.web.doors import noted, one, page

LATEST = 12


@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """The library; POST adds an asset."""
    need(request.user, "content.read")
    error = None
    if request.method == "POST":
        need(request.user, "content.manage")
        said = request.POST
        try:
            row = assets.add(said.get("name", ""), kind=said.get("kind", ""), link=said.get("link", ""), stages=said.getlist("stages"),
                             personas=said.getlist("personas"), segments=said.getlist("segments"), note=said.get("note", ""),
                             purpose=said.get("purpose", ""), platform=said.get("platform", ""), by=request.user.actor, at=now())  # fmt: skip
            return redirect(f"/assets/{row.pk}/")
        except assets.AssetRefused as refused:
            error = refused
    return render(request, "enablement/assets.html", {**_library(request), "error": error, "given": request.POST}, status=422 if error else 200)


def _library(request: HttpRequest) -> dict[str, Any]:
    book, on = active().playbook.assets, agreements.day(now())
    rows = Asset.objects.filter(retired_at=None).prefetch_related("versions").order_by("kind", "name")
    went = visible(AssetDelivery, request.scope).values_list("version__asset")
    sums = {key: rest for key, *rest in went.annotate(n=Count("pk", filter=~Q(sent_at=None)), read=Count("pk", filter=~Q(engaged="")), seen=Sum("views"))}
    shown = [{"row": row, "kind": kind_of(row), **dict(zip(("sent", "read", "views"), sums.get(row.pk, (0, 0, 0)), strict=True)), "for": _meant_for(row), **_standing(row, on)} for row in rows]
    lately = visible(AssetDelivery, request.scope).select_related("version__asset", "opportunity", "lead", "contact").order_by("-at")[:LATEST]
    return {"rows": shown, "lately": list(lately), "book": book, "place": "assets", "manages": may(request.user, "content.manage"),
            "waiting": sum(one["state"] == "waiting" for one in shown), "ended": sum(one["state"] == "expired" for one in shown),
            "kinds": list(book.kinds.titles.items()), "purposes": book.videos.purposes, "platforms": rooms(None, at=now()), "stages": stage_words(), "segments": [(code, code.replace("_", " ").capitalize()) for code in book.segments.listed], "engaged": assets.ENGAGED, "toast": request.session.pop("toast", None)}  # fmt: skip


def kind_of(row: Asset) -> str:
    """Case study; Video: product demo recording."""
    book = active().playbook.assets
    kind, purpose = book.kinds.titles.get(row.kind, row.kind), book.videos.by_code.get(row.purpose)
    return f"{kind}: {purpose.title[:1].lower()}{purpose.title[1:]}" if purpose else kind


def _meant_for(row: Asset) -> str:
    """P2, P3 · Clinical, Executive · Mid market."""
    personas = active().playbook.assets.personas.titles
    parts = [", ".join(code if code.startswith("P") else code.capitalize() for code in row.stages) or "Every stage",
             ", ".join(personas.get(code, code) for code in row.personas), ", ".join(code.replace("_", " ").capitalize() for code in row.segments)]  # fmt: skip
    return " · ".join(part for part in parts if part)


def stage_words() -> list[tuple[str, str]]:
    """(code, title) of each stage content is meant for: those of the sales process, and before them whoever is nurtured."""
    titles = {code: one.title for code, one in active().playbook.process.by_code.items()}
    return [(code, f"{code} {titles[code]}" if code in titles else code.capitalize()) for code in active().playbook.assets.stages.listed]


def _standing(row: Asset, on: Any) -> dict[str, Any]:
    """Which version goes out, and whether one waits for its approval."""
    versions = sorted(row.versions.all(), key=lambda one: -one.number)
    live = next((one for one in versions if one.approved_at), None)
    ended = live is not None and live.expires_on is not None and live.expires_on < on
    waits = bool(versions) and versions[0].approved_at is None
    state = "waiting" if live is None else "expired" if ended else "live"
    return {"versions": versions, "live": live, "waits": waits, "state": state, "days": (live.expires_on - on).days if live and live.expires_on else None}


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One asset: its versions and whom it went to."""
    need(request.user, "content.read")
    return shown_of(request, _asset(key))


def shown_of(request: HttpRequest, row: Asset, error: Refusal | None = None) -> HttpResponse:
    """The page of an asset, perhaps with why something was not done."""
    book, on = active().playbook.assets, agreements.day(now())
    went = visible(AssetDelivery, request.scope).filter(version__asset=row)
    said = {"row": row, "kind": kind_of(row), "recording": videos.is_recording(row), "platforms": rooms(None, at=now()) if row.kind == videos.KIND else (), "book": book, "place": "assets", "manages": may(request.user, "content.manage"),
            "for": _meant_for(row), "error": error, "engaged": assets.ENGAGED, "sums": reported(went),
            "went": list(went.select_related("version", "opportunity", "lead", "contact").order_by("-at")[:50]), **_standing(row, on)}  # fmt: skip
    noted(request, "asset.read", "asset", row.pk)
    return render(request, "enablement/asset.html", said, status=error.status if error else 200)


@require_POST
@page
def versions(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new version, by its link."""
    need(request.user, "content.manage")
    return _done(request, _asset(key), lambda row, by: assets.add_version(row, request.POST.get("link", ""), platform=request.POST.get("platform", ""), **by))


@require_POST
@page
def approval(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Let a version go out."""
    need(request.user, "content.manage")
    row = _asset(key)
    version = AssetVersion.objects.filter(asset=row, number=number).first()
    if version is None:
        raise Http404
    return _done(request, row, lambda row, by: assets.approve(version, expires_on=day_or_none(request.POST, "expires_on"), **by))


@require_POST
@page
def retiring(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take an asset out of the library."""
    need(request.user, "content.manage")
    assets.retire(_asset(key), by=request.user.actor, at=now())
    return redirect("/assets/")


@require_POST
@page
def deliveries(request: HttpRequest) -> HttpResponse:
    """Choose what fits a deal, or take the asset said, and write down that it is to go."""
    said = request.POST
    try:
        deal = one(request, Opportunity, UUID(said.get("opportunity", "")), "account", "contact")
    except ValueError:
        raise Http404 from None
    row = assets.deliver(deal=deal, asset=_asset(UUID(said["asset"])) if said.get("asset") else None, by=request.user.actor, at=now())
    request.session["toast"] = {"text": f"“{row.version.asset.name}” is to go" if row else "Nothing of the library fits"}
    return redirect(f"/opportunities/{deal.pk}/")


@require_POST
@page
def delivery(request: HttpRequest, key: UUID) -> HttpResponse:
    """It was sent, or somebody knows that it was read."""
    row = visible(AssetDelivery, request.scope).select_related("opportunity", "lead").filter(pk=key).first()
    if row is None:
        raise Http404
    need_to_write(request.user, row.opportunity or row.lead)
    how, by = request.POST.get("how", ""), {"by": request.user.actor, "at": now()}
    assets.engaged(row, how, **by) if how else assets.sent(row, **by)
    return redirect("/assets/")


def _done(request: HttpRequest, row: Asset, does: Any) -> HttpResponse:
    try:
        does(row, {"by": request.user.actor, "at": now()})
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return shown_of(request, row, refusal)
    return redirect(f"/assets/{row.pk}/")


def _asset(key: UUID) -> Asset:
    row = Asset.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    return row
