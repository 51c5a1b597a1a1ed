"""ANALYTICS-34: of the deals that entered a stage, how many went on."""

from datetime import timedelta

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import of_deals, one_if, within


@metric(number="ANALYTICS-34", title="Stage conversion", unit="percent", how="share", when="entered in", noun="opportunity", population="Deals that entered a stage in the period, long enough ago to have gone on", by=OF_DEALS)
def stage_conversion(t, w, book):
    """Of the deals that first entered a stage in the period, those that reached a later one or were won. Only entries that are old enough count
    (ripe_days before today), so that a young stage does not look like a bad one."""
    import ibis

    entries, places = t.stage_changes, {code: n for n, code in enumerate((*book.stages.open, book.stages.ending("won")))}
    place = ibis.cases(*[(entries.now == code, ibis.literal(n, "int64")) for code, n in places.items()])
    entries = entries.mutate(place=place).filter(ibis._.place.notnull())
    first = entries.group_by(["deal_id", "now", "place"]).aggregate(entered_at=entries.entered_at.min())
    best = entries.group_by("deal_id").aggregate(best=entries.place.max()).rename(best_id="deal_id")
    both = first.inner_join(best, first.deal_id == best.best_id)
    both = both.filter(within(both.entered_at, w), both.entered_at <= w.known - timedelta(days=book.measures.ripe_days.value), both.now.isin(list(book.stages.open)))
    return of_deals(t, both.mutate(top=one_if(both.best > both.place), stage=both.now), keep=("stage",))
