"""When leads had our first answer, as routing promises it (analytics/leads/response.py says the same of records)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import within
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables


def answered_leads(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """The leads created in the period that are to be answered, with `answered_at`: the first human, two-way-capable touch of
    ours from their creation on; null while there is none."""
    said, leads, acts = book.tasks.response, t.leads, t.whole("activities")
    leads = leads.filter(within(leads.captured_at, w), leads.band != "unqualified")
    ours = ((acts.direction == "out") & acts.kind.isin(list(said.outbound))) | acts.kind.isin(list(said.together))
    acts = acts.filter(acts.human, ours)
    asked = leads.select(asked_id=leads.id, asked_at=leads.captured_at)
    pairs = acts.inner_join(asked, [acts.lead_id == asked.asked_id, acts.happened_at >= asked.asked_at])
    first = pairs.group_by("asked_id").aggregate(answered_at=pairs.happened_at.min())
    return leads.left_join(first, leads.id == first.asked_id).drop("asked_id")
