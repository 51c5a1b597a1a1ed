"""ANALYTICS-47: what the best do more of than the rest."""

from rounds.analytics.numbers.definition import metric
from rounds.analytics.numbers.practice import of_the_best


@metric(number="ANALYTICS-47", title="Practice of the top quarter", unit="times", how="ratio", when="held in", noun="opportunity", rows_of=("row",), small=False, population="Outreach and meetings in the period of people who decided enough deals in the year before, where there are enough such people", by=("kind",), filters=("team",))
def team_practice(t, w, book):
    """How much more outreach and how many more meetings somebody of the top quarter has than somebody of the rest: what was logged for each of the one, divided by what was logged for each of the
    other. Ranked is whoever closed as many deals in the year to now as a ratio takes (small_n), by what they won; with fewer people than that there is no number. By kind it says what they do
    otherwise; it does not say that they win because of it."""
    return of_the_best(t, w, book)
