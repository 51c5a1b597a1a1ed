"""QUAL-14: whether qualification says what it is for."""

from rounds.analytics.numbers.definition import BY_LEAD, OF_LEADS, metric
from rounds.analytics.numbers.leads import first_qualified, with_deal
from rounds.analytics.numbers.rows import stages_from


@metric(number="QUAL-14", title="Qualification accuracy", unit="percent", how="share", when="entered in", noun="lead", population="Leads that first became qualified in the period", by=OF_LEADS, filters=BY_LEAD)
def qualification_accuracy(t, w, book):
    """Of the leads that first became qualified in the period, those whose deal went past the first stage. A qualified lead without a deal, or with one that was lost where it
    began, was not worth the word. Leads of a young period may still get there."""
    return with_deal(t, first_qualified(t, w), stages_from(book, book.stages.open[1]))
