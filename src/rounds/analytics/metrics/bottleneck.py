"""ANALYTICS-45: where deals stand too long."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import longest_seconds
from rounds.analytics.numbers.stays import left_stages

FINE = 10_000


@metric(number="ANALYTICS-45", title="Bottleneck", unit="times", how="median", when="ended in", noun="opportunity", population="Stays in a stage that ended in the period", better="less", scale=FINE, by=OF_DEALS)
def bottleneck(t, w, book):
    """How long deals stood in a stage, as a multiple of the longest it usually takes (pipeline/process.yaml): above 1 is late. By stage, the largest is
    the bottleneck."""
    import ibis

    stays = left_stages(t, w, book)
    return stays.mutate(x=(stays.x * FINE // longest_seconds(book, stays.stage)).cast("int64")).filter(ibis._.x.notnull())
