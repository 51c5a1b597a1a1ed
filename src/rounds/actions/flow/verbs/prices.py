"""Deeds on proposals (AUTO-05, PIPE-12)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals import proposal_life
from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, done, verb
from rounds.kit.actor import Actor
from rounds.models import Proposal
from rounds.models.deals.proposals import OUT


@verb("proposal.follow_up", says="follow up proposals", emits=("task.added",))
def follow_up(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The daily look at every proposal that waits for an answer."""
    rows = Proposal.objects.filter(state__in=OUT).select_related("opportunity__account", "opportunity__owner").order_by("sent_at")
    told = [what for row in rows if (what := proposal_life.follow_up(row, by=by, at=at))]
    return done(f"{len(told)} to look after" if told else "nothing to look after")
