"""What holds for videos of the library: what each is for, where it lies, and what comes before a recording goes out (COMM-12)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.enablement.refused import AssetRefused
from rounds.actions.flow.deeds import deed
from rounds.actions.reach.rooms import rooms
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Asset, AssetVersion
from rounds.models.flow.active import active

KIND = "video"


def check_purpose(kind: str, purpose: str) -> None:
    """A video is for one of the playbook's purposes, and nothing else has one. Raises AssetRefused (422)."""
    known = active().playbook.assets.videos.by_code
    if kind == KIND and purpose not in known:
        raise AssetRefused(f"Say what the video is for: {', '.join(known)}.", field="purpose")
    if kind != KIND and purpose:
        raise AssetRefused("Only a video has a purpose; choose the kind video, or leave the purpose out.", field="purpose")


def is_recording(asset: Asset) -> bool:
    """Whether a real session is seen in it."""
    purpose = active().playbook.assets.videos.by_code.get(asset.purpose)
    return purpose is not None and purpose.recording


def check_platform(asset: Asset, platform: str, *, at: datetime) -> None:
    """Where a video lies is a platform of the register; for a recording one with a BAA in force. Raises AssetRefused (422)."""
    if asset.kind != KIND:
        if platform:
            raise AssetRefused("Only a video lies on a platform; leave it out.", field="platform")
        return
    known = {one.code: one for one in rooms(None, at=at)}
    if platform and platform not in known:
        raise AssetRefused(f"There is no platform “{platform[:40]}”; use one of: {', '.join(known)}.", field="platform")
    if not is_recording(asset):
        return
    if not platform:
        raise AssetRefused(f"Say on which platform the recording lies: {', '.join(known)}.", field="platform")
    if known[platform].why_not:
        raise AssetRefused(f"A recording cannot lie on {known[platform].title}. {known[platform].why_not}", field="platform")


@phi.texts("seen", needed=("seen",))
def clear(version: AssetVersion, *, seen: str, no_patient_data: bool, by: Actor, at: datetime) -> AssetVersion:
    """Somebody watched a recording to its end: no patient data is shown or heard, and who is `seen` in it agreed to that.

    Effects: seen, watched_at, an audit entry. Raises AssetRefused (422).
    """
    if not is_recording(version.asset):
        raise AssetRefused("Only a recording is watched through before it is approved; approve this one as it is.")
    if not no_patient_data:
        raise AssetRefused("A recording that shows patient data does not go out. Cut it, add the cut as a new version, and watch that one.", field="no_patient_data")
    if not seen.strip():
        raise AssetRefused("Say who is seen or heard in it, and that each agreed; write “nobody of theirs” where only ours are.", field="seen")
    with deed(by):
        row = AssetVersion.objects.select_for_update(of=("self",)).select_related("asset").get(pk=version.pk)
        if row.approved_at is not None:
            raise AssetRefused("This version was approved already; its word stays as it was given.")
        row.seen, row.watched_at, row.watched_by = seen.strip()[:500], at, by.name
        row.save(update_fields=["seen", "watched_at", "watched_by"])
        audit.note("asset.clear", by=by, at=at, kind="asset", subject=row.asset_id, detail={"number": row.number})
    return row


def check_cleared(version: AssetVersion, *, at: datetime) -> None:
    """A recording goes out only watched through, from a platform whose agreement holds. Raises AssetRefused (422)."""
    if not is_recording(version.asset):
        return
    if version.watched_at is None:
        raise AssetRefused("Watch the recording to its end first: say that no patient data is shown, and who in it agreed to be seen.")
    check_platform(version.asset, version.platform, at=at)
