"""ABM-24: which mails are followed."""

from rounds.analytics.numbers.definition import PLACES, metric, waits
from rounds.analytics.numbers.mails import mails_delivered
from rounds.analytics.numbers.rows import one_if


@metric(number="ABM-24", title="Mails followed", unit="percent", how="share", when="done in", noun="account", rows_of=("mail", "account"), population="Mails with a link delivered in the period", by=(*PLACES, "kind"))
def mail_clicks(t, w, book):
    """Of the mails with a link that were delivered in the period, those of which a person followed one. What a scanner or a gateway fetches does not count, and the way out of our mails is no link."""
    mails = mails_delivered(t, w)
    mails = mails.filter(mails.linked)
    return mails.mutate(top=one_if(mails.followed))


waits("mail_opens", number="ABM-24", title="Mails opened", unit="percent", waits_for="a sign of opening that only a reader gives: mail gateways fetch every picture, read or not",
      about="Mails that were opened, of those delivered. Mails answered and mails followed are counted instead.")
