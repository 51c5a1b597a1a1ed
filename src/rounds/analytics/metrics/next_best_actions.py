"""ANALYTICS-40: what is best done next about each deal."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.risks import with_actions


@metric(number="ANALYTICS-40", title="Next best actions", unit="count", how="count", when="open at", noun="opportunity", population="Open deals for which the playbook lists something to do", better="less", by=(*OF_DEALS, "kind"))
def next_best_actions(t, w, book):
    """Open deals about which something is to be done now: of what the playbook lists (next_actions in numbers/metrics.yaml) the first whose flag is raised on the deal. The rows behind
    it say what and for which flag: what stands higher in the list first, and what the deal is worth."""
    return with_actions(t, w, book)
