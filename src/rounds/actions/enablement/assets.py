"""The library of content: assets, versions, approval, and to whom what went (AUTO-14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max

from rounds.actions.enablement import videos
from rounds.actions.enablement.refused import AssetRefused
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import agreements, audit, phi
from rounds.kit.actor import Actor
from rounds.models import Account, Asset, AssetDelivery, AssetVersion, Contact, Lead, Opportunity
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_zone
from rounds.rules import content as rules
from rounds.rules.routing.recycle import months_after

ENGAGED = {"answered": "They answered", "asked": "They asked about it", "met": "We went through it together"}


@phi.texts("name", "note", hold=False)
def add(name: str, *, kind: str, link: str, stages: Iterable[str] = (), personas: Iterable[str] = (), segments: Iterable[str] = (),
        note: str = "", purpose: str = "", platform: str = "", by: Actor, at: datetime) -> Asset:  # fmt: skip
    """Put an asset into the library, with its first version, not yet approved. A video says its `purpose`.

    Effects: Asset, AssetVersion, an audit entry. Raises AssetRefused (422).
    """
    book, name = active().playbook.assets, name.strip()[:200]
    if not name:
        raise AssetRefused("Name the asset.", field="name")
    if kind not in book.kinds.titles:
        raise AssetRefused(f"“{kind[:40]}” is no kind; choose {', '.join(book.kinds.titles)}.", field="kind")
    videos.check_purpose(kind, purpose)
    for field, said, known in (("stages", list(stages), book.stages.listed), ("personas", list(personas), tuple(book.personas.titles)),
                               ("segments", list(segments), book.segments.listed)):  # fmt: skip
        if unknown := [word for word in said if word not in known]:
            raise AssetRefused(f"“{unknown[0][:40]}” is none of the {field}; choose {', '.join(known)}.", field=field)
    with deed(by):
        if Asset.objects.filter(name=name, retired_at=None).exists():
            raise AssetRefused("An asset of this name is there; add a version to it.", field="name")
        row = Asset.objects.create(name=name, kind=kind, purpose=purpose, stages=list(stages), personas=list(personas), segments=list(segments),
                                   note=note.strip()[:1000], **signature(by, at))  # fmt: skip
        add_version(row, link, platform=platform, by=by, at=at)
        audit.note("asset.add", by=by, at=at, kind="asset", subject=row.id, detail={"name": name})
    return row


def add_version(asset: Asset, link: str, *, platform: str = "", by: Actor, at: datetime) -> AssetVersion:
    """A new version, not yet approved; the one before goes out until then. Of a video: the `platform` it lies on, a code of
    the playbook. Effects: AssetVersion, an audit entry. Raises AssetRefused (422)."""
    link = link.strip()
    if not link.startswith("https://") or len(link) > 1000:
        raise AssetRefused("Link to the file, beginning with https://.", field="link")
    videos.check_platform(asset, platform, at=at)
    with deed(by):
        number = (AssetVersion.objects.filter(asset=asset).aggregate(last=Max("number"))["last"] or 0) + 1
        row = AssetVersion.objects.create(asset=asset, number=number, link=link, platform=platform, **signature(by, at))
        audit.note("asset.version", by=by, at=at, kind="asset", subject=asset.id, detail={"number": number})
    return row


def approve(version: AssetVersion, *, expires_on: date | None = None, by: Actor, at: datetime) -> AssetVersion:
    """Let a version go out from now on, until `expires_on` (else as the playbook says). Not by whoever added it.

    Effects: approved_at, expires_on, an audit entry. Raises AssetRefused (422).
    """
    today = agreements.day(at)
    ends = expires_on or months_after(at.astimezone(house_zone()), active().playbook.assets.expires.months).date()
    if ends < today:
        raise AssetRefused("It would have expired already.", field="expires_on")
    if by.is_human and version.by_id == by.id:
        raise AssetRefused("Somebody else than who added it approves it.")
    videos.check_cleared(version, at=at)
    with deed(by):
        row = AssetVersion.objects.select_for_update().get(pk=version.pk)
        if row.approved_at is None:
            row.approved_at, row.approved_by, row.expires_on = at, by.name, ends
            row.save(update_fields=["approved_at", "approved_by", "expires_on"])
            audit.note("asset.approve", by=by, at=at, kind="asset", subject=row.asset_id, detail={"number": row.number, "until": ends.isoformat()})
    return row


def retire(asset: Asset, *, by: Actor, at: datetime) -> Asset:
    """Take an asset out; what went out stays on the record. Effects: retired_at, an audit entry."""
    with deed(by):
        if asset.retired_at is None:
            asset.retired_at = at
            asset.save(update_fields=["retired_at"])
            audit.note("asset.retire", by=by, at=at, kind="asset", subject=asset.id)
    return asset


def fitting(*, deal: Opportunity | None = None, lead: Lead | None = None, account: Account | None = None, contact: Contact | None = None,
            purpose: str = "", at: datetime) -> list[rules.Chosen]:  # fmt: skip
    """What would go to a deal (by the step it stands in) or a lead (nurture) now, the best first. With a `purpose` the videos
    of that one; without, none that is made for one person."""
    book, on = active().playbook.assets, agreements.day(at)
    newest: dict[Any, AssetVersion] = {}
    found = AssetVersion.objects.filter(asset__retired_at=None).exclude(approved_at=None).select_related("asset").order_by("number")
    for row in found.filter(asset__purpose=purpose) if purpose else found.exclude(asset__purpose__in=book.videos.personal):
        newest[row.asset_id] = row
    since = at - timedelta(days=book.again.days)
    mine = AssetDelivery.objects.filter(at__gt=since, **({"opportunity": deal} if deal else {"lead": lead} if lead else {"account": account}))
    sent = set(mine.values_list("version__asset", flat=True))
    account = (deal or lead).account if (deal or lead) else account
    contact = contact or (deal.contact if deal else None)
    return rules.choose(
        book, [rules.Candidate(one.asset, one.asset_id, agreements.day(one.approved_at), one.expires_on) for one in newest.values()],
        stage=deal.process if deal else "nurture", persona=book.personas.of_role(contact.role if contact else ""),
        segment=(lead.segment if lead else "") or _segment(account), on=on, sent=sent,
    )  # fmt: skip


def _segment(account: Account | None) -> str:
    return (account.segment or "") if account is not None else ""


def deliver(*, deal: Opportunity | None = None, lead: Lead | None = None, account: Account | None = None, contact: Contact | None = None,
            asset: Asset | None = None, automation: str = "", by: Actor, at: datetime) -> AssetDelivery | None:  # fmt: skip
    """Choose what fits a deal, a lead or an account (or take `asset`) and write down that it is to go; None where nothing fits.

    Effects: AssetDelivery, the event content.chosen, an audit entry. Raises AssetRefused (422) for an asset that may not go.
    """
    found = fitting(deal=deal, lead=lead, account=account, contact=contact, at=at)
    if asset is None and not found:
        return None
    why = next((one.why for one in found if one.candidate.key == (asset.pk if asset else found[0].candidate.key)), "chosen by hand")
    key = asset.pk if asset else found[0].candidate.key
    version = AssetVersion.objects.filter(asset=key).exclude(approved_at=None).select_related("asset").order_by("-number").first()
    if version is None or (version.expires_on and version.expires_on < agreements.day(at)):
        raise AssetRefused("No version of this asset is approved, or it has expired.", field="asset")
    with deed(by):
        row = AssetDelivery.objects.create(
            version=version, opportunity=deal, lead=lead if deal is None else None, account=account if deal is None and lead is None else None,
            contact=contact or (deal.contact if deal else None), why=why, automation=automation, **signature(by, at),
        )  # fmt: skip
        _tell("content.chosen", row, {"why": why}, by=by, at=at)
    return row


def sent(delivery: AssetDelivery, *, by: Actor, at: datetime) -> AssetDelivery:
    """Somebody sent it. Effects: sent_at, content.sent, an audit entry; said again, nothing."""
    with deed(by):
        row = _locked(delivery)
        if row.sent_at is None:
            row.sent_at = at
            row.save(update_fields=["sent_at"])
            _tell("content.sent", row, {}, by=by, at=at)
    return row


def opened(delivery: AssetDelivery, *, by: Actor, at: datetime) -> AssetDelivery:
    """A machine reports an opening: counted, and nothing follows from it (no event, no points). Effects: opens, opened_at."""
    with deed(by):
        AssetDelivery.objects.filter(pk=delivery.pk).update(opens=F("opens") + 1, opened_at=at)
        delivery.refresh_from_db()
    return delivery


def engaged(delivery: AssetDelivery, how: str, *, by: Actor, at: datetime) -> AssetDelivery:
    """A person says that it was read: `how` of ENGAGED. Effects: engaged, content.engaged, an audit entry. Raises
    AssetRefused (422)."""
    if how not in active().playbook.assets.engaged.by:
        raise AssetRefused("Say how you know: they answered, asked, or you went through it together.", field="how")
    with deed(by):
        row = _locked(delivery)
        if not row.engaged:
            row.engaged, row.engaged_at = how, at
            row.sent_at = row.sent_at or at
            row.save(update_fields=["engaged", "engaged_at", "sent_at"])
            _tell("content.engaged", row, {"how": how}, by=by, at=at)
    return row


def _locked(delivery: AssetDelivery) -> AssetDelivery:
    return AssetDelivery.objects.select_for_update(of=("self",)).select_related("version__asset").get(pk=delivery.pk)


def _tell(kind: str, row: AssetDelivery, said: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    told = {"asset": row.version.asset.name, "version": row.version.number, **said}
    events.record(kind, told, by=by, at=at, opportunity=row.opportunity_id, lead=row.lead_id, account=row.account_id, subject=row.id)
    audit.note(kind, by=by, at=at, kind="asset", subject=row.version.asset_id, detail=told)
