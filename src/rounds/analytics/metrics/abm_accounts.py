"""ABM-25: how many accounts are in the programme."""

from rounds.analytics.numbers.abm import units_of_programme
from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ABM-25", title="Accounts in the programme", unit="count", how="count", when="known at", noun="account", population="Buying units with a tier", now_only=True, by=PLACES)
def abm_accounts(t, w, book):
    """Buying units in tier 1, 2 or 3. What a tier was in the past is not kept with its day, so that this is known of today."""
    return units_of_programme(t)
