"""The bar of capture: of a labelled set at least 95 of 100 business mails are matched right, and no personal mail is kept."""

from __future__ import annotations

from collections import Counter

import pytest

from rounds.actions.reach import mailboxes
from rounds.kit.clock import now
from rounds.models import Message, Thread
from tests.actions.reach.capturing import bring
from tests.actions.reach.labelled import drawn, world

LEAST = 0.95
BITE = 40


@pytest.mark.req("PLUS-31")
def test_mails_are_matched_right_and_personal_ones_leave_nothing(worker, box):
    box = mailboxes.change(box, keep="business", never=[], by=worker.owner.actor, at=now())
    mails = drawn(world(worker))
    for begin in range(0, len(mails), BITE):
        bring(box, *[one.raw for one in mails[begin : begin + BITE]])
    kept = {row.message_id.strip("<>"): row for row in Message.objects.all()}
    business = [one for one in mails if one.wants is not None]
    right = [one for one in business if one.id in kept and one.wants in (kept[one.id].opportunity_id, kept[one.id].account_id)]
    wrong = Counter(one.what for one in business if one not in right)
    assert [one.what for one in mails if one.wants is None and one.id in kept] == [], "no personal mail is kept"
    assert len(right) / len(business) >= LEAST, f"{len(right)} of {len(business)} right; wrong: {wrong}"
    assert len(mails) >= 380
    box.refresh_from_db()
    assert (box.seen, box.kept) == (len(mails), len(kept))
    in_threads = Thread.objects.filter(messages__message_id__startswith="<t").distinct().count()
    assert in_threads == 46, "each conversation is one thread, in whichever order it arrived"
