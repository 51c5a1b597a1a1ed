"""ABM-25: which accounts of the programme its sequences and campaigns reach."""

from rounds.analytics.numbers.abm import unit_of, units_of_programme
from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import one_if, within


@metric(number="ABM-25", title="Programme reached by mail", unit="percent", how="share", when="done in", noun="account", population="Buying units with a tier", by=PLACES)
def abm_reached(t, w, book):
    """Of the buying units of the programme, those of which, or of a house of which, somebody was sent a mail of a sequence or a campaign in the period that was delivered. What people of ours wrote by hand is in ABM response."""
    units, mails = units_of_programme(t), t.whole("mails")
    mails = mails.filter(within(mails.sent_at, w), mails.state == "sent", mails.kind != "by_hand")
    sent = mails.select(sent_unit=unit_of(mails)).distinct()
    both = units.left_join(sent, units.id == sent.sent_unit)
    return both.mutate(top=one_if(both.sent_unit.notnull())).drop("sent_unit")
