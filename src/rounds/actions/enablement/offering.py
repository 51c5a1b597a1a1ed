"""Which video is offered for what, and sharing one in a single deed: for a task, a deal, a lead or an account (COMM-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rounds.actions.desk import tasks
from rounds.actions.enablement import assets, sharing, videos
from rounds.actions.enablement.refused import AssetRefused
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import agreements
from rounds.kit.actor import Actor
from rounds.models import Account, Asset, AssetDelivery, AssetVersion, Contact, EnrolmentStep, Lead, Opportunity, Task
from rounds.models.flow.active import active

INTRO = "intro"


@dataclass(frozen=True, slots=True)
class Offer:
    """A video that may go out now; `fits`: it is for this purpose, and for this stage, persona and segment."""

    asset: Asset
    version: AssetVersion
    fits: bool
    why: str


@dataclass(frozen=True, slots=True)
class Towards:
    """Whom a video goes to: one of deal, lead, account, and perhaps a person."""

    deal: Opportunity | None = None
    lead: Lead | None = None
    account: Account | None = None
    contact: Contact | None = None


def of_task(task: Task) -> Towards:
    """Whom the video of a task goes to."""
    deal = task.opportunity
    lead = None if deal else task.lead
    return Towards(deal, lead, None if deal or lead else task.account, task.contact or (deal.contact if deal else None))


def purpose_of(task: Task) -> str:
    """What the video of a task is for: a step of a sequence introduces somebody, a follow-up says it in its key."""
    kind, _, rest = (task.key or "").partition(":")
    if task.kind != videos.KIND:
        return ""
    return rest.partition(":")[0] if kind == videos.KIND else INTRO if kind == "step" else ""


def offered(to: Towards, purpose: str = "", *, at: datetime) -> list[Offer]:
    """Every video that may go out, those that fit first. Changes nothing."""
    on = agreements.day(at)
    fitting = assets.fitting(deal=to.deal, lead=to.lead, account=to.account, contact=to.contact, purpose=purpose, at=at)
    best = {one.candidate.key: (place, one.why) for place, one in enumerate(fitting)}
    live: dict[object, AssetVersion] = {}
    found = AssetVersion.objects.filter(asset__kind=videos.KIND, asset__retired_at=None, expires_on__gte=on).exclude(approved_at=None)
    for row in found.select_related("asset").order_by("number"):
        live[row.asset_id] = row
    rows = [Offer(row.asset, row, key in best, best[key][1] if key in best else "") for key, row in live.items()]
    return sorted(rows, key=lambda one: (not one.fits, best.get(one.asset.pk, (0, ""))[0], one.asset.name))


def share_video(asset: Asset, to: Towards, *, task: Task | None = None, by: Actor, at: datetime) -> tuple[AssetDelivery, str]:
    """Deliver an asset and make its link, in one go; the path is said this once. A `task` that asked for it is done by that,
    and the step of a sequence that made the task says so.

    Effects: those of assets.deliver and sharing.share; those of tasks.complete; the step's words. Raises AssetRefused (422).
    """
    if task is not None and not task.is_open:
        raise AssetRefused("This task is closed already; reopen it, or share the video from the record.")
    with deed(by):
        row = assets.deliver(deal=to.deal, lead=to.lead, account=to.account, contact=to.contact, asset=asset, by=by, at=at)
        if row is None:
            raise AssetRefused("There is no such video in the library.", field="asset")
        path = sharing.share(row, by=by, at=at)
        if task is not None:
            said = f"Shared “{asset.name}”"[:300]
            tasks.complete(task, outcome=said, by=by, at=at)
            EnrolmentStep.objects.filter(task=task).update(code="shared", said=said)
    return row, path


def ask_for(purpose: str, to: Towards, *, key: str, automation: str = "", by: Actor, at: datetime) -> tuple[Task, Asset] | None:
    """A task to share the video that fits this purpose best; None where none may go out.

    Effects: those of tasks.add.
    """
    best = next((one for one in offered(to, purpose, at=at) if one.fits), None)
    if best is None:
        return None
    owner, title = (to.deal or to.lead or to.account), active().playbook.assets.videos.by_code[purpose].title
    account = to.account or (to.deal.account if to.deal else None)
    row = tasks.add(f"{title}: share “{best.asset.name}”{f' with {to.contact.name}' if to.contact else ''}"[:300], kind=videos.KIND,
                    owner=owner.owner if owner else None, lead=to.lead, account=account, contact=to.contact, opportunity=to.deal,
                    note=best.why, key=f"{videos.KIND}:{purpose}:{key}", automation=automation, by=by, at=at)  # fmt: skip
    return row, best.asset
