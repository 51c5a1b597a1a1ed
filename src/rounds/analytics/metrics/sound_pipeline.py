"""ANALYTICS-46: whether it is a pipeline of high quality (004)."""

from fractions import Fraction

from rounds.analytics.numbers.definition import derived


@derived(number="ANALYTICS-46", title="High-quality pipeline", unit="score", when="closed in", noun="opportunity", of=("average_deal_size", "sales_cycle", "win_rate", "nps"), population="Deals closed and surveys answered in the period")
def sound_pipeline(values, book):
    """Of 100, a quarter each: average deal of $300K or more, a sales cycle below 12 months, a win rate above 40 %, an NPS above 70 (004). The figures stand in
    numbers/metrics.yaml."""
    said, month = book.measures.sound, Fraction(book.measures.month_days.value)
    tests = (
        values["average_deal_size"] >= Fraction(said.amount), values["sales_cycle"] < said.months * month,
        values["win_rate"] > Fraction(said.win_percent), values["nps"] > Fraction(said.nps),
    )  # fmt: skip
    return Fraction(100 * sum(tests), len(tests))
