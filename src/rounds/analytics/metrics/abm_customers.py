"""ABM-23: how much of the programme is ours already."""

from rounds.analytics.numbers.abm import units_of_programme
from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import one_if


@metric(number="ABM-23", title="Programme accounts that are customers", unit="percent", how="share", when="known at", noun="account", population="Buying units with a tier", now_only=True, by=PLACES)
def abm_customers(t, w, book):
    """Buying units of the programme that are customers, they or a house of theirs, of all in their tier."""
    units, customers, accounts = units_of_programme(t), t.whole("customers"), t.whole("accounts")
    ours = customers.filter(customers.phase != "churned").select(bought_by=customers.account_id)
    houses = accounts.inner_join(ours, accounts.id == ours.bought_by)
    there = houses.select(ours_id=(houses.buying_unit_id == "").ifelse(houses.id, houses.buying_unit_id)).distinct()
    both = units.left_join(there, units.id == there.ours_id)
    return both.mutate(top=one_if(both.ours_id.notnull())).drop("ours_id")
