"""What deal inspection is asked in the words of its address, and how its list and the deal beside it are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from rounds.access.allowed import may, may_change, writes
from rounds.access.scope import visible
from rounds.analytics.deals import inspection
from rounds.analytics.deals.inspection import ANY, VIEWS, Inspected, Sitting
from rounds.analytics.numbers.live import Live
from rounds.models import DealNote, Opportunity, User
from rounds.models.flow.active import active
from rounds.web.deals.cells import said_of
from rounds.web.desk.tasks import open_about
from rounds.web.numbers import asking
from rounds.web.numbers.boards_asked import OWN

TITLES = {"stage": "Stage", "amount_cents": "Amount", "close_on": "Close date", "forecast_category": "Rep’s call"}
VALUES = (("amount", "Amount a year"), ("close_on", "Close date"), ("next_step", "Next step"), ("next_step_due", "Next step due"))
NOTES = 3


def sitting_of(request: HttpRequest) -> Sitting:
    """The question of an address. Raises NoSuchQuarter (422); a filter that makes no sense is no filter."""
    view, category, asked = request.GET.get("view", ANY), request.GET.get("category", ""), asking.asked(request)
    if own_alone(request.user):
        asked = replace(asked, owner=request.user.pk, team=None)
    return Sitting(asked, view if view in VIEWS else ANY, category if category in dict(_categories()) else "")


def own_alone(user: User) -> bool:
    """Whether somebody goes through their own deals alone, as whose dashboard shows their own numbers; colleagues' deals of the territory,
    which they see elsewhere, are gone through by their owners and managers."""
    return any(board.dashboard == OWN and user.role in board.roles for board in active().playbook.dashboards.dashboards)


def address(sitting: Sitting, **other: Any) -> str:
    """The question as the query of an address, with something else of it."""
    return asking.address(sitting.asked, **{"by": "", "since": "", "category": sitting.category, "view": "" if sitting.view == ANY else sitting.view, **other})


def listed(request: HttpRequest, found: list[Inspected], counts: Mapping[str, int], sitting: Sitting, engine: Live, at: datetime) -> dict[str, Any]:
    """The page around the deal: who is filtered, the views, the rows."""
    question, own = sitting.asked, own_alone(request.user)
    picked = [("quarter", "Quarter", [(one.code, one.name) for one in asking.quarters(at)], question.quarter.code),
              ("category", "Counts as", _categories(), sitting.category),
              *asking.picks(_pickable(request, sitting), question)]  # fmt: skip
    picked = [one for one in picked if not (own and one[0] in ("owner", "team"))]
    views = {ANY: "All open", "inside": f"Close in {question.quarter.name}", "past": "Close has passed", "later": "Close in another quarter", "undated": "No close date"}
    return {
        "place": "inspection", "finding": _finding(found, None if own else question.owner), "rows": [_row(each, sitting) for each in found], "filters": picked, "sitting": sitting,
        "tabs": [{"name": word, "url": address(sitting, view="" if code == ANY else code), "current": code == sitting.view, "count": counts[code]} for code, word in views.items()],
        "since": inspection.last_monday(engine.book, at), "filtered": any(value for name, _, _, value in picked if name != "quarter"), "quarter": question.quarter,
        "slippers": sum(each.line.slip.serial for each in found if each.line), "flagged": sum(each.line.flag is not None for each in found if each.line),
        "more": counts[sitting.view] - len(found),
    }  # fmt: skip


def panel(request: HttpRequest, each: Inspected, sitting: Sitting, engine: Live, at: datetime) -> dict[str, Any]:
    """One deal: what changed, what its rep calls it and what a manager holds, how sure one may be of it and why."""
    deal, since, user = each.deal, inspection.last_monday(engine.book, at), request.user
    mine, may_hold = may_change(user, deal), may(user, "forecast.override")
    return {
        "each": each, "deal": deal, "line": each.line, "row": _row(each, sitting), "here": f"?quarter={sitting.asked.quarter.code}", "quarter": sitting.asked.quarter,
        "changes": [{"title": TITLES[change.field], "before": _word(change.field, change.before, engine), "after": _word(change.field, change.after, engine)} for change in each.changes],
        "risks": [risk for risk in each.why.split(", ") if risk], "told": inspection.told(deal, since, engine), "since": since,
        "values": [(name, title, said_of(deal, name)[1]) for name, title in VALUES], "categories": _categories(),
        **_tasks(request, deal), "notes": list(DealNote.objects.filter(opportunity=deal, withdrawn_at=None).order_by("-at")[:NOTES]), "mine": mine, "may_hold": may_hold,
        "may_call": mine and (not may_hold or deal.owner_id in (None, user.pk)),
    }  # fmt: skip


def _tasks(request: HttpRequest, deal: Opportunity) -> dict[str, Any]:
    """The open action items of a deal, and whose a new one may be: of whoever gives records to others anybody's, the deal's owner first."""
    found = {"tasks": open_about(request, opportunity=deal), "may_task": writes(request.user, "task"), "owners": [], "whose": ""}
    if may(request.user, "records.assign_others"):
        owners = User.objects.filter(is_active=True).order_by("name").values_list("id", "name")
        found |= {"owners": [(str(key), name) for key, name in owners], "whose": str(deal.owner_id or request.user.pk)}
    return found


def _categories() -> list[tuple[str, str]]:
    return [(one.category, one.title) for one in active().playbook.closing.forecast.categories if not one.closed]


def _pickable(request: HttpRequest, sitting: Sitting) -> QuerySet[Opportunity]:
    rows = visible(Opportunity, request.scope).filter(closed_at=None)
    return rows.filter(owner=sitting.asked.owner) if own_alone(request.user) else rows


def _finding(found: list[Inspected], one: UUID | None) -> str:
    moved = sum(1 for each in found if each.changes or each.new)
    owner = next((each.deal.owner for each in found if one and each.deal.owner), None)
    of = f" of {owner.name}" if owner else ""
    if not found:
        return "No open deals to go through"
    deals = f"{len(found)} open deal{'' if len(found) == 1 else 's'}{of}"
    if not found[0].known:
        return f"{deals}; what changed is known from next week on"
    return f"{moved} of {deals} moved since last Monday"


def _row(each: Inspected, sitting: Sitting) -> dict[str, Any]:
    moved = ", ".join(TITLES[change.field].lower() for change in each.changes) or ("new" if each.new else "")
    return {"deal": each.deal, "line": each.line, "why": each.why, "moved": moved, "url": f"/inspection/{each.deal.pk}/?quarter={sitting.asked.quarter.code}"}


def _word(field: str, value: Any, engine: Live) -> str:
    if value in (None, ""):
        return "not said"
    if field == "amount_cents":
        return f"${value / 100:,.0f}"
    if field == "close_on":
        return f"{value:%-d %b %Y}"
    return engine.book.stages.by_code[value].title if field == "stage" else engine.book.closing.forecast.titles.get(value, value)
