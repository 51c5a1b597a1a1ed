"""Sections about what a quarter brings: projections, and how sure people said they are."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from rounds.access.scope import visible
from rounds.analytics.reports.asked import Asked
from rounds.analytics.reports.content import Filled, Named, Row, Table
from rounds.analytics.reports.outlook import Sentences, ranges
from rounds.analytics.reports.pipeline import CENTS, figures
from rounds.models import DealSnapshot, Opportunity, SnapshotDay
from rounds.models.deals.listing import summed
from rounds.playbook.shapes.reports import ReportSection
from rounds.rules.forecast.methods import Deal, by_category, parted
from rounds.rules.numbers.showing import short
from rounds.rules.pipeline import probability
from rounds.rules.pricing.cents import BASE as WHOLE


def projections(asked: Asked, said: ReportSection) -> Filled:
    """What the quarter brings: the range, how it moved since Monday, and what open deals bring by simpler ways."""
    whole, period = figures(asked, said), asked.period
    first, table = ranges(asked)
    rows = summed(visible(Opportunity, asked.scope).filter(closed_at=None), {})
    deals = [Deal(str(row.pk), row.stage, row.forecast_category, row.counted_cents or 0, row.close_on) for row in rows]
    found = parted(deals, period.starts, period.ends, asked.today)
    if not found.inside:
        none = f"No open deal is to close in what is left of {period.title}."
        return Filled((*first, (none,), *_beside(found), *whole.sentences), whole.figures, table)
    chances, shares = probability.targets(asked.book), asked.book.forecast.categories.percent
    weighted = sum(probability.weighted(deal.cents, chances.get(deal.stage, 0)) for deal in found.inside)
    by_word = sum(probability.weighted(deal.cents, shares.get(deal.category, 0) * (WHOLE // 100)) for deal in found.inside)
    simple = (f"{_deals(len(found.inside))} {'is' if len(found.inside) == 1 else 'are'} to close until {period.ends:%-d %b %Y}: {_money(weighted)} weighted "
              f"by the target chances of their stages, {_money(by_word)} by their categories.")  # fmt: skip
    titles = asked.book.closing.forecast.titles
    parts = by_category(found.inside)
    kinds = Table(("Category", "Deals", "Amount", "Counted at"), tuple(
        Row((titles.get(code, code), f"{parts[code][0]}", _money(parts[code][1]), f"{shares.get(code, 0)} %")) for code in titles if code in parts))  # fmt: skip
    return Filled((*first, (simple,), *_beside(found), *whole.sentences), whole.figures, (*table, kinds))


def _beside(found: object) -> Sentences:
    """What no projection holds: deals whose date has passed, and those without one."""
    past, undated = len(found.past), len(found.undated)  # type: ignore[attr-defined]
    said = [f"{_deals(past)} should have closed before today"] if past else []
    said += [f"{_deals(undated)} {'has' if undated == 1 else 'have'} no close date"] if undated else []
    return ((f"{' and '.join(said)}: counted nowhere.",),) if said else ()


def recategorised(asked: Asked, said: ReportSection) -> Filled:
    """Open deals whose category is another than a week before, as both were kept."""
    then = asked.today - timedelta(weeks=1)
    before = dict(DealSnapshot.objects.filter(day__lte=then).order_by("opportunity_id", "-day").distinct("opportunity_id")
                  .values_list("opportunity_id", "forecast_category"))  # fmt: skip
    if not SnapshotDay.objects.filter(day__lte=then).exists():
        return Filled(((f"How sure people were on {then:%-d %b %Y} was not kept, so that a change cannot be told.",),))
    titles = asked.book.closing.forecast.titles
    rows = [row for row in visible(Opportunity, asked.scope).filter(closed_at=None, pk__in=before).order_by("-amount_company_cents", "id")
            if row.forecast_category != before[row.pk]]  # fmt: skip
    if not rows:
        return Filled(((f"No change: no open deal changed its category since {then:%-d %b %Y}.",),))
    shares = asked.book.forecast.categories.percent
    more = sum(shares.get(row.forecast_category, 0) > shares.get(before[row.pk], 0) for row in rows)
    table = Table(("Deal", "Was", "Is", "Amount"), tuple(
        Row((Named(row.name, f"/opportunities/{row.pk}/"), titles.get(before[row.pk], before[row.pk]), titles.get(row.forecast_category, row.forecast_category),
             _money(row.amount_company_cents or 0)), str(row.pk), str(row.account_id)) for row in rows[: asked.length]), max(len(rows) - asked.length, 0))  # fmt: skip
    return Filled(((f"{_deals(len(rows))} changed category since {then:%-d %b %Y}: {more} surer, {len(rows) - more} less sure.",),), tables=(table,))


def _deals(many: int) -> str:
    return f"{many:,} {'deal' if many == 1 else 'deals'}"


def _money(cents: int) -> str:
    return short(Fraction(cents, CENTS), "money")
