"""What committee and discovery say of the exit criteria of the first three stages."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count

from rounds.kit.clock import now
from rounds.kit.once import once
from rounds.models.deals.discovery import DiscoveryRecord
from rounds.models.deals.evidence import Evidence, evidence
from rounds.models.deals.members import members_of, seats_of
from rounds.models.deals.opportunities import Opportunity
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules import committee


def _whose(deal: Opportunity) -> str:
    return deal.owner.name if deal.owner else ""


def _url(deal: Opportunity, part: str) -> str:
    return f"/opportunities/{deal.id}/{part}/"


@evidence("committee.three_stakeholders")
def three_stakeholders(deal: Opportunity) -> Evidence:
    """PIPE-03, stage 1: as many people as the playbook asks are on the committee."""
    need, have = active().playbook.committee.warnings.few.at_least, len(seats_of(deal.id))
    says = f"{have} of {need} people"
    if have >= need:
        return Evidence("met", f"{have} people are on the committee", _url(deal, "committee"))
    more = need - have
    return Evidence("missing", says, _url(deal, "committee"), f"Put {more} more {'person' if more == 1 else 'people'} on the committee", _whose(deal))


@evidence("committee.champion_identified")
def champion_identified(deal: Opportunity) -> Evidence:
    """Stage 2: somebody champions it."""
    if committee.champions(active().playbook, members_of(deal.id, now())):
        return Evidence("met", "A champion is on the committee", _url(deal, "committee"))
    return Evidence("missing", "No champion yet", _url(deal, "committee"), "Find who would speak for it, and say so on the committee", _whose(deal))


@evidence("committee.champion_engaged")
def champion_engaged(deal: Opportunity) -> Evidence:
    """Stage 3: the champion was in touch lately."""
    book, at = active().playbook, now()
    people, days = members_of(deal.id, at), book.committee.champion.engaged_days
    if committee.champions(book, people, house_day(at)):
        return Evidence("met", f"The champion was in touch within {days} days", _url(deal, "committee"))
    if committee.champions(book, people):
        return Evidence("missing", f"The champion was not in touch for {days} days", _url(deal, "committee"), "Talk to the champion, and log it", _whose(deal))
    return Evidence("missing", "No champion yet", _url(deal, "committee"), "Find who would speak for it, and say so on the committee", _whose(deal))


@evidence("discovery.pains")
def pains(deal: Opportunity) -> Evidence:
    """Stage 2: pain points and use cases are written down."""
    return _written(deal, active().playbook.discovery.evidence.pains)


@evidence("discovery.technical")
def technical(deal: Opportunity) -> Evidence:
    """Stage 2: the technical requirements are mapped."""
    return _written(deal, active().playbook.discovery.evidence.technical)


@evidence("discovery.metrics")
def metrics(deal: Opportunity) -> Evidence:
    """Stage 2: what success is measured by is defined."""
    return _written(deal, active().playbook.discovery.evidence.metrics)


@once
def _records(deal: UUID) -> dict[str, int]:
    """Kind → how many records of it stand. One query."""
    rows = DiscoveryRecord.objects.filter(opportunity_id=deal, withdrawn_at=None).order_by()
    return dict(rows.values_list("kind").annotate(n=Count("pk")))


def _written(deal: Opportunity, need: Mapping[str, int]) -> Evidence:
    """Whether so many records of each kind are there."""
    have = {kind: count for kind, count in _records(deal.id).items() if kind in need}
    book = active().playbook.discovery
    missing = [(book.record(kind).title if book.record(kind) else kind).lower() for kind, least in need.items() if have.get(kind, 0) < least]
    count = sum(have.values())
    says = f"{count} written down" if count else "Nothing written down yet"
    if not missing:
        return Evidence("met", says, _url(deal, "discovery"))
    return Evidence("missing", says, _url(deal, "discovery"), f"Write down: {', '.join(missing)}", _whose(deal))
