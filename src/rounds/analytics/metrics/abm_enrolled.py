"""ABM-25: how many sequences and campaigns run for the programme."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import within


@metric(number="ABM-25", title="Sequences and campaigns begun", unit="count", how="count", when="entered in", noun="account", rows_of=("person", "account"), population="People of accounts of the programme who were put into a sequence or a campaign in the period", by=(*PLACES, "kind"))
def abm_enrolled(t, w, book):
    """People of accounts of the programme who were put into a sequence or a campaign in the period, each time they were; by kind, which of the two it was."""
    put = t.enrolments
    put = put.filter(within(put.known_at, w), put.tier > 0, put.account_id != "")
    return put.mutate(owner_id=put.sender_id, id=put.account_id)
