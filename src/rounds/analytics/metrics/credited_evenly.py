"""ANALYTICS-50: what was won, credited to the channels that led to it."""

from rounds.analytics.numbers.credit import touches_of_won
from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ANALYTICS-50", title="Won by every touch alike", unit="money", how="sum", when="closed in", noun="opportunity", population="Touches of the leads of deals won in the period", by=(*PLACES, "channel"))
def credited_evenly(t, w, book):
    """What was won in the period, each deal shared evenly by the touches of its lead; the shares of a deal sum to its amount to the cent."""
    touches = touches_of_won(t, w, book)
    upper, lower = (touches.place + 1) * touches.cents // touches.many, touches.place * touches.cents // touches.many
    return touches.mutate(x=(upper - lower).cast("int64"))
