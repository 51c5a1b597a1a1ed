"""ANALYTICS-14: how near the forecast came."""

from fractions import Fraction

from rounds.analytics.numbers.definition import derived


@derived(number="ANALYTICS-14", title="Forecast accuracy", unit="percent", when="closed in", noun="opportunity", of=("forecast_at_start", "won_value"), population="The forecast at the start of the period and what was won in it", from_start=True)
def forecast_accuracy(values, book):
    """1 − |forecast − actual| ÷ actual, never below 0: the weighted pipeline that was to close in the period, as it was kept when the period
    began, against what was won in it. Nothing won, nothing to compare with."""
    forecast, actual = values["forecast_at_start"], values["won_value"]
    return max(Fraction(0), 100 * (1 - abs(forecast - actual) / actual)) if actual else None
