"""ANALYTICS-50: what was won, credited to the channels that led to it."""

from rounds.analytics.numbers.credit import by_decay, touches_of_won
from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ANALYTICS-50", title="Won by touches, late ones more", unit="money", how="sum", when="closed in", noun="opportunity", population="Touches of the leads of deals won in the period", by=(*PLACES, "channel"))
def credited_decay(t, w, book):
    """What was won in the period, each deal shared by its touches, one weighing half as much for each half-life (the playbook's, 30
    days) before the last. The shares of a deal sum to its amount to the cent."""
    return by_decay(touches_of_won(t, w, book), book)
