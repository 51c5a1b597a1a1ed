"""ANALYTICS-43: from the demo to the proof of concept."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import marked, stage_of, stages_from, within


@metric(number="ANALYTICS-43", title="Demo to POC", unit="percent", how="share", when="entered in", noun="opportunity", population="Deals that first reached the demo in the period", by=(*PLACES, "product", "source", "kind"))
def demo_to_poc(t, w, book):
    """Of the deals that first reached the demo in the period, those that went on to a proof of concept or further, whenever they did. Deals of a young period may
    still get there."""
    demo, poc = stages_from(book, stage_of(book, "demo.completed")), stages_from(book, stage_of(book, "poc.agreed"))
    deals = marked(t, marked(t, t.deals, "shown", demo), "top", poc)
    return deals.filter(within(deals.shown_at, w))
