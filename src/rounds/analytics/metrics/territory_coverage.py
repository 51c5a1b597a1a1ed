"""ANALYTICS-18: with how many accounts somebody is in touch."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import ago, one_if


@metric(number="ANALYTICS-18", title="Territory coverage", unit="percent", how="share", when="known at", noun="account", population="Buying units that lie in a territory", by=PLACES)
def territory_coverage(t, w, book):
    """Buying units with at least one activity in the last 90 days, of all in the territory; what happened with one of its hospitals counts for
    the unit. The window is the playbook's (coverage_days)."""
    import ibis

    units, acts = t.accounts, t.whole("activities")
    units = units.filter(units.is_unit, units.territory != "")
    acts = acts.filter(acts.happened_at >= ago(w, book.measures.coverage_days.value), acts.happened_at <= w.at)
    met = acts.select(met_id=(acts.buying_unit_id == "").ifelse(acts.account_id, acts.buying_unit_id)).distinct()
    both = units.left_join(met, units.id == met.met_id)
    return both.mutate(top=one_if(both.met_id.notnull())).drop("met_id").select(*units.columns, ibis._.top)
