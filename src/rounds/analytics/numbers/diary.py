"""What people of ours have in their diaries: meetings that were booked, and demonstrations (ANALYTICS-38)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import of_deals, within
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables

SAID = ("id", "segment", "territory", "tier", "team_id", "starts_at", "ends_at", "place")
BESIDE = timedelta(days=1)
"""So far beside the period what is planned may be in the way of what lies in it."""


def planned(t: Tables, w: Window) -> ibis.Table:
    """What is planned to begin in the period: meetings of whoever is met, demonstrations of whose deal it is. `id` is the
    meeting or the deal, `host` whose time it takes."""
    import ibis

    meetings, demos = t.meetings, _of_deals(t, t.demos)
    meetings, demos = (rows.filter(rows.state == "planned", within(rows.starts_at, w)) for rows in (meetings, demos))
    meetings = meetings.select(*SAID, owner_id=meetings.host_id, host=meetings.host_id, kind=meetings.kind)
    demos = demos.select(*SAID, owner_id=demos.owner_id, host=demos.presenter_id, kind=ibis.literal("demonstration"))
    return ibis.union(meetings, demos)


def in_conflict(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """Of what is planned, what its host cannot do, with `why`: something else is at the same time, or there is no time to get there."""
    import ibis

    rows, others = planned(t, w), _taken(t, w)
    same = [rows.host == others.whose, (rows.id != others.of) | (rows.starts_at != others.begins)]
    clash = rows.semi_join(others, [*same, rows.starts_at < others.finishes, others.begins < rows.ends_at])
    travel = ibis.interval(minutes=_travel(book))
    apart = [*same, others.at_place != rows.place, rows.place != "", others.at_place != ""]
    near = (rows.starts_at < others.finishes + travel) & (others.begins < rows.ends_at + travel)
    tight = rows.semi_join(others, [*apart, near])
    return ibis.union(clash.mutate(why=ibis.literal("at the same time as another")), _without(tight, clash).mutate(why=ibis.literal("no time to get there")))


def _without(rows: ibis.Table, others: ibis.Table) -> ibis.Table:
    others = others.select(gone=others.id, gone_at=others.starts_at)
    return rows.anti_join(others, [rows.id == others.gone, rows.starts_at == others.gone_at])


def _taken(t: Tables, w: Window) -> ibis.Table:
    """(whose, of, begins, finishes, at_place): what anybody has planned about the period, whatever is filtered."""
    import ibis

    meetings, demos = t.whole("meetings"), _of_deals(t, t.whole("demos"))
    found = []
    for rows, host in ((meetings, meetings.host_id), (demos, demos.presenter_id)):
        near = (rows.starts_at >= w.start - BESIDE) & (rows.starts_at < w.end + BESIDE)
        found.append(rows.filter(rows.state == "planned", near, host != "").select(whose=host, of=rows.id, begins=rows.starts_at, finishes=rows.ends_at, at_place=rows.place))
    return ibis.union(*found)


def _of_deals(t: Tables, demos: ibis.Table) -> ibis.Table:
    """Demonstrations with what their deal says, and when they end."""
    import ibis

    demos = demos.mutate(ends_at=ibis.ifelse(demos.minutes.notnull(), demos.starts_at + demos.minutes.as_interval("m"), demos.starts_at))
    return of_deals(t, demos, keep=("kind",))


def _travel(book: Playbook) -> Any:
    from rounds.playbook import default

    said = book.measures.travel_minutes or default().measures.travel_minutes
    return said.value if said else 0
