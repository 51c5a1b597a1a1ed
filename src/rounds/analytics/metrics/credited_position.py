"""ANALYTICS-50: what was won, credited to the channels that led to it."""

from rounds.analytics.numbers.credit import by_position, touches_of_won
from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ANALYTICS-50", title="Won by position of touches", unit="money", how="sum", when="closed in", noun="opportunity", population="Touches of the leads of deals won in the period", by=(*PLACES, "channel"))
def credited_position(t, w, book):
    """What was won in the period, each deal shared by its touches as the playbook says (40 % the first, 40 % the last, the rest
    evenly those between); of two touches each has its part of both. The shares of a deal sum to its amount to the cent."""
    return by_position(touches_of_won(t, w, book), book)
