"""ANALYTICS-50: what was won, credited to the channels that led to it."""

from rounds.analytics.numbers.credit import touches_of_won
from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ANALYTICS-50", title="Won by first touch", unit="money", how="sum", when="closed in", noun="opportunity", population="Deals won in the period whose lead was touched before", by=(*PLACES, "channel"))
def credited_first(t, w, book):
    """What was won in the period, all of it credited to the channel of the first touch of the deal's lead."""
    touches = touches_of_won(t, w, book)
    return touches.filter(touches.place == 0).mutate(x=touches.cents)
