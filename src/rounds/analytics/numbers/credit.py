"""The touches on the way to what was won (ANALYTICS-50), by the channels of leads/engagement.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import won_deals
from rounds.models.facts import SIGNALS
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables

OTHER, UNSAID = "other", "unsaid"


def touches_of_won(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """One row a touch of a deal won in the period: `channel`, `cents` of the deal, `place` (0 the first) of `many`. The way begins
    with the lead's source and ends when the deal was won."""
    import ibis

    won, leads, acts = won_deals(t, w), t.whole("leads"), t.whole("activities")
    leads = leads.select(from_id=leads.id, source_said=leads.source, captured=leads.captured_at)
    deals = won.filter(won.lead_id != "").inner_join(leads, won.lead_id == leads.from_id)
    deals = deals.mutate(cents=deals.counted_cents.fill_null(0))
    columns = ("id", "segment", "territory", "tier", "owner_id", "team_id", "cents")
    begun = deals.select(*columns, channel=_channel(deals.source_said, {s: one.channel for one in book.engagement.channels.list for s in one.sources}, book, source=True),
                         touched_at=deals.captured, touch=deals.from_id)  # fmt: skip
    acts = acts.filter(acts.kind.notin(list(SIGNALS))).select(of_lead=acts.lead_id, act=acts.id, act_kind=acts.kind, act_at=acts.happened_at)
    pairs = deals.inner_join(acts, [deals.lead_id == acts.of_lead, acts.act_at <= deals.closed_at])
    met = pairs.select(*columns, channel=_channel(pairs.act_kind, {k: one.channel for one in book.engagement.channels.list for k in one.kinds}, book),
                       touched_at=pairs.act_at, touch=pairs.act)  # fmt: skip
    both = ibis.union(begun, met)
    of_deal = ibis.window(group_by=both.id)
    ordered = ibis.window(group_by=both.id, order_by=[both.touched_at, both.touch])
    return both.mutate(place=ibis.row_number().over(ordered).cast("int64"), many=both.count().over(of_deal).cast("int64"))


def _channel(column: Any, known: dict[str, str], book: Playbook, *, source: bool = False) -> Any:
    import ibis

    cases = [(column == word, channel) for word, channel in known.items()]
    if source:
        cases.insert(0, (column == "", UNSAID))
    return ibis.cases(*cases, else_=OTHER)


WHOLE = 1 << 20
"""What the last touch weighs in a decay: weights are whole numbers, so that every database shares alike."""
HALVINGS = 20
"""After so many half-lives a touch weighs nothing."""


def by_position(touches: ibis.Table, book: Playbook) -> ibis.Table:
    """`touches` with `x`, their cents by their place: the figures of rules/attribution.py in whole numbers."""
    import ibis

    said = _figures(book).position
    between = touches.many - 2
    before = ibis.cases((touches.place == 0, 0), (touches.many == 2, said.first), else_=said.first * between + (touches.place - 1) * (100 - said.first - said.last))
    upto = ibis.cases((touches.many == 1, 1), (touches.many == 2, ibis.ifelse(touches.place == 0, said.first, said.first + said.last)), (touches.place == touches.many - 1, 100 * between),
                      else_=said.first * between + touches.place * (100 - said.first - said.last))  # fmt: skip
    whole = ibis.cases((touches.many == 1, 1), (touches.many == 2, said.first + said.last), else_=100 * between)
    return _shared(touches.mutate(before=before.cast("int64"), upto=upto.cast("int64"), whole=whole.cast("int64")))


def by_decay(touches: ibis.Table, book: Playbook) -> ibis.Table:
    """`touches` with `x`, their cents by their age at the last touch, in whole days."""
    import ibis

    from rounds.analytics.numbers.definition import DAY
    from rounds.analytics.numbers.rows import seconds

    half = int(_figures(book).decay.half_life_days)
    aged = touches.mutate(last_at=touches.touched_at.max().over(ibis.window(group_by=touches.id)))
    aged = aged.mutate(days=(seconds(aged.touched_at, aged.last_at) // DAY).cast("int64"))
    within = ibis.cases(*((aged.days % half == rest, round(WHOLE / 2 ** (rest / half))) for rest in range(half)), else_=0).cast("int64")
    halved = ibis.cases(*((aged.days // half == times, 1 << times) for times in range(HALVINGS)), else_=2 * WHOLE).cast("int64")
    weighed = aged.mutate(weight=(within // halved).cast("int64"))
    ordered = ibis.cumulative_window(group_by=weighed.id, order_by=[weighed.touched_at, weighed.touch])
    summed = weighed.mutate(upto=weighed.weight.sum().over(ordered).cast("int64"), whole=weighed.weight.sum().over(ibis.window(group_by=weighed.id)).cast("int64"))
    return _shared(summed.mutate(before=summed.upto - summed.weight))


def _shared(touches: ibis.Table) -> ibis.Table:
    """The cents of each touch from `before` to `upto` of `whole`: rounded down at both ends, so that they sum to the deal's."""
    return touches.mutate(x=((touches.upto * touches.cents // touches.whole) - (touches.before * touches.cents // touches.whole)).cast("int64"))


def _figures(book: Playbook) -> Any:
    from rounds.playbook import default

    return book.engagement.attribution or default().engagement.attribution
