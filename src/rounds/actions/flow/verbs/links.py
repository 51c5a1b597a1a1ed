"""Deeds towards other systems: a webhook is called through the outbox, once for each step (AUTO-12)."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from rounds.actions.flow import deliveries
from rounds.actions.flow.verbs.people import url_of
from rounds.actions.flow.verbs.verb import Context, Outcome, Said, done, refused, verb
from rounds.kit.actor import Actor
from rounds.models import Webhook


class Called(Said):
    """`hook`: the name of a webhook of this workspace."""

    hook: str = Field(min_length=1)


@verb("webhook.call", shape=Called, says="call a webhook")
def call(context: Context, said: Called, *, by: Actor, at: datetime) -> Outcome:
    """Hand a message for a webhook to the outbox: it leaves once, or waits while everything outbound is held."""
    hook = Webhook.objects.filter(name=said.hook, off_at=None, ended_at=None).first()
    if hook is None:
        return refused(f"there is no open webhook named {said.hook}")
    lead, account = context.lead, context.account
    content = {
        "event": "automation", "automation": context.automation.automation, "title": context.automation.title,
        "cause": context.run.cause_kind, "at": at.isoformat(), "url": url_of(context),
        "lead": str(lead.id) if lead else None, "account": str(account.id) if account else None,
        "band": lead.driving_band if lead else None, "score": lead.score_total if lead else None,
    }  # fmt: skip
    row = deliveries.post(hook.kind, hook, content, key=context.key, by=by, at=at, lead=lead.id if lead else None)
    return done(f"handed to the outbox ({row.state})", delivery=row.id)
