"""ANALYTICS-48: which engaged accounts became a deal."""

from rounds.analytics.numbers.abm import engaged_units, units_of_programme
from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import one_if


@metric(number="ANALYTICS-48", title="ABM conversion", unit="percent", how="share", when="held in", noun="account", population="Buying units of the programme that were engaged in the period", by=PLACES)
def abm_conversion(t, w, book):
    """Of the buying units engaged in the period, those with a deal, open or closed (C-32: conversion is engaged account to qualified opportunity, not to customer)."""
    units, met, deals = units_of_programme(t), engaged_units(t, w, book), t.whole("deals")
    units = units.semi_join(met, units.id == met.met_id)
    sold = deals.select(deal_unit=(deals.buying_unit_id == "").ifelse(deals.account_id, deals.buying_unit_id)).distinct()
    both = units.left_join(sold, units.id == sold.deal_unit)
    return both.mutate(top=one_if(both.deal_unit.notnull())).drop("deal_unit")
