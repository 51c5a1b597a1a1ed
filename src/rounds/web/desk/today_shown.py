"""How Today is said: the finding that heads it, the clocks of its leads, the freshness of what it rests on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from rounds.access.allowed import may, reads
from rounds.access.roles import role_of, sells
from rounds.analytics.desk import today as numbers
from rounds.analytics.desk import todo as todos
from rounds.analytics.desk.todo import Todo
from rounds.analytics.leads.response import MEANS, responses
from rounds.kit.clock import now
from rounds.models import Lead, PlaybookVersion, UniverseRun
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.playbook import Playbook
from rounds.rules import budget
from rounds.rules.calendar import zone_of
from rounds.rules.routing import sla
from rounds.web.market.table import OURS
from rounds.web.scores_shown import cuts, scored_by
from rounds.web.templatetags.words import counted, length

FIRST_ANSWER = "first_response"
ANSWERS_OF = timedelta(days=30)
"""The leads whose waiting for an answer is told."""


def day(request: HttpRequest) -> dict[str, Any]:
    """Everything on the page. The queries do not grow with the rows."""
    at, user, scope = now(), request.user, request.scope
    book = active()
    waits = numbers.waiting(scope, user)
    market = numbers.market(scope, user, book.playbook, house_day(at))
    moves = numbers.moved(scope, user, since=numbers.lately(book.playbook, at))
    windows = [(unit, budget.window(book.playbook, unit.fye_month, house_day(at)))
               for unit in numbers.opening(scope, user, book.playbook, house_day(at))]  # fmt: skip
    asked = numbers.asking(scope, user, book.playbook)
    todo = todos.todo(scope, user, at) if reads(user, "task") else None
    return {
        "place": "today", "at": at, "waits": waits, "leads": clocks(waits.rows, book.playbook, at, alarmed=bool(todo and todo.late)), "moves": moves,
        "market": market, "windows": windows, "white": numbers.unspoken(scope), "asked": lifted(asked, book.playbook),
        "finding": late(todo, at) or finding(waits, market, at, reads(user, "lead")), "todo": todo,
        "due": due_rows(todo, at) if todo else [], **leading(request, at), "answers": answers(request, book.playbook, at),
        "links": links(request), "book": book, **days(book.playbook),
        "fresh": scored_by(timezone.localtime(market.scored_at), timezone.localtime(at).date(), book.number) if market.scored_at else "",
        "whose": _whose(user),
        "nothing": not market.units and not waits.total and not moves, **freshness(request),
    }  # fmt: skip


def _whose(user: Any) -> str:
    ways = role_of(user).rows
    return "in the whole market" if "all" in ways else "of your team" if "team" in ways else "in your territories"


def finding(waits: numbers.Waiting, market: numbers.Market, at: datetime, leads: bool = True) -> str:
    """The one sentence: what waits, or that nothing does; `leads`: the viewer works with leads."""
    if waits.oldest and waits.raised:
        verb = "waits" if waits.raised == 1 else "wait"
        return f"{counted(waits.raised, 'hand-raise')} {verb}{_oldest(waits.raised, at - waits.oldest)}"
    if waits.oldest:
        verb = "waits" if waits.total == 1 else "wait"
        return f"{counted(waits.total, 'new lead')} {verb}{_oldest(waits.total, at - waits.oldest)}"
    opens = "window opens" if market.soon == 1 else "windows open"
    if not leads:
        return f"{market.soon:,} budget {opens} soon" if market.soon else f"{counted(market.units, 'buying unit')} in sight"
    if market.soon:
        return f"Nobody waits for an answer; {market.soon:,} budget {opens} soon"
    return "Nobody waits for an answer"


def late(todo: Todo | None, at: datetime) -> str:
    """The one sentence where the viewer broke a promise or is late; "" where not."""
    if todo is None or not todo.late:
        return ""
    what = counted(todo.promises_late, "promise") if todo.promises_late else counted(todo.late, "task")
    many = (todo.promises_late or todo.late) > 1
    return f"{what} {'are' if many else 'is'} late{', the oldest' if many else ''} by {spelled(at - todo.oldest)}"


def due_rows(todo: Todo, at: datetime) -> list[dict[str, Any]]:
    """The viewer's next tasks; only the first late one is marked as an alarm."""
    return [{"task": task, "late": task.due_at < at, "alarm": place == 0 and task.due_at < at, "by": spelled(at - task.due_at)}
            for place, task in enumerate(todo.rows)]  # fmt: skip


def leading(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """How the team stands, for those who give records to others."""
    if not reads(request.user, "task") or not may(request.user, "records.assign_others"):
        return {"mates": [], "unowned": 0}
    return {"mates": todos.team(request.scope, request.user, at), "unowned": todos.unowned(request.scope, at)}


def answers(request: HttpRequest, book: Playbook, at: datetime) -> dict[str, Any] | None:
    """How long leads of the last thirty days waited for our first answer."""
    if not reads(request.user, "lead"):
        return None
    found = responses(request.scope, book, since=at - ANSWERS_OF, at=at, whose=numbers.whose(request.user))
    return {"of": found, "means": MEANS, "median": spelled(found.median) if found.median is not None else "",
            "target": spelled(found.target)} if found.leads else None  # fmt: skip


def _oldest(count: int, span: timedelta) -> str:
    return f", the oldest {spelled(span)}" if count > 1 else f", for {spelled(span)} now"


def spelled(span: timedelta) -> str:
    """2 hours, 38 minutes, 3 days: a span in whole words."""
    said, one = length(span), length(span).split(" ")[0] == "1"
    return said.replace(" min", " minute" if one else " minutes").replace(" h", " hour" if one else " hours")


def clocks(rows: list[Lead], book: Playbook, at: datetime, alarmed: bool = False) -> list[dict[str, Any]]:
    """Leads with the moment their first answer is due, in the zone of their place. Only the first late one is marked as an
    alarm, and none where something above them is (`alarmed`)."""
    shown = []
    for lead in rows:
        band = lead.driving_band or lead.band
        zone = zone_of(book.calendar, state=lead.state, territory=lead.territory)
        due = sla.due(book, band, lead.captured_at, lead.hand_raise, zone).get(FIRST_ANSWER)
        late = due is not None and due < at
        shown.append({"lead": lead, "due": due, "late": late, "alarm": late and not alarmed,
                      "by": spelled(at - due) if due is not None and late else ""})  # fmt: skip
        alarmed = alarmed or late
    return shown


def lifted(asked: list[numbers.Asking], book: Playbook) -> list[dict[str, Any]]:
    """The questions with the band a best answer could reach, where that is another one."""
    model = book.scoring["lead_fit"]
    floors = cuts(model)
    titles = {int(s.at_least or 0): s.title for s in model.bands.steps} if model.bands else {}
    rows = []
    for one in asked:
        today = one.unit.score_total or 0
        crossed = [floor for floor in floors if today < floor <= one.reaches]
        rows.append({"unit": one.unit, "question": one.question, "best": one.reaches, "reaches": titles.get(crossed[-1], "") if crossed else ""})
    return rows


def links(request: HttpRequest) -> dict[str, str]:
    """Where each figure opens its rows."""
    mine = "f=status.is.New&f=answered.is.no"
    if sells(request.user):
        mine = f"{mine}&f=owner.is.me&or=status.is.New~answered.is.no~owner.unknown"
    return {
        "new": f"/leads/?{mine}&sort=-heat,-score",
        "soon": f"/market/?{OURS}&f=window.is.soon", "soon_mine": f"/market/?{OURS}&f=window.is.soon&f=owner.is.me",
        "white": f"/market/?{OURS}&f=whitespace.is.yes", "white_soon": f"/market/?{OURS}&f=whitespace.is.yes&f=window.is.soon",
        "mine": f"/market/?{OURS}&f=owner.is.me", "tiers": f"/market/?{OURS}&f=tier.is.1,2,3&sort=-potential",
    }  # fmt: skip


def days(book: Playbook) -> dict[str, int]:
    """The playbook's own spans, for the words beside the figures."""
    fresh = book.universe.freshness
    return {"since": fresh.news_days, "quiet_days": fresh.quiet_days, "alert_days": book.universe.budget_window.alert_days}


def freshness(request: HttpRequest) -> dict[str, Any]:
    """For those who run the workspace: how old the universe and the playbook are. Two queries."""
    if not may(request.user, "universe.load"):
        return {}
    run = UniverseRun.objects.filter(state="done").order_by("-at").defer("report", "phases", "checkpoint").first()
    version = PlaybookVersion.objects.defer("files").order_by("-number").first()
    return {"tended": True, "loaded": run, "version": version}


DOORS = (
    ("audit.read", "shield-check", "Audit", "/audit/", "Who did what, who read and took what, and whether the chain holds"),
    ("people.read", "users", "People", "/people/", "Who may log in, with what role and second factor, and when they last did"),
    ("compliance.read", "list-checks", "Compliance", "/trust/", "What is checked, what is open, and what is due"),
    ("playbook.read", "book-open", "Playbook", "/playbook/", "The roles, the rules of sign-in and every other rule in force"),
)
"""(permission, icon, name, address, what is there): the rooms of those who work with no records."""


def doors(request: HttpRequest) -> list[dict[str, str]]:
    """Where the work of somebody stands who reads neither accounts nor leads."""
    return [{"icon": icon, "name": name, "url": url, "says": says} for permission, icon, name, url, says in DOORS
            if may(request.user, permission)]  # fmt: skip
