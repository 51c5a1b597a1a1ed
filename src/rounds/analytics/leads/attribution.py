"""Which channels bring leads, deals and money: every touch on the way, credited by five readings (LEAD-28, ANALYTICS-50).

A way begins with the lead's source, at the moment it was captured, and goes on with each activity that was somebody's:
of the lead, and of its account once there is a deal. Acts of machines, withdrawn ones and signals of the market are no
touches. A lead's way ends when it became a deal, a deal's when it was closed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Lead, LeadActivity, Opportunity
from rounds.models.facts import SIGNALS
from rounds.playbook import Playbook, default
from rounds.playbook.shapes.tended import Attribution
from rounds.rules.attribution import MODELS, Model, credits, dealt

MEASURES = {"leads": "Leads", "deals": "Deals", "amount": "Amount of deals", "won": "Amount won"}
MOST = 5_000
"""The newest so many leads are looked at, so that the page answers at once."""
Touch = tuple[str, datetime]


@dataclass
class Way:
    """One lead's way: its touches, the deal it became, the deal's yearly amount and whether it was won."""

    touches: list[Touch]
    deal: UUID | None = None
    cents: int = 0
    won: bool = False


@dataclass
class Line:
    """One channel: on how many ways it lies, how many touches, and what each reading credits it with (a count, or cents)."""

    channel: str
    title: str
    ways: int = 0
    touches: int = 0
    credit: dict[Model, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Attributed:
    """`lines` by linear credit, `total` the sum every reading comes to, `looked_at` of `whole` leads of the stretch, `deals`
    those that became deals and `priced` of them those with an amount."""

    lines: list[Line]
    total: float
    looked_at: int
    whole: int
    deals: int
    priced: int


def attributed(scope: Scope, book: Playbook, measure: str, since: datetime, at: datetime) -> Attributed:
    """The leads captured since then, by what they brought. Five queries."""
    rows = visible(Lead, scope).filter(captured_at__gte=since, captured_at__lte=at, merged_into=None)
    whole, found = rows.count(), list(rows.order_by("-captured_at").values_list("id", "source", "captured_at", "account_id")[:MOST])
    ways = _ways(scope, book, found, at)
    counted = {key: way for key, way in ways.items() if measure == "leads" or (way.deal and (measure == "deals" or (way.cents and (measure == "amount" or way.won))))}
    lines = _lines(book, counted.values(), measure)
    total = sum(way.cents for way in counted.values()) if measure in ("amount", "won") else len(counted)
    deals = [way for way in ways.values() if way.deal]
    return Attributed(lines, total, len(found), whole, len(deals), sum(bool(way.cents) for way in deals))


def _ways(scope: Scope, book: Playbook, leads: list[tuple], at: datetime) -> dict[UUID, Way]:
    ways = {key: Way([(book.engagement.channel_of_source(source) if source else "unsaid", captured)]) for key, source, captured, _ in leads}
    won = {code for code, one in book.stages.by_code.items() if one.end == "won"}
    ends, of_account = dict.fromkeys(ways, at), defaultdict(list)
    deals = visible(Opportunity, scope).filter(lead_id__in=list(ways))
    for deal, lead, account, stage, cents, opened, closed in deals.values_list("id", "lead_id", "account_id", "stage", "amount_company_cents", "opened_at", "closed_at"):
        ways[lead].deal, ways[lead].cents, ways[lead].won = deal, cents or 0, stage in won
        ends[lead] = closed or at
        of_account[account].append((lead, opened))
    acts = LeadActivity.objects.filter(withdrawn_at=None, machine="", happened_at__lte=at).exclude(kind__in=SIGNALS)
    for lead, kind, when in acts.filter(lead_id__in=list(ways)).values_list("lead_id", "kind", "happened_at"):
        if when <= ends[lead]:
            ways[lead].touches.append((book.engagement.channel_of(kind), when))
    for account, kind, when in acts.filter(lead=None, account_id__in=list(of_account)).values_list("account_id", "kind", "happened_at"):
        for lead, _ in of_account[account]:
            if ways[lead].touches[0][1] <= when <= ends[lead]:
                ways[lead].touches.append((book.engagement.channel_of(kind), when))
    return ways


def _lines(book: Playbook, ways, measure: str) -> list[Line]:
    titles = {one.channel: one.title for one in book.engagement.channels.list} | {"unsaid": "Source not said"}
    figures = figures_of(book)
    lines: dict[str, Line] = {}
    sums: dict[str, dict[Model, Fraction]] = defaultdict(lambda: dict.fromkeys(MODELS, Fraction(0)))
    for way in ways:
        for channel in {channel for channel, _ in way.touches}:
            lines.setdefault(channel, Line(channel, titles.get(channel, channel))).ways += 1
        for channel, _ in way.touches:
            lines[channel].touches += 1
        for model in MODELS:
            shares = credits(figures, model, way.touches)
            given = dealt(way.cents, shares) if measure in ("amount", "won") else shares
            for channel, part in given.items():
                sums[channel][model] += part
    for channel, line in lines.items():
        line.credit = {model: round(float(part), 1) if measure in ("leads", "deals") else int(part) for model, part in sums[channel].items()}
    return sorted(lines.values(), key=lambda line: (-line.credit["linear"], line.title))


def figures_of(book: Playbook) -> Attribution:
    """The figures of the readings: the playbook's, or the shipped ones where an older one says none."""
    return book.engagement.attribution or default().engagement.attribution


def since_of(days: int, at: datetime) -> datetime:
    """The beginning of a stretch of so many days."""
    return at - timedelta(days=days)
