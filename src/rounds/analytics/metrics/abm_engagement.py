"""ANALYTICS-48: which accounts of a tier answer us."""

from rounds.analytics.numbers.abm import engaged_units, units_of_programme
from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import one_if


@metric(number="ANALYTICS-48", title="ABM engagement", unit="percent", how="share", when="held in", noun="account", population="Buying units in a tier of the programme", by=PLACES)
def abm_engagement(t, w, book):
    """Buying units with at least one two-way engagement in the period (a meeting, or an answer of theirs), of all in their tier (C-32)."""
    units, met = units_of_programme(t), engaged_units(t, w, book)
    both = units.left_join(met, units.id == met.met_id)
    return both.mutate(top=one_if(both.met_id.notnull())).drop("met_id")
