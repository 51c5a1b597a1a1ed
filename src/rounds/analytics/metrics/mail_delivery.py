"""ABM-24: which mails arrive."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.mails import mails_that_left
from rounds.analytics.numbers.rows import one_if


@metric(number="ABM-24", title="Mails delivered", unit="percent", how="share", when="done in", noun="account", rows_of=("mail", "account"), population="Mails of ours that left in the period", by=(*PLACES, "kind"))
def mail_delivery(t, w, book):
    """Of the mails that left in the period (sequences, campaigns, by hand), those the other side took. One that came back, was refused, or of which nobody knows what became of it, was not delivered."""
    mails = mails_that_left(t, w)
    return mails.mutate(top=one_if(mails.state == "sent"))
