"""What the best of a team do otherwise than the rest (ANALYTICS-47)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import ago, one_if, within
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables

QUARTERS = 4
YEAR = 365


def of_the_best(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """Outreach and meetings of each person and kind, so weighed that the sums of both sides compare one person of the best with one of the rest."""
    people = _ranked(t, w, book)
    acts, said = t.whole("activities"), book.measures.acts
    acts = acts.filter(within(acts.happened_at, w), acts.human, acts.kind.isin([*said.outreach, *said.meetings]))
    acts = acts.filter(acts.kind.isin(list(said.meetings)) | (acts.direction == "out"))
    done = acts.group_by("by_id", "kind").aggregate(times=acts.id.count().cast("int64"))
    rows = done.inner_join(people, done.by_id == people.who)
    return rows.mutate(id=rows.who, top=rows.times * rows.best * rows.rest_many, base=rows.times * (1 - rows.best) * rows.best_many)


def _ranked(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """(who, best, best_many, rest_many): people with enough decided deals, the quarter that won most as 1; nobody where they are too few."""
    import ibis

    deals, few = t.deals, book.measures.small_n.value
    deals = deals.filter(deals.outcome != "open", deals.closed_at >= ago(w, YEAR), deals.closed_at <= w.at, deals.owner_id != "")
    won = (deals.outcome == "won").ifelse(deals.counted_cents.fill_null(0), 0)
    people = deals.group_by(who=deals.owner_id).aggregate(decided=deals.count(), won=won.sum().cast("int64"))
    people = people.filter(people.decided >= few)
    place = ibis.ntile(QUARTERS).over(ibis.window(order_by=[people.won.desc(), people.who]))
    people = people.mutate(best=one_if(place == 0))
    all_of = people.aggregate(best_many=people.best.sum().cast("int64"), many=people.count().cast("int64"))
    found = people.cross_join(all_of)
    return found.filter(found.many >= few).mutate(rest_many=ibis._.many - ibis._.best_many).select("who", "best", "best_many", "rest_many")
