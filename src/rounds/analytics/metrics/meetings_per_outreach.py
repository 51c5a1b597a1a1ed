"""ANALYTICS-19: how much outreach a meeting takes."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import one_if, within


@metric(number="ANALYTICS-19", title="Meetings per outreach", unit="percent", how="ratio", when="held in", noun="lead", population="Outreach and meetings of the period", by=(*PLACES, "kind"))
def meetings_per_outreach(t, w, book):
    """Meetings held in the period, in percent of its outreach (calls, personal mails, messages that a person of ours sent). It compares two counts of one
    period: it does not follow each mail to its meeting."""
    acts, said = t.activities, book.measures.acts
    acts = acts.filter(within(acts.happened_at, w), acts.human, acts.kind.isin([*said.outreach, *said.meetings]))
    outreach = acts.kind.isin(list(said.outreach))
    rows = acts.mutate(top=one_if(acts.kind.isin(list(said.meetings))), base=one_if(outreach & (acts.direction == "out")))
    return rows.filter((rows.top == 1) | (rows.base == 1)).mutate(counts=rows.base == 1, owner_id=rows.by_id, id=rows.lead_id)
