"""What endangers open deals (ANALYTICS-41): each flag a condition, the figures the playbook's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import longest_seconds, one_if, open_deals, seconds
from rounds.playbook import Playbook
from rounds.playbook.shapes.measures import NextAction

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables

FLAGS = {
    "stalled": "stalled", "past": "close date past", "no_next": "no next step", "single": "single-threaded", "no_champion": "no champion",
    "rival": "competitor present", "red_flag": "red flag open", "slipped": "slipped again",
}  # fmt: skip
"""Flag → its words, in the order they are told."""


def with_risks(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """Open deals with `flags`, how many are raised, and `why`, which."""
    import ibis

    deals = _counted(t, w, book)
    raised = _raised(deals, w, book)
    flags = sum((one_if(condition) for condition in raised.values()), ibis.literal(0, "int64"))
    words = [ibis.ifelse(condition.fill_null(False), f"{FLAGS[name]}, ", "") for name, condition in raised.items()]
    why = words[0]
    for word in words[1:]:
        why = why.concat(word)
    return deals.mutate(flags=flags, why=why)


def with_actions(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """Open deals for which something is to be done: of what the playbook lists the first whose flag is raised, `why` what that is and for which
    flag, and `x`, how much it presses: the higher it stands in the list, and the more the deal is worth."""
    import ibis

    from rounds.analytics.numbers.pressing import worth

    deals, listed = _counted(t, w, book), _listed(book)
    raised = _raised(deals, w, book)
    met = [raised[one.when].fill_null(False) for one in listed]
    first = ibis.cases(*zip(met, (f"{one.title}: {FLAGS[one.when]}" for one in listed), strict=True), else_="")
    height = ibis.cases(*zip(met, range(len(listed), 0, -1), strict=True), else_=0)
    deals = deals.mutate(why=first, x=(height * worth(book, deals.amount_cents)).cast("int64"))
    return deals.filter(deals.why != "")


def _listed(book: Playbook) -> Sequence[NextAction]:
    """What is to be done, as the playbook lists it; one from before there was a list has the shipped one."""
    from rounds.playbook import default

    return book.measures.next_actions or default().measures.next_actions


def _raised(deals: ibis.Table, w: Window, book: Playbook) -> dict[str, Any]:
    import ibis

    said, many = book.measures.risks, int(book.stages.ageing.stalled_above * 100)
    since = ibis.coalesce(deals.process_since, deals.stage_since, deals.opened_at)
    return {
        "stalled": seconds(since, ibis.literal(w.at)) * 100 > longest_seconds(book, deals.stage) * many,
        "past": deals.close_on < w.day,
        "no_next": ~deals.has_next_step,
        "single": deals.people.fill_null(0) <= said.people,
        "no_champion": deals.champions.fill_null(0) == 0,
        "rival": deals.rivals.fill_null(0) > 0,
        "red_flag": deals.bant.isin(["at_risk", "not_met"]),
        "slipped": deals.slips.fill_null(0) >= said.slips,
    }


def _counted(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """Open deals with what is counted of each: people, champions, rivals, how often the close date was put off."""
    import ibis

    deals, people, rivals = open_deals(t), t.whole("deal_people"), t.whole("deal_competitors")
    # Only of these deals, so that asking of one reads what is its own.
    people = people.filter(people.ended_at.isnull()).semi_join(deals, people.deal_id == deals.id)
    rivals = rivals.semi_join(deals, rivals.deal_id == deals.id)
    seats = people.group_by("deal_id").aggregate(people=people.contact_id.nunique(), champions=one_if(people.stance == "champion").sum())
    met = rivals.filter(rivals.status != "eliminated").group_by("deal_id").aggregate(rivals=ibis._.count())
    for rows in (seats, met, _slips(t, w, deals)):
        rows = rows.rename(of_id="deal_id")
        deals = deals.left_join(rows, deals.id == rows.of_id).drop("of_id")
    return deals


def _slips(t: Tables, w: Window, deals: ibis.Table) -> ibis.Table:
    """(deal_id, slips): how often the close date of each of `deals` moved back, from one kept day to the next."""
    import ibis

    kept = t.whole("snapshots")
    kept = kept.filter(kept.day <= w.day).semi_join(deals, kept.id == deals.id)
    before = kept.close_on.lag().over(ibis.window(group_by=kept.id, order_by=kept.day))
    kept = kept.mutate(before=before)
    return kept.group_by(deal_id=kept.id).aggregate(slips=one_if(kept.close_on > kept.before).sum())
