"""ANALYTICS-32: what somebody did."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import within


@metric(number="ANALYTICS-32", title="Activities", unit="count", how="count", when="held in", noun="lead", population="Activities of a person of ours in the period", by=(*PLACES, "kind"))
def activity_count(t, w, book):
    """Calls, mails, meetings and what else people of ours logged in the period, by whoever did them; what machines did is left out."""
    acts = t.activities
    acts = acts.filter(within(acts.happened_at, w), acts.human, acts.by_id != "")
    return acts.mutate(owner_id=acts.by_id, id=acts.lead_id)
