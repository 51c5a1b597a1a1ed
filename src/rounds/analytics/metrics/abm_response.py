"""ABM-23: which of the accounts we write to answer."""

from rounds.analytics.numbers.abm import engaged_units, reached_units, units_of_programme
from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import one_if


@metric(number="ABM-23", title="ABM response", unit="percent", how="share", when="held in", noun="account", population="Buying units of the programme that a person of ours reached out to in the period", by=PLACES)
def abm_response(t, w, book):
    """Of the buying units a person of ours called or wrote to in the period, those that answered or met us in it."""
    units, asked, met = units_of_programme(t), reached_units(t, w, book), engaged_units(t, w, book)
    units = units.semi_join(asked, units.id == asked.asked_id)
    both = units.left_join(met, units.id == met.met_id)
    return both.mutate(top=one_if(both.met_id.notnull())).drop("met_id")
