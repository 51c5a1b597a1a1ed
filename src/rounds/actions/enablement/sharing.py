"""A link to what was delivered: made, followed, counted, ended (COMM-12).

A gateway of a hospital fetches every link and may look like a browser. Fetched it shows a cover and counts for nothing; the
button leads on, and is counted when no scanner came after (as links of letters are).
"""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F

from rounds.actions.enablement import videos
from rounds.actions.enablement.assets import sent
from rounds.actions.enablement.refused import AssetRefused
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import activities
from rounds.actions.trust import agreements, audit
from rounds.actions.trust.tokens import digest
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import AssetDelivery, AssetLink, AssetVersion, AssetView
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules.engagement import Asked, MailAct, machine

BYTES = 32
MOST = 300
"""Visits kept of one link: whoever asks for more says nothing new."""
BITE = 200
CLICK = "email_click"


class LinkEnded(Refusal):
    """This link leads nowhere any more. Ask whoever sent it for a new one."""

    status = 410


def share(delivery: AssetDelivery, *, by: Actor, at: datetime) -> str:
    """The path (/v/<token>/) by which whoever holds it opens what was delivered, until its version expires; said once, kept
    as a digest alone. Links made before go on.

    Effects: AssetLink, link_ends_at, sent_at, content.shared, audit entries. Raises AssetRefused (422).
    """
    version = AssetVersion.objects.select_related("asset").get(pk=delivery.version_id)
    ends = _ends(version, at)
    token = secrets.token_urlsafe(BYTES)
    with deed(by):
        AssetLink.objects.create(delivery=delivery, digest=digest(token), expires_at=ends, **signature(by, at))
        AssetDelivery.objects.filter(pk=delivery.pk).update(link_ends_at=ends)
        sent(delivery, by=by, at=at)
        _tell("content.shared", delivery, version, {"until": version.expires_on.isoformat()}, by=by, at=at)
        delivery.refresh_from_db(fields=["link_ends_at", "sent_at"])
    return f"/v/{token}/"


def _ends(version: AssetVersion, at: datetime) -> datetime:
    """When the last day of a version is over. Raises AssetRefused for one that may not go out."""
    if version.asset.retired_at is not None:
        raise AssetRefused("This asset was retired; share another one.", field="asset")
    if version.approved_at is None or version.expires_on is None or version.expires_on < agreements.day(at):
        raise AssetRefused("This version is not approved, or it has expired; choose another asset, or have it approved anew.", field="asset")
    videos.check_cleared(version, at=at)
    return datetime.combine(version.expires_on + timedelta(days=1), time(), ZoneInfo(active().playbook.agreements.zone))


def end(delivery: AssetDelivery, *, by: Actor, at: datetime) -> AssetDelivery:
    """Its links lead nowhere from now on. Effects: ended_at, link_ends_at, content.link_ended, an audit entry; said again, nothing."""
    with deed(by):
        if AssetLink.objects.filter(delivery=delivery, ended_at=None, expires_at__gt=at).update(ended_at=at):
            version = AssetVersion.objects.select_related("asset").get(pk=delivery.version_id)
            _tell("content.link_ended", delivery, version, {}, by=by, at=at)
        AssetDelivery.objects.filter(pk=delivery.pk).update(link_ends_at=None)
        delivery.refresh_from_db(fields=["link_ends_at"])
    return delivery


def follow(token: str, asked: Asked, *, went_on: bool, at: datetime) -> AssetDelivery:
    """What a link leads to: its cover, or (`went_on`) the button was pressed. Called with open eyes.

    Effects: an AssetView that says what it was. Raises LinkEnded (410).
    """
    link = AssetLink.objects.select_related("delivery__version__asset", "delivery__opportunity__account", "delivery__lead__account", "delivery__account").filter(
        digest=digest(token), ended_at=None, expires_at__gt=at, delivery__version__asset__retired_at=None).first()  # fmt: skip
    if link is None:
        raise LinkEnded
    with deed(Actor("form", link.delivery_id, "By a shared link")):
        _kept(link, asked, went_on, at)
    return link.delivery


def _kept(link: AssetLink, asked: Asked, went_on: bool, at: datetime) -> None:
    """One visit, judged beside those before it; a scanner's first steps are known by its later ones."""
    rows = list(AssetView.objects.filter(link=link).order_by("-at")[:MOST])
    if len(rows) >= MOST:
        return
    near = [_act(link, row.at, row.went_on, Asked(row.method, row.agent, row.network)) for row in rows]
    told = machine(active().playbook, _act(link, at, went_on, asked), near)
    AssetView.objects.create(link=link, went_on=went_on, at=at, method=asked.method[:10], agent=asked.agent[:300], network=asked.address, machine=told)
    if told:
        since = at - timedelta(seconds=active().playbook.engagement.machine.together_seconds)
        AssetView.objects.filter(link=link, network=asked.address, at__gte=since, machine="", counted_at=None).update(machine=told)


def _act(link: AssetLink, at: datetime, went_on: bool, asked: Asked) -> MailAct:
    """The button is pressed by POST: that alone makes nobody a machine."""
    method = "GET" if went_on and asked.method == "POST" else asked.method
    return MailAct(CLICK, at, str(link.pk), delivered_at=link.at, asked=Asked(method, asked.agent, asked.address))


def settle(*, by: Actor, at: datetime) -> int:
    """Count the visits no scanner comes after any more; how many people went on. Effects: counted_at; of a delivery views and
    viewed_at, or scans; an activity of its lead or account (once a day), the event content.viewed."""
    edge = at - timedelta(seconds=active().playbook.engagement.machine.together_seconds)
    waiting = AssetView.objects.filter(counted_at=None, at__lte=edge).order_by("at").values_list("id", flat=True)[:BITE]
    return sum(_counted(key, by, at) for key in list(waiting))


def _counted(key: UUID, by: Actor, at: datetime) -> bool:
    with deed(by):
        hit = AssetView.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key, counted_at=None).first()
        if hit is None:
            return False
        hit.counted_at = at
        hit.save(update_fields=["counted_at"])
        rows = AssetDelivery.objects.filter(links=hit.link_id)
        if hit.machine:
            rows.update(scans=F("scans") + 1)
        if hit.machine or not hit.went_on:
            return False
        rows.update(views=F("views") + 1, viewed_at=hit.at)
        row = rows.select_related("version__asset", "opportunity__account", "opportunity__lead", "lead", "account", "contact").get()
        _tell("content.viewed", row, row.version, {"views": row.views}, by=by, at=at)
        _logged(row, hit, by, at)
    return True


def _logged(row: AssetDelivery, hit: AssetView, by: Actor, at: datetime) -> None:
    """What a person watched is interest: an activity, once a day for each delivery."""
    deal = row.opportunity
    lead = row.lead or (deal.lead if deal else None)
    account = None if lead else row.account or (deal.account if deal else None)
    if lead is None and account is None:
        return
    asset = row.version.asset
    activities.log("video_view" if asset.kind == videos.KIND else "content_download", lead=lead, account=account, contact=row.contact, happened_at=hit.at,
                   subject=asset.name, external_id=f"view:{row.id}:{agreements.day(hit.at)}", by=by, at=at)  # fmt: skip


def _tell(kind: str, row: AssetDelivery, version: AssetVersion, said: dict[str, object], *, by: Actor, at: datetime) -> None:
    told = {"asset": version.asset.name, "version": version.number, **said}
    events.record(kind, told, by=by, at=at, opportunity=row.opportunity_id, lead=row.lead_id, account=row.account_id, subject=row.id)
    audit.note(kind, by=by, at=at, kind="asset", subject=version.asset_id, detail=told)
