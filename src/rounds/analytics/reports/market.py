"""Sections about the market: our share of it, who stands against us, why deals were won and lost."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from fractions import Fraction

from django.db.models import Count, F, Q

from rounds.access.scope import visible
from rounds.analytics.reports.asked import Asked
from rounds.analytics.reports.content import Filled, Row, Table
from rounds.analytics.reports.pipeline import figures
from rounds.models import Account, Customer, Opportunity, OpportunityCompetitor
from rounds.playbook.shapes.reports import ReportSection
from rounds.rules.numbers.showing import shown

HUNDRED = 100


def share(asked: Asked, said: ReportSection) -> Filled:
    """Customers of each segment out of the accounts there are to be won (REPORT-10)."""
    known = dict(visible(Account, asked.scope).filter(status="open", is_unit=True).values_list("segment").annotate(many=Count("id")))
    ours = dict(visible(Customer, asked.scope).filter(churned_on=None).values_list("account__segment").annotate(many=Count("account_id", distinct=True)))
    stated = {one.segment: one for one in asked.book.reports.addressable}
    rows, won, total = [], 0, 0
    for segment in asked.book.segments.segments:
        code = segment.segment
        there = stated[code].accounts if code in stated else known.get(code, 0)
        if not there:
            continue
        mine = ours.get(code, 0)
        won, total = won + mine, total + there
        origin = stated[code].origin if code in stated else "accounts we know"
        rows.append(Row((segment.title, (f"{mine:,}", "/customers/"), f"{there:,}", shown(Fraction(HUNDRED * mine, there), "percent"), origin)))
    if not total:
        return Filled((("There is no account of any segment yet, so that a share of the market cannot be told.",),))
    sentence = f"{won:,} of {total:,} accounts there are to be won are customers: {shown(Fraction(HUNDRED * won, total), 'percent')}."
    return Filled(((sentence,),), tables=(Table(("Segment", "Customers", "Accounts", "Share", "Where the accounts are from"), tuple(rows)),))


def competitors(asked: Asked, said: ReportSection) -> Filled:
    """Who stands against us in open deals, and how what was decided in the period ended."""
    whole, window = figures(asked, said), asked.window
    period = Q(opportunity__closed_at__gte=window.start.replace(tzinfo=UTC), opportunity__closed_at__lt=window.end.replace(tzinfo=UTC))
    won = Q(opportunity__stage=asked.book.stages.ending("won"))
    rows = OpportunityCompetitor.objects.filter(opportunity__in=visible(Opportunity, asked.scope)).values(name=F("competitor__name")).annotate(
        open=Count("opportunity_id", filter=Q(opportunity__closed_at=None), distinct=True), ours=Count("opportunity_id", filter=period & won, distinct=True),
        lost=Count("opportunity_id", filter=period & ~won, distinct=True)).filter(Q(open__gt=0) | Q(ours__gt=0) | Q(lost__gt=0)).order_by("-open", "-lost", "name")  # fmt: skip
    found = list(rows)
    if not found:
        return Filled((("No competitor was met in a deal that is open or was decided in this time.",), *whole.sentences), whole.figures)
    table = Table(("Competitor", "In open deals", "Won against", "Lost where met"), tuple(
        Row((one["name"], f"{one['open']}", f"{one['ours']}", f"{one['lost']}")) for one in found[: asked.length]), max(len(found) - asked.length, 0))  # fmt: skip
    many = "1 competitor is" if len(found) == 1 else f"{len(found)} competitors are"
    return Filled(((f"{many} met in open or decided deals.",), *whole.sentences), whole.figures, (table,))


def decided(asked: Asked, said: ReportSection) -> Filled:
    """The deals that were won and lost in the period, and the reasons that were given."""
    whole, window = figures(asked, said), asked.window
    rows = list(visible(Opportunity, asked.scope).filter(closed_at__gte=window.start.replace(tzinfo=UTC), closed_at__lt=window.end.replace(tzinfo=UTC)))
    if not rows:
        return Filled(((f"No deal was won or lost in {asked.period.title}.",), *whole.sentences), whole.figures)
    won = sum(row.stage == asked.book.stages.ending("won") for row in rows)
    reasons = Counter(row.lost_reason or "Not said" for row in rows if row.stage != asked.book.stages.ending("won"))
    table = Table(("Why deals were lost", "Deals"), tuple(Row((reason.replace("_", " ").capitalize(), f"{many}")) for reason, many in reasons.most_common(asked.length)))
    sentence = f"{won} won and {len(rows) - won} lost in {asked.period.title}."
    return Filled(((sentence,), *whole.sentences), whole.figures, (table,) if reasons else ())
