"""How the exit criteria of a deal stand: what people ticked, what the records say, and the gates that follow from it.

What is read here is read with whole sight by whoever asks: a verdict must not hang on who looks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from rounds.models.deals.evidence import look
from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.stages import CriterionCheck, StageEntry
from rounds.models.flow.days import day_of
from rounds.playbook import Playbook
from rounds.playbook.shapes.pipeline import Criterion
from rounds.rules.pipeline import gates, planner, probability
from rounds.rules.pipeline.gates import Gate, Line


def states_of(deal: Opportunity, book: Playbook, keys: Collection[str] | None = None) -> dict[str, Line]:
    """Key → how each criterion stands (`keys`: of these alone). One query for what was ticked, and those of the evidence."""
    wanted = [(code, one) for code, one in gates.every(book) if keys is None or one.key in keys]
    said = last_checks(deal) if wanted else {}
    return {one.key: _line(deal, code, one, said.get(one.key)) for code, one in wanted}


def last_checks(deal: Opportunity) -> dict[str, CriterionCheck]:
    """Criterion → what was said of it last; one that was withdrawn is not there."""
    rows = CriterionCheck.objects.filter(opportunity=deal).order_by("at", "id")
    return {key: row for key, row in {row.criterion: row for row in rows}.items() if row.state != "withdrawn"}


def _line(deal: Opportunity, code: str, one: Criterion, said: CriterionCheck | None) -> Line:
    same = {"key": one.key, "title": one.title, "process": code, "whose": one.whose, "by_hand": one.by_hand}
    if said is not None and one.by_hand:
        state = "met" if said.state == "met" else "missing"
        says = said.note or ("ticked" if state == "met" else "not met")
        return Line(**same, state=state, says=says, url=said.link, next="" if state == "met" else one.next, by=said.by_name)
    if one.by == "hand":
        return Line(**same, state="missing", says="nobody ticked it yet", next=one.next)
    found = look(deal, one.by)
    state = "missing" if found.state == "unknown" and not found.says else found.state
    same["whose"] = found.whose or one.whose
    return Line(**same, state=state, says=found.says, url=found.url, due=found.due, by="records" if found.state == "met" else "",
                next="" if found.state == "met" else found.next or one.next)  # fmt: skip


def gate_of(deal: Opportunity, now: str, book: Playbook, *, role: str = "") -> Gate:
    """The gate between where the deal stands and `now`, as it stands for somebody of `role`."""
    same = {"phi": deal.phi_involved}
    steps = (*gates.asked(book, deal.stage, now, **same), *gates.passed_over(book, deal.stage, now, **same))
    return gates.gate(book, deal.stage, now, states_of(deal, book, {one.key for _, one in steps}), role=role, **same)


def entered_on(deal: Opportunity, book: Playbook) -> dict[str, date]:
    """Stage → the day the deal first entered it."""
    found: dict[str, date] = {}
    for now, when in StageEntry.objects.filter(opportunity=deal).order_by("entered_at", "id").values_list("now", "entered_at"):
        found.setdefault(now, day_of(book, when))
    return found


def plan_of(deal: Opportunity, book: Playbook, *, today: date) -> planner.Plan | None:
    """When the deal may reach what is still before it; None for a lost one. One query."""
    if deal.stage == book.stages.ending("lost"):
        return None
    since = day_of(book, deal.process_since or deal.opened_at)
    account = deal.account
    months = planner.months_of(book, org_type=account.org_type, subtype=account.subtype, beds=account.beds)
    return planner.plan(book, deal.stage, opened=day_of(book, deal.opened_at), since=since, today=today, entered=entered_on(deal, book),
                        segment_months=months)  # fmt: skip


def outcomes(book: Playbook) -> tuple[Mapping[str, tuple[int, int]], int]:
    """(stage → (won, closed) of the closed deals that had reached it, how many were ever closed): what shrunk chances are
    made of. Read from the stage history alone (PIPE-26), with whole sight; one query."""
    from django.db.models import Count, Q

    won, lost = book.stages.ending("won"), book.stages.ending("lost")
    reached = StageEntry.objects.filter(opportunity__stage__in=(won, lost), now__in=book.stages.open)
    rows = reached.values("now").annotate(
        deals=Count("opportunity", distinct=True), won=Count("opportunity", distinct=True, filter=Q(opportunity__stage=won)),
    )  # fmt: skip
    closed = Opportunity.objects.filter(stage__in=(won, lost)).count()
    return {row["now"]: (row["won"], row["deals"]) for row in rows}, closed


def chances(book: Playbook) -> dict[str, probability.Chance]:
    """Stage → its chance, by what became of our deals so far."""
    found, closed = outcomes(book)
    return {code: probability.chance(book, code, found, closed) for code in book.stages.by_code}
