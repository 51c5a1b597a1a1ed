"""One-off sends: a newsletter, a webinar, an event, a resource; each with its name, begun by enrolling, stopped as a whole (COMM-16)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rounds.access.allowed import NotAllowed, may, who_may
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Campaign, Enrolment, EnrolmentStep, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.playbook import Playbook
from rounds.playbook.checks.reaching import UNWRITTEN
from rounds.playbook.shapes.sequences import Sequence

FAMILY = "campaign"
"""The family of sequences that are sends to many."""
LONGEST = 120


class CampaignStopped(Refusal):
    """A send of this name was stopped; give the new one another name."""

    field = "campaign"


@phi.texts("name")
def opened(sequence: Sequence, name: str, *, by: Actor, at: datetime) -> Campaign:
    """The send of that name, begun now or before; unsaid, it is called by its title and the day.

    Effects: Campaign, an audit entry; one that was finished goes on. Raises CampaignStopped (409).
    """
    said = " ".join(name.split())[:LONGEST] or f"{sequence.title}, {house_day(at):%-d %B %Y}"
    with deed(by):
        row, made = Campaign.objects.get_or_create(kind=sequence.code, name=said, defaults={
            "template": next((step.template for step in sequence.steps if step.template), ""), "begun_at": at, **signature(by, at)})  # fmt: skip
        row = Campaign.objects.select_for_update().get(pk=row.pk)  # who stops it now waits, and ends whoever is enrolled here too
        if row.state == "stopped":
            raise CampaignStopped
        if row.state == "finished":
            row.state, row.ended_at = "running", None
            row.save(update_fields=["state", "ended_at"])
        if made:
            audit.note("campaign.begin", by=by, at=at, kind="campaign", subject=row.id, detail={"sequence": sequence.code})
    return row


def settle(key: UUID | None, *, at: datetime) -> None:
    """A send of which nobody is under way any more is finished. Effects: state.

    The send is held while it is asked: of two that end at once the second sees that the first is gone.
    """
    if key is None or not Campaign.objects.select_for_update().filter(pk=key, state="running").values_list("pk").first():
        return
    if not Enrolment.objects.filter(campaign=key).exclude(state="ended").exists():
        Campaign.objects.filter(pk=key).update(state="finished", ended_at=at)


@phi.texts("why")
def stop(row: Campaign, *, why: str = "", by: Actor, at: datetime) -> Campaign:
    """Stop a send for whoever did not get it yet; what went, went. Stopped already: nothing happens.

    Effects: stopped, enrolments ended with their events, an audit entry.
    """
    from rounds.actions.reach.enrolling import end

    with deed(by):
        # Steps before their send, as the worker takes them: the other way round the two would wait for each other.
        list(EnrolmentStep.objects.select_for_update().filter(enrolment__campaign=row, state="planned").order_by("pk").values_list("pk"))
        if Campaign.objects.filter(pk=row.pk).exclude(state="stopped").update(state="stopped", ended_at=at, why=why.strip()[:300]):
            for each in Enrolment.objects.filter(campaign=row).exclude(state="ended"):
                end(each, "by_hand", why=why or f"{row.name} was stopped.", by=by, at=at)
            audit.note("campaign.stop", by=by, at=at, kind="campaign", subject=row.id)
    row.refresh_from_db()
    return row


def unwritten(book: Playbook, sequence: Sequence) -> str:
    """The first part of its texts that is still to be written, as it stands there; "" where there is none."""
    for step in sequence.steps:
        for way in book.templates[step.template].ways if step.template in book.templates else ():
            for line in f"{way.subject}\n{way.text}".splitlines():
                if UNWRITTEN in line:
                    return line.strip()
    return ""


def not_allowed(code: str, user: User | None) -> NotAllowed | None:
    """Why `user` may not send `code` to many at once; None where they may, or it is no one-off send, or nobody in person sends."""
    sequence = active().playbook.sequences.get(code)
    if sequence is None or sequence.family != FAMILY or user is None or may(user, "campaigns.run"):
        return None
    return NotAllowed(who_may("campaigns.run"))
