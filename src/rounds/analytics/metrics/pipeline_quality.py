"""ANALYTICS-20: how well the open deals are looked after."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import longest_seconds, one_if, open_deals, seconds


@metric(number="ANALYTICS-20", title="Pipeline quality", unit="score", how="ratio", when="open at", noun="opportunity", population="Open deals", by=(*OF_DEALS, "kind"))
def pipeline_quality(t, w, book):
    """Of 100: each open deal is tested for an amount, a close date that is not past, a dated next step, a stage it has not stood in for too long,
    and budget, authority, need and timing met; the share of passed tests over all deals."""
    import ibis

    deals = open_deals(t)
    since = ibis.coalesce(deals.process_since, deals.stage_since, deals.opened_at)
    tests = {
        "amount": deals.amount_cents > 0,
        "close": deals.close_on >= w.day,
        "next_step": deals.has_next_step & deals.next_step_due.notnull(),
        "age": seconds(since, ibis.literal(w.at)) <= longest_seconds(book, deals.stage),
        "bant": deals.bant == "met",
    }
    asked = [one_if(tests[name]) for name in book.measures.quality.tests]
    passed = sum(asked[1:], asked[0])
    return deals.mutate(top=passed * 100, base=ibis.literal(len(asked), "int64"))
