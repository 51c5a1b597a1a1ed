"""What time does to prices: approvals nobody answers go further up, quotes and proposals whose day is over end."""

from __future__ import annotations

from django.db.models import Q

from rounds.access.sight import system_sight
from rounds.actions.deals import approval_moves, proposal_life, quotes
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Proposal, Quote, QuoteApproval
from rounds.models.deals.proposals import OUT
from rounds.models.deals.quotes import OPEN_STATES, WAITING
from rounds.models.flow.days import house_day


def watch() -> int:
    """One round, each row in a transaction of its own; how many were moved. Several workers may watch at once."""
    at, moved = now(), 0
    with system_sight():
        late = list(QuoteApproval.objects.filter(WAITING, due_at__lte=at, escalated_at=None).select_related("quote"))
        today = house_day(at)
        ended = list(Proposal.objects.filter(Q(state__in=OUT), expires_on__lt=today))
        over = list(Quote.objects.filter(Q(state__in=OPEN_STATES), expires_on__lt=today))
    for step in late:
        with system_sight():
            moved += approval_moves.escalate(step, by=SYSTEM_ACTOR, at=at)
    for row in ended:
        with system_sight():
            moved += proposal_life.end(row, "expired", reason=f"It stood until {row.expires_on:%-d %B %Y}.", by=SYSTEM_ACTOR, at=at)
    for quote in over:
        with system_sight():
            moved += quotes.expire(quote, by=SYSTEM_ACTOR, at=at)
    return moved
