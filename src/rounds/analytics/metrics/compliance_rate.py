"""ANALYTICS-07: how many of the automated control checks passed."""

from rounds.analytics.numbers.definition import metric
from rounds.analytics.numbers.rows import one_if, within


@metric(number="ANALYTICS-07", title="HIPAA compliance rate", unit="percent", how="share", when="held in", noun="", population="Control checks that were run in the period", by=("severity",), filters=())
def compliance_rate(t, w, book):
    """Passed automated control checks of all that were run in the period; one that came to no verdict has not passed (COMPL-10). It never
    stands alone: one open critical failure means not compliant today, whatever the rate."""
    checks = t.check_results
    ran = checks.filter(within(checks.ran_at, w))
    return ran.mutate(top=one_if(ran.outcome == "pass"))
