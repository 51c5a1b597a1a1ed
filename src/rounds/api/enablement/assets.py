"""The library of content: assets with their versions, and what of it went to a deal."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.enablement import assets, sharing, videos
from rounds.actions.links.webhooks import outside
from rounds.analytics.enablement import reported
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, below, noted, once, one
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import Asset, AssetDelivery, AssetVersion, Contact, Opportunity

router, of_deals = Router(tags=["content"]), Router(tags=["content"])
READ, WRITE = Bearer("content:read"), Bearer("content:write")
DEAL_READ, DEAL_WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
VERSION = Shape("AssetVersion", AssetVersion, {
    "number": "number", "link": "link", "platform": "platform", "seen": "seen", "watched_at": "watched_at", "watched_by": "watched_by", "approved_at": "approved_at", "approved_by": "approved_by", "expires_on": "expires_on", "by": "by_name", "at": "at",
})  # fmt: skip
DELIVERY = Shape("AssetDelivery", AssetDelivery, {
    "id": "id", "asset.id": "version__asset_id", "asset.name": "version__asset__name", "version": "version__number", "link": "version__link",
    "opportunity": "opportunity_id", "contact": "contact_id", "why": "why", "automation": "automation", "sent_at": "sent_at", "opens": "opens",
    "opened_at": "opened_at", "views": "views", "viewed_at": "viewed_at", "machines": "scans", "link_ends_at": "link_ends_at", "engaged": "engaged", "engaged_at": "engaged_at", "by": "by_name", "at": "at",
})  # fmt: skip


class AssetShown(BaseModel):
    """An asset with its versions, the newest first. Stages, personas, segments: whom it is for; none: for all. `purpose`: of
    a video. `views`: people who went on by our links to it, of the deliveries one sees."""

    id: UUID
    name: str
    kind: str
    purpose: str
    views: int
    stages: list[str]
    personas: list[str]
    segments: list[str]
    note: str
    retired: bool
    versions: list[VERSION.schema]


class Library(BaseModel):
    data: list[AssetShown]


class AssetGiven(Input):
    """An asset with its first version, by its link (https). Kind, stages, personas and segments are of assets.yaml. A video says its
    `purpose`, a recording also the `platform` it lies on (of reach/meetings.yaml)."""

    name: str = Field(min_length=1, max_length=200)
    kind: str = Field(min_length=1, max_length=60)
    purpose: str = Field("", max_length=60)
    platform: str = Field("", max_length=60)
    link: str = Field(min_length=1, max_length=1000)
    stages: list[str] = Field([], max_length=20)
    personas: list[str] = Field([], max_length=20)
    segments: list[str] = Field([], max_length=20)
    note: str = Field("", max_length=1000)


class AssetVersionGiven(Input):
    link: str = Field(min_length=1, max_length=1000)
    platform: str = Field("", max_length=60)


class Clearing(Input):
    """Somebody watched a recording to its end: no patient data is shown, and who is seen or heard in it agreed."""

    seen: str = Field(min_length=1, max_length=500)
    no_patient_data: bool


class Approval(Input):
    """Until when it may go out; as the playbook says unless said."""

    expires_on: date | None = None


class DeliveryGiven(Input):
    """What is to go; without `asset` what fits the deal best."""

    asset: UUID | None = None
    contact: UUID | None = None


class SharedLink(BaseModel):
    """A link to what was delivered, said this once, and until when it leads there."""

    url: str
    ends_at: datetime


class Engagement(Input):
    """How one knows that it was read: answered, asked, met."""

    how: str = Field(min_length=1, max_length=40)


@router.get("", auth=READ, response=Library)
def index(request: HttpRequest) -> HttpResponse:
    """The library, by kind and name, without what was retired (at most 200)."""
    need(request.user, "content.read")
    noted(request, "assets.list")
    views = dict(visible(AssetDelivery, request.scope).values_list("version__asset").annotate(Sum("views")))
    return answer({"data": [_shown(row, views.get(row.pk, 0)) for row in _rows().filter(retired_at=None).order_by("kind", "name")[:200]]})


@router.post("", auth=WRITE, response={201: AssetShown}, openapi_extra=ONCE_HELP)
@once
def create(request: HttpRequest, given: AssetGiven) -> HttpResponse:
    """Put an asset into the library, not yet approved."""
    need(request.user, "content.manage")
    said = given.model_dump()
    # Who adds it does not approve it: the person of the token is meant, whichever token it is.
    row = assets.add(said.pop("name"), by=request.user.actor, at=now(), **said)
    return answer(_shown(_asset(row.pk)), 201, Location=f"/api/v1/assets/{row.pk}")


@router.get("/{asset}", auth=READ, response=AssetShown)
def show(request: HttpRequest, asset: UUID) -> HttpResponse:
    """One asset with its versions."""
    need(request.user, "content.read")
    row = _asset(asset)
    noted(request, "asset.read", "asset", row.pk)
    return answer(_shown(row, reported(visible(AssetDelivery, request.scope).filter(version__asset=row))["views"]))


@router.post("/{asset}/versions", auth=WRITE, response={201: AssetShown}, openapi_extra=ONCE_HELP)
@once
def add_version(request: HttpRequest, asset: UUID, given: AssetVersionGiven) -> HttpResponse:
    """A new version; the one before goes out until it is approved."""
    need(request.user, "content.manage")
    assets.add_version(_asset(asset), given.link, platform=given.platform, by=request.user.actor, at=now())
    return answer(_shown(_asset(asset)), 201)


@router.put("/{asset}/versions/{number}/clearing", auth=WRITE, response=AssetShown)
def clear(request: HttpRequest, asset: UUID, number: int, given: Clearing) -> HttpResponse:
    """Say of a recording that somebody watched it to its end; before that nobody approves it."""
    need(request.user, "content.manage")
    videos.clear(_version(asset, number), **given.model_dump(), by=request.user.actor, at=now())
    return answer(_shown(_asset(asset)))


@router.put("/{asset}/versions/{number}/approval", auth=WRITE, response=AssetShown)
def approve(request: HttpRequest, asset: UUID, number: int, given: Approval) -> HttpResponse:
    """Let a version go out. Not by the person who added it."""
    need(request.user, "content.manage")
    assets.approve(_version(asset, number), expires_on=given.expires_on, by=request.user.actor, at=now())
    return answer(_shown(_asset(asset)))


@router.put("/{asset}/retiring", auth=WRITE, response=AssetShown)
def retire(request: HttpRequest, asset: UUID) -> HttpResponse:
    """Take an asset out of the library; what went out stays on the record."""
    need(request.user, "content.manage")
    assets.retire(_asset(asset), by=request.actor, at=now())
    return answer(_shown(_asset(asset)))


@of_deals.get("/{opportunity}/content", auth=DEAL_READ, response=several(DELIVERY))
def went(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """What of the library went to a deal, or is to, the newest first (at most 200)."""
    deal = one(request, Opportunity, opportunity)
    need(request.user, "content.read")
    return answer({"data": DELIVERY.rows(visible(AssetDelivery, request.scope).filter(opportunity=deal).order_by("-at", "-id"))})


@of_deals.post("/{opportunity}/content", auth=DEAL_WRITE, response={201: DELIVERY.schema}, openapi_extra=ONCE_HELP)
@once
def deliver(request: HttpRequest, opportunity: UUID, given: DeliveryGiven) -> HttpResponse:
    """Choose what fits the deal, or take the asset said, and write down that it is to go."""
    deal = one(request, Opportunity, opportunity, "account", "contact")
    need(request.user, "content.read")
    asset = _asset(given.asset, field="asset") if given.asset else None
    contact = one(request, Contact, given.contact, to="read") if given.contact else None
    row = assets.deliver(deal=deal, asset=asset, contact=contact, by=request.actor, at=now())
    if row is None:
        raise assets.AssetRefused("Nothing of the library fits this deal; name an asset, or have one approved.", field="asset")
    return answer(DELIVERY.of(row), 201)


@of_deals.put("/{opportunity}/content/{delivery}/sending", auth=DEAL_WRITE, response=DELIVERY.schema)
def sent(request: HttpRequest, opportunity: UUID, delivery: UUID) -> HttpResponse:
    """Somebody sent it."""
    return answer(DELIVERY.of(assets.sent(_delivery(request, opportunity, delivery), by=request.actor, at=now())))


@of_deals.put("/{opportunity}/content/{delivery}/engagement", auth=DEAL_WRITE, response=DELIVERY.schema)
def engaged(request: HttpRequest, opportunity: UUID, delivery: UUID, given: Engagement) -> HttpResponse:
    """A person says that it was read, and how they know."""
    return answer(DELIVERY.of(assets.engaged(_delivery(request, opportunity, delivery), given.how, by=request.actor, at=now())))


@of_deals.post("/{opportunity}/content/{delivery}/links", auth=DEAL_WRITE, response={201: SharedLink})
def share(request: HttpRequest, opportunity: UUID, delivery: UUID) -> HttpResponse:
    """A link for the customer, until the version expires; who presses the button behind it is counted. Links made before go on."""
    row = _delivery(request, opportunity, delivery)
    path = sharing.share(row, by=request.actor, at=now())
    return answer({"url": outside(path), "ends_at": row.link_ends_at}, 201)


@of_deals.delete("/{opportunity}/content/{delivery}/links", auth=DEAL_WRITE, response=DELIVERY.schema)
def end_links(request: HttpRequest, opportunity: UUID, delivery: UUID) -> HttpResponse:
    """Its links lead nowhere any more."""
    return answer(DELIVERY.of(sharing.end(_delivery(request, opportunity, delivery), by=request.actor, at=now())))


def _delivery(request: HttpRequest, opportunity: UUID, key: UUID) -> AssetDelivery:
    deal = one(request, Opportunity, opportunity)
    return below(visible(AssetDelivery, request.scope).filter(opportunity=deal), key)


def _rows() -> Any:
    return Asset.objects.prefetch_related("versions")


def _asset(key: UUID, *, field: str = "") -> Asset:
    row = _rows().filter(pk=key).first()
    if row is None and field:
        raise assets.AssetRefused("There is no such asset in the library.", field=field)
    if row is None:
        raise Http404
    return row


def _version(asset: UUID, number: int) -> AssetVersion:
    row = AssetVersion.objects.select_related("asset").filter(asset=_asset(asset), number=number).first()
    if row is None:
        raise Http404
    return row


def _shown(row: Asset, views: int = 0) -> dict[str, Any]:
    names = ("id", "name", "kind", "purpose", "stages", "personas", "segments", "note")
    versions = sorted(row.versions.all(), key=lambda version: -version.number)
    return {**{name: getattr(row, name) for name in names}, "retired": row.retired_at is not None, "views": views, "versions": [VERSION.of(version) for version in versions]}
