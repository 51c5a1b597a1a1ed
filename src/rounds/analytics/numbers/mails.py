"""The mails of a period, of whoever sent them (ABM-24, ABM-25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import within

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables


def mails_that_left(t: Tables, w: Window) -> ibis.Table:
    """Mails that left in the period, whatever came of them, each of whoever sent it; a row leads to its account."""
    mails = t.mails
    mails = mails.filter(within(mails.sent_at, w), mails.state != "queued")
    return mails.mutate(owner_id=mails.by_id, id=mails.account_id)


def mails_delivered(t: Tables, w: Window) -> ibis.Table:
    """Of these, those the other side took."""
    mails = mails_that_left(t, w)
    return mails.filter(mails.state == "sent")
