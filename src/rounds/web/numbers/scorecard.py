"""The scorecard (KPI-37): every KPI in its group with figure, target, baseline, owner, what was said; and what people enter."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import NotAllowed, may, need
from rounds.access.roles import role_of
from rounds.actions.numbers import kpis
from rounds.actions.numbers.kpis import KpiRefused
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.period import Period
from rounds.analytics.numbers.scorecard import Line, scorecard
from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.playbook.shapes.kpis import Kpi
from rounds.web.doors import noted, page
from rounds.web.numbers.boards_asked import boards_of
from rounds.web.numbers.boards_shown import STATES

LEADING = ("executive", "manager")
USUAL = "this-quarter"


def need_scorecard(request: HttpRequest) -> None:
    """Whoever leads reads the scorecard. Raises NotAllowed."""
    if not any(board.dashboard in LEADING for board in boards_of(request.user)):
        raise NotAllowed(f"The scorecard is for those who lead; your role ({role_of(request.user).title}) has its own numbers under Dashboards.")


@require_GET
@page
def show(request: HttpRequest) -> HttpResponse:
    """Every line, for a period."""
    need_scorecard(request)
    at, book = now(), active().playbook
    period = periods.parse(request.GET.get("period") or USUAL, book, periods.today(book, at))
    lines = scorecard(period, Live(request.scope, book), at)
    noted(request, "scorecard.read", "kpi", period=period.code)
    groups = [{"group": group, "lines": [_shown(line, book) for line in lines if line.kpi.group == group.group]} for group in book.scorecard.groups]
    past = [(one.code, one.title) for one in reversed(periods.trend(periods.containing("quarter", periods.today(book, at), book), book, 8))]
    context = {"place": "scorecard", "finding": _finding(lines, period), "groups": groups, "period": period, "periods": past if period.code in dict(past) else [(period.code, period.title), *past],
               "may_enter": may(request.user, "kpis.enter"), "toast": request.session.pop("toast", None), "change_as": book.scorecard.change_as.value, "number": active().number}  # fmt: skip
    return render(request, "numbers/scorecard/scorecard.html", context)


@require_GET
@page
def one(request: HttpRequest, kpi: str) -> HttpResponse:
    """One KPI: what was entered, frozen and said of it, and the forms for more."""
    need_scorecard(request)
    at, book = now(), active().playbook
    known = _known(kpi)
    period = periods.parse(request.GET.get("period") or USUAL, book, periods.today(book, at))
    line = next(each for each in scorecard(period, Live(request.scope, book), at) if each.kpi.kpi == kpi)
    noted(request, "scorecard.read", "kpi", period=period.code, kpi=kpi)
    from rounds.models import KpiEntry

    rows = [{"row": row, "says": "" if row.value is None else _said(line.unit, row.value)} for row in KpiEntry.objects.filter(kpi=kpi).order_by("-at")[:30]]
    past = [(each.code, each.title) for each in reversed(periods.trend(line.period, book, 8))]
    context = {"place": "scorecard", "line": _shown(line, book), "kpi": known, "rows": rows, "entered_label": {"percent": "Figure, in percent", "hours": "Figure, in hours"}.get(known.unit or "", "Figure"), "periods": past, "over": past[1:], "period": period,
               "may_enter": may(request.user, "kpis.enter"), "toast": request.session.pop("toast", None)}  # fmt: skip
    return render(request, "numbers/scorecard/kpi.html", context)


@require_POST
@page
def enter(request: HttpRequest, kpi: str) -> HttpResponse:
    """Enter the figure of a period by hand."""
    need_scorecard(request)
    need(request.user, "kpis.enter")
    _known(kpi)
    period, say = _period(request), request.POST.get
    kpis.enter(kpi, _decimal(say("value", "")), period=period.code, starts_on=period.starts, ends_on=period.ends, evidence=say("evidence", ""), by=request.user.actor, at=now())
    return _back(request, kpi, "The figure is entered")


@require_POST
@page
def freeze(request: HttpRequest, kpi: str) -> HttpResponse:
    """Freeze what a period that is over came to as the baseline."""
    need_scorecard(request)
    need(request.user, "kpis.enter")
    _known(kpi)
    at, period = now(), _period(request)
    line = next(each for each in scorecard(period, Live(request.scope, active().playbook), at) if each.kpi.kpi == kpi)
    if line.reading is None or line.reading.value is None:
        raise KpiRefused(f"{line.kpi.title} has no figure in {period.title}; choose a period that has one.", field="period")
    value = Decimal(line.reading.value.numerator) / Decimal(line.reading.value.denominator)
    kpis.freeze(kpi, value, period=period.code, starts_on=period.starts, ends_on=period.ends, n=line.reading.n, note=request.POST.get("note", ""), by=request.user.actor, at=at)
    return _back(request, kpi, "The baseline is frozen")


@require_POST
@page
def comment(request: HttpRequest, kpi: str) -> HttpResponse:
    """Say something of a KPI."""
    need_scorecard(request)
    _known(kpi)
    kpis.comment(kpi, request.POST.get("text", ""), by=request.user.actor, at=now())
    return _back(request, kpi, "Said")


def _known(kpi: str) -> Kpi:
    found = active().playbook.scorecard.find(kpi)
    if found is None:
        raise Http404
    return found


def _period(request: HttpRequest) -> Period:
    book = active().playbook
    return periods.parse(request.POST.get("period", ""), book, periods.today(book, now()))


def _decimal(said: str) -> Decimal:
    try:
        return Decimal(said.replace(",", "").replace("$", "").replace("%", "").strip())
    except InvalidOperation:
        raise KpiRefused("Write a figure such as 12.5.", field="value") from None


def _back(request: HttpRequest, kpi: str, says: str) -> HttpResponse:
    request.session["toast"] = {"text": says}
    return redirect(f"/scorecard/{quote(kpi)}/")


def _said(unit: str, value: Decimal) -> str:
    from rounds.rules.numbers.showing import shown

    return shown(Fraction(value), unit)


def _finding(lines: list[Line], period: Period) -> str:
    """How many targets are met, and how many KPIs cannot be told."""
    judged = [verdict.status for line in lines for verdict in line.verdicts if verdict.status != "no data"]
    untold = sum(1 for line in lines if line.reading is None or line.reading.value is None)
    if not judged:
        return f"No KPI has a figure in {period.title} yet"
    return f"{judged.count('met')} of {len(judged)} KPIs that are known meet their target in {period.title}; {untold} cannot be told yet"


def _shown(line: Line, book: Any) -> dict[str, Any]:
    reading, kpi = line.reading, line.kpi
    verdict = line.verdicts[0] if line.verdicts else None
    icon, word = STATES[verdict.status] if verdict else ("", "")
    before = line.points[-2][1] if len(line.points) > 1 else None
    return {"line": line, "kpi": kpi, "state": reading.state if reading else "lost", "value": reading.short if reading else "", "full": reading.says if reading else "", "n": reading.n if reading else 0,
            "target": verdict.says if verdict else "", "icon": icon, "word": f"{word}, better than asked" if verdict and verdict.beyond else word, "judged": verdict and verdict.status != "no data",
            "before": before.short if before is not None and before.value is not None else "", "period": line.period, "owner": book.access.roles[kpi.owner].title, "url": _url(line),
            "rests": "entered by hand" if kpi.by_hand else f"waits for {line.waits_for}" if line.waits_for else ""}  # fmt: skip


def _url(line: Line) -> str:
    """Where its rows are: the number it is counted by."""
    if not line.kpi.metric or line.waits_for:
        return ""
    return f"/numbers/{line.kpi.metric}/?period={line.period.code}" + (f"&{line.kpi.part[0]}={line.kpi.part[1]}" if line.kpi.part else "")
