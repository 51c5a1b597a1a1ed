"""How long deals stood in the stages they left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import of_deals, seconds, within
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables


def left_stages(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """One row for each stay in an open stage that ended in the period: `stage`, `x` seconds. Where a deal stood when it came in
    from another system is no stay, for nobody knows when it began."""
    import ibis

    entries = t.stage_changes
    following = ibis.window(group_by=entries.deal_id, order_by=[entries.entered_at, entries.id])
    entries = entries.mutate(left_at=entries.entered_at.lead().over(following))
    stays = entries.filter(entries.way != "imported", entries.now.isin(list(book.stages.open)), within(entries.left_at, w))
    return of_deals(t, stays.mutate(stage=stays.now, x=seconds(stays.entered_at, stays.left_at)), keep=("stage",))
