"""What a dashboard is asked in the words of its address, and who may open which (ANALYTICS-52)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from rounds.access.allowed import NotAllowed, reads
from rounds.access.roles import role_of
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.boards import Question
from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.running import NotAskedSo
from rounds.kit.clock import now
from rounds.models import User
from rounds.models.flow.active import active
from rounds.playbook.shapes.measures import Dashboard
from rounds.web.numbers import words

FILTERS = ("segment", "territory", "tier", "owner", "product")
NOUNS = ("account", "customer", "lead", "opportunity", "task")
KINDS = ("week", "month", "quarter", "year")
LED, OWN = "manager", "rep"
"""Dashboards: whoever opens that of managers opens that of reps, too, for the people they lead."""


@dataclass(frozen=True)
class Asked:
    """A dashboard with its question. `own`: it shows the viewer's own numbers, and no filter changes that."""

    board: Dashboard
    question: Question
    engine: Live
    at: datetime
    own: bool
    unread: frozenset[str]
    said: str

    @property
    def only(self) -> str:
        return "owner" if self.own else ""

    def address(self, **changes: str) -> str:
        """The query of this dashboard with some words changed; an empty one is left out."""
        held = {"period": self.said, **{name: values[0] for name, values in self.question.filters if not (self.own and name == "owner")},
                "as_of": self.question.as_of.isoformat() if self.question.as_of else "", **changes}  # fmt: skip
        return urlencode([(name, value) for name, value in held.items() if value])

    def number(self, metric: Metric) -> str:
        """Where the number of a metric stands by itself, asked the same."""
        filters = [(name, value) for name, values in self.question.of(metric) for value in values]
        day = [("as_of", self.question.as_of.isoformat())] if self.question.as_of else []
        return f"/numbers/{metric.name}/?{urlencode([('period', self.question.period.code), *filters, *day])}"


def boards_of(user: User) -> list[Dashboard]:
    """The dashboards somebody opens, their own first."""
    boards = active().playbook.dashboards.dashboards
    leads = any(one.dashboard == LED and user.role in one.roles for one in boards)
    return [one for one in boards if user.role in one.roles] + [one for one in boards if one.dashboard == OWN and leads and user.role not in one.roles]


def need_board(user: User, name: str) -> Dashboard:
    """The dashboard `name`. Raises Http404 where there is none, NotAllowed where it is not for the viewer's role."""
    board = active().playbook.dashboards.of(name)
    if board is None:
        raise Http404
    if board not in (mine := boards_of(user)):
        yours = " and ".join(one.title for one in mine)
        raise NotAllowed(f"The {board.title} dashboard is not for your role ({role_of(user).title}){f'; yours: {yours}' if yours else ''}.")
    return board


def asked(request: HttpRequest, name: str) -> Asked:
    """What the address asks. Raises NotAllowed, Http404, PeriodRefused and NotAskedSo (422)."""
    board, said, at = need_board(request.user, name), request.GET if request.method == "GET" else request.POST, now()
    book = active().playbook
    own = request.user.role in board.roles and name == OWN
    filters = [(one, (value,)) for one in FILTERS if (value := said.get(one, "").strip()) and not (own and one == "owner")]
    filters += [("owner", (str(request.user.pk),))] if own else []
    for one, (value,) in filters:
        if one == "tier" and not value.isdigit():
            raise NotAskedSo("A tier is a number: 1, 2, 3, or 0 for outside the programme.")
    code = said.get("period", "") or f"this-{board.period}"
    question = Question(periods.parse(code, book, periods.today(book, at)), tuple(filters), day_of(said.get("as_of", "")))
    unread = frozenset(noun for noun in NOUNS if not reads(request.user, noun))
    return Asked(board, question, Live(request.scope, book), at, own, unread, said.get("period", ""))


def day_of(said: str) -> date | None:
    """A day as an address writes it. Raises NotAskedSo."""
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise NotAskedSo(f"'{said[:20]}' is no day; write it as 2026-10-31.") from None


def choices(one: Asked) -> list[dict[str, Any]]:
    """The filters one picks from, and what is picked; a rep's own dashboard has no choice of people."""
    book, held = active().playbook, dict(one.question.filters)
    return [{"name": name, "title": words.TITLES[name], "choices": words.choices(name, book), "value": (held.get(name) or ("",))[0]}
            for name in FILTERS if not (one.own and name == "owner")]  # fmt: skip


def period_choices(one: Asked) -> list[tuple[str, str]]:
    """The periods one picks from: this and the last of each kind, four quarters back, and the one asked for."""
    book = active().playbook
    today = periods.today(book, one.at)
    found = [(f"{word}-{kind}", f"{word.capitalize()} {kind}") for kind in KINDS for word in ("this", "last")]
    found += [(past.code, past.title) for past in reversed(periods.trend(periods.containing("quarter", today, book), book, 6)[:4])]
    here = one.said or f"this-{one.board.period}"
    return found if here in dict(found) else [*found, (one.question.period.code, one.question.period.title)]
