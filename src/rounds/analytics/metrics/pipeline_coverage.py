"""ANALYTICS-12: whether the open deals are enough for the quota."""

from rounds.analytics.numbers.definition import metric
from rounds.analytics.numbers.rows import on_days, open_and_closing, won_deals

DIMS = ("id", "territory", "owner_id", "team_id")


@metric(number="ANALYTICS-12", title="Pipeline coverage", unit="times", how="ratio", when="closing in", noun="opportunity", population="Open deals of those who have a quota in the period, that close from today to its end, against their quotas", small=False, start_of_past=True, sides="cents", by=("territory", "owner", "team"))
def pipeline_coverage(t, w, book):
    """Open deals that are still to close in the period, divided by what is left of its quota (quota less what was won in it; all of the quota
    where the playbook says coverage_of: full_quota). A deal whose close date has passed counts nowhere until it is given a new one, as on
    the page of the number. Of a period that is over it is told as it stood when the period began. Quotas that
    lie wholly in the period count; once the quota is reached there is nothing to cover. As in quota attainment, deals of people whose quota one does
    not see, or who have none, count on neither side."""
    import ibis

    running = w.at < w.end
    deals = t.deals if running else t.stood(w.period.starts, open_and_closing(w))
    deals = deals.filter(deals.outcome == "open", on_days(deals.close_on, w))
    if running:
        deals = deals.filter(deals.close_on >= w.day)
    quotas = t.quotas
    quotas = quotas.filter(quotas.starts_on >= w.period.starts, quotas.ends_on <= w.period.ends)
    deals = deals.semi_join(quotas, deals.owner_id == quotas.owner_id)
    nothing, amount = ibis.literal(0, "int64"), deals.counted_cents.fill_null(0)
    parts = [
        deals.select(*DIMS, top=amount, base=nothing, counts=ibis.literal(True)),
        quotas.select(*DIMS, top=nothing, base=quotas.cents, counts=ibis.literal(False)),
    ]
    if running and book.measures.coverage_of.value == "remaining":
        won = won_deals(t, w)
        won = won.semi_join(quotas, won.owner_id == quotas.owner_id)
        parts.append(won.select(*DIMS, top=nothing, base=-won.counted_cents.fill_null(0), counts=ibis.literal(False)))
    return ibis.union(*parts)
