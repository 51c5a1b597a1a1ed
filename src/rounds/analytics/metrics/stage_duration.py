"""ANALYTICS-22: how long deals stand in a stage."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.stays import left_stages


@metric(number="ANALYTICS-22", title="Time in stage", unit="days", how="median", when="ended in", noun="opportunity", population="Stays in a stage that ended in the period", better="less", by=OF_DEALS)
def stage_duration(t, w, book):
    """How many days deals stood in a stage before they left it, forwards, backwards or out: the middle, with mean and ninth decile. A stage a deal came in
    with from another system is left out, for nobody knows when it began."""
    return left_stages(t, w, book)
