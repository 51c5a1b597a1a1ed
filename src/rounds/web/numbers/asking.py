"""What the pages of the forecast are asked: which quarter, whose deals, since when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from rounds.access.allowed import may
from rounds.access.scope import visible
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.numbers.quarters import quarter_said
from rounds.analytics.forecast.groups import BY, Asked
from rounds.analytics.forecast.moved import last_monday
from rounds.analytics.forecast.quarter import Held, quarter
from rounds.kit.clock import now
from rounds.models import Opportunity, Team, User
from rounds.models.deals.standing import outcomes
from rounds.models.flow.active import active
from rounds.models.numbers.history import today
from rounds.rules.pipeline.quarters import Quarter, around, quarter_of

AHEAD, BACK = 3, 4


def asked(request: HttpRequest) -> Asked:
    """The question of an address. Raises NoSuchQuarter (422); a filter that makes no sense is no filter."""
    at = now()
    day = today(active().playbook, at)

    def say(name: str, instead: str = "") -> str:
        return request.GET.get(name, instead).replace("\0", "")  # which no text in the database can hold

    by = say("by", "owner")
    return Asked(quarter_said(say("quarter"), at), _key(say("owner")), _key(say("team")), say("territory")[:60], say("segment")[:60],
                 by if by in BY else "owner", _day(say("since")) or last_monday(day))  # fmt: skip


def held(request: HttpRequest, question: Asked) -> Held:
    """The quarter as the viewer sees it; what became of all our deals is read with whole sight."""
    book = active().playbook
    with sight(EVERYTHING):
        said = outcomes(book)
    return quarter(request.scope, question, book, now(), said)


def picks(rows: QuerySet[Opportunity], question: Asked) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """(name, label, choices, what is picked) of the filters: whose `rows` are, of which teams, territories and segments. Four queries."""
    rows = rows.order_by()
    owners = User.objects.filter(pk__in=rows.values("owner")).order_by("name")
    teams = Team.objects.filter(pk__in=rows.values("team")).order_by("name")
    places = list(rows.exclude(territory="").values_list("territory", flat=True).distinct().order_by("territory"))
    segments = list(rows.exclude(account__segment="").values_list("account__segment", flat=True).distinct().order_by("account__segment"))
    people, groups = [(str(one.pk), one.name) for one in owners], [(str(one.pk), one.name) for one in teams]
    return [("owner", "Owner", people, str(question.owner or "")), ("team", "Team", groups, str(question.team or "")),
            ("territory", "Territory", [(one, one) for one in places], question.territory),
            ("segment", "Segment", [(one, one.replace("_", " ").capitalize()) for one in segments], question.segment)]  # fmt: skip


def quarters(at: datetime) -> list[Quarter]:
    """The quarters one picks from: around today's."""
    book = active().playbook
    starts = book.signing_path.quarters.starts
    return around(quarter_of(today(book, at), starts), BACK, AHEAD, starts)


def choices(request: HttpRequest, question: Asked) -> dict[str, Any]:
    """What can be chosen: quarters around today's, and of the deals one sees whose, which teams, territories and segments. Four queries."""
    listed = picks(visible(Opportunity, request.scope), question)
    return {
        "quarters": quarters(now()), "filters": listed, "ways": [(one, one.capitalize() if one != "owner" else "Rep") for one in BY],
        "kept": [(name, picked) for name, _, _, picked in listed if picked] + [("by", question.by)],
        "by_word": "rep" if question.by == "owner" else question.by, "by_title": "Rep" if question.by == "owner" else question.by.capitalize(),
        "may_hold": may(request.user, "forecast.override"), "may_quota": may(request.user, "quotas.manage"), "may_lock": may(request.user, "forecast.lock"),
        "asked": question, "here": address(question), "filtered": any(picked for _, _, _, picked in listed),
    }  # fmt: skip


def address(question: Asked, **other: Any) -> str:
    """The question as the query of an address, with something else of it."""
    said = {"quarter": question.quarter.code, "owner": question.owner, "team": question.team, "territory": question.territory,
            "segment": question.segment, "by": question.by, "since": question.since, **other}  # fmt: skip
    return "?" + urlencode({name: str(value) for name, value in said.items() if value})


def _key(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
