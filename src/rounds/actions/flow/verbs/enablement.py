"""Deeds on content and hand-offs (AUTO-14, AUTO-17)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.desk import tasks
from rounds.actions.enablement import assets, handoffs, offering
from rounds.actions.flow.verbs.verb import Context, Outcome, Said, done, refused, verb
from rounds.kit.actor import Actor
from rounds.models import Opportunity
from rounds.models.flow.active import active


class ContentSaid(Said):
    """`content`: what it is meant for (stage, education, syndication): a word for people."""

    content: str = ""


class VideoSaid(Said):
    """`purpose`: what the video is for (assets.yaml)."""

    purpose: str


class HandOffSaid(Said):
    kind: str
    title: str = ""


def deal_of(context: Context) -> Opportunity | None:
    """The deal the run is about, if it is about one."""
    key = context.run.opportunity_id
    return Opportunity.objects.select_related("account", "owner", "contact", "team").filter(pk=key).first() if key else None


@verb("content.deliver", shape=ContentSaid, says="choose content and have it sent", emits=("content.chosen", "task.added"), needs="record")
def deliver(context: Context, said: ContentSaid, *, by: Actor, at: datetime) -> Outcome:
    """The asset that fits goes onto the record, and its owner has a task to send it."""
    deal, lead = deal_of(context), context.lead
    if deal is None and lead is None:
        return refused("content goes to a deal or a lead")
    row = assets.deliver(deal=deal, lead=lead, automation=context.automation.automation, by=by, at=at)
    if row is None:
        return refused("nothing of the library fits; approve an asset for this stage")
    about = {"opportunity": deal, "account": deal.account} if deal else {"lead": lead, "account": lead.account}
    tasks.add(f"Send “{row.version.asset.name}”{f' to {row.contact.name}' if row.contact else ''}", kind="other", owner=(deal or lead).owner,
              note=f"{row.version.link}\n{row.why}", key=f"content:{row.pk}", automation=context.automation.automation, by=by, at=at, **about)  # fmt: skip
    return done(f"“{row.version.asset.name}” ({row.why}) is to be sent", delivery=row.pk)


@verb("video.offer", shape=VideoSaid, says="offer a video to share", emits=("task.added",), needs="record")
def offer(context: Context, said: VideoSaid, *, by: Actor, at: datetime) -> Outcome:
    """The video of this purpose that fits best is offered to the owner, to be shared from the task in two clicks."""
    if said.purpose not in (known := active().playbook.assets.videos.by_code):
        return refused(f"there is no purpose {said.purpose}; use one of: {', '.join(known)}")
    deal, lead = deal_of(context), context.lead
    to = offering.Towards(deal, None if deal else lead, None if deal or lead else context.account, deal.contact if deal else None)
    made = offering.ask_for(said.purpose, to, key=str(context.run.pk), automation=context.automation.automation, by=by, at=at)
    if made is None:
        return refused(f"no video is approved for this: {known[said.purpose].title.lower()}")
    return done(f"“{made[1].name}” is offered to be shared", task=made[0].pk)


@verb("handoff.give", shape=HandOffSaid, says="hand over to another department", emits=("handoff.given",), needs="record")
def hand_over(context: Context, said: HandOffSaid, *, by: Actor, at: datetime) -> Outcome:
    """A hand-off of the kind said, once a run."""
    kind = active().playbook.handoffs.kinds.get(said.kind)
    if kind is None:
        return refused(f"there is no hand-off of the kind {said.kind}")
    deal, account = deal_of(context), context.account or (context.lead.account if context.lead else None)
    what = deal or account
    title = said.title or f"{kind.title}{f': {what}' if what else ''}"
    row = handoffs.give(said.kind, title, deal=deal, account=account, key=f"{context.run.pk}:{context.step.position}",
                        automation=context.automation.automation, by=by, at=at)  # fmt: skip
    return done(f"handed to {active().playbook.handoffs.departments[row.to_department].title}", handoff=row.pk)


