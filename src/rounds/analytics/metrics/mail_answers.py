"""ABM-24: which mails are answered."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.mails import mails_delivered
from rounds.analytics.numbers.rows import one_if


@metric(number="ABM-24", title="Mails answered", unit="percent", how="share", when="done in", noun="account", rows_of=("mail", "account"), population="Mails delivered in the period", by=(*PLACES, "kind"))
def mail_answers(t, w, book):
    """Of the mails delivered in the period, those that somebody answered by now, whenever; an absence note and a bounce are no answer. Mails of a young period may still be answered."""
    mails = mails_delivered(t, w)
    return mails.mutate(top=one_if(mails.answered_at.notnull() & (mails.answered_at <= w.at)))
