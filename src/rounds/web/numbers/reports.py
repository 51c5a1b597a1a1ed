"""Reports: what there is, made now or looked at before, the archive, and each on its page, on paper and as a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.reports import may_read
from rounds.access.roles import title_of
from rounds.access.scope import visible
from rounds.actions.numbers import report_times, reports
from rounds.actions.trust import audit, exports
from rounds.analytics.reports import making
from rounds.documents import csv
from rounds.documents.names import attachment
from rounds.documents.report import Paper, html
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Opportunity, Report
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.playbook.shapes.reports import ReportKind
from rounds.rules.reports import told, words
from rounds.web.doors import noted, page
from rounds.web.proof import proved

SHOWN = 60


class NoDay(Refusal):
    """Write a day as 2026-11-20, or leave it empty for today."""

    status = 422


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The reports for the viewer's role, when each comes next, and what was told before, the last first."""
    book, at = active().playbook, now()
    kinds = [one for one in book.reports.reports if may_read(request.user, one)]
    if not kinds:
        raise reports.NotYours
    wishes, mine = reports.wishes(request.user), reports.own(request.user)
    asked = request.GET.get("kind", "")
    rows = mine.filter(kind=asked) if asked in {one.report for one in kinds} else mine
    titles = {code: role.title for code, role in book.access.roles.items()}
    shown = [{"kind": one, "next": report_times.coming(one, book, at), "wanted": wishes.get(one.report, request.user.role in one.roles),
              "roles": ", ".join(titles[role] for role in one.roles)} for one in kinds]  # fmt: skip
    return render(request, "numbers/reports.html", {"kinds": shown, "rows": rows.defer("content")[:SHOWN], "asked": asked, "place": "reports", "today": house_day(at).isoformat()})


@require_POST
@page
def make(request: HttpRequest, name: str) -> HttpResponse:
    """Make a report now, for oneself."""
    kind = _kind(request, name)
    found = making.made(kind, request.scope, active().playbook, now(), _day(request.POST.get("as_of", "")))
    row = reports.keep(found, request.user, by=request.user.actor, at=found.at)
    return redirect(f"/reports/{name}/{row.pk}/")


@require_GET
@page
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """How a report would read now; nothing is kept."""
    kind = _kind(request, name)
    found = making.made(kind, request.scope, active().playbook, now(), _day(request.GET.get("as_of", "")))
    noted(request, "report.preview", "report", report=name, period=found.period)
    return render(request, "numbers/report.html", {"content": _told(words.opened(found.content)), "kind": kind, "at": found.at, "as_of": found.as_of, "place": "reports"})


@require_POST
@page
def wish(request: HttpRequest, name: str) -> HttpResponse:
    """Whether one gets it by mail."""
    reports.wish(request.user, name, request.POST.get("wanted", ""), by=request.user.actor, at=now())
    return redirect("/reports/")


@require_GET
@page
def show(request: HttpRequest, name: str, key: UUID) -> HttpResponse:
    """A report as it was told; deals one no longer sees are named no more."""
    row = _row(request, name, key)
    noted(request, "report.read", "report", row.pk, report=name)
    versions = reports.own(request.user).filter(kind=name, period=row.period).exclude(pk=row.pk).defer("content")
    named = reports.words_of(row)
    said = {"content": _told(making.shown(row, named, request.scope)), "row": row, "erased": sum(not one.salt for one in named), "kind": _kind(request, name), "at": row.data_at, "as_of": row.as_of, "versions": versions,
            "whole": reports.is_whole(row, named), "narrowed": row.scope_hash != request.scope.hash, "place": "reports"}  # fmt: skip
    return render(request, "numbers/report.html", said)


@require_GET
@page
@proved
def file(request: HttpRequest, name: str, key: UUID, form: str) -> HttpResponse:
    """The report on paper or as rows of CSV. That it left, and whom it tells of, is noted."""
    row, at = _row(request, name, key), now()
    content = making.shown(row, reports.words_of(row), request.scope)
    rows = told.as_rows(content)
    exports.need_to_take(request.user, len(rows), request.GET.get("reason", ""))
    _note(request, row, content, form, at)
    mark = exports.mark(request.user, row.scope_hash, at)
    title = f"{row.title} {row.period} v{row.version}.{form}"
    if form == "csv":
        body, kind = "".join(csv.lines([*told.HEADS, "Rounds scope"], ([*one, mark] for one in rows))).encode(), "text/csv; charset=utf-8"
    else:
        from rounds.documents.pdf import pdf

        body, kind = pdf(html(Paper(content, about(row, title_of(request.user)), f"{mark} · {row.digest[:16]}"))), "application/pdf"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": attachment(title)})


def _told(content: dict[str, Any]) -> dict[str, Any]:
    """The content for a page: a figure without a number is told by its sentence alone."""
    for part in content["sections"]:
        part["figures"] = [one for one in part["figures"] if one["value"] is not None]
    return content


def about(row: Report, role: str) -> str:
    """What a report rests on, in a line."""
    days = f", the records as they stood at the end of {row.as_of:%-d %b %Y}" if row.as_of else ""
    return f"Version {row.version}, made for {row.user.name} ({role}) on {row.data_at:%-d %b %Y %H:%M} UTC{days}; playbook {row.playbook_hash[:8]}. It counts what they may see."


def _note(request: HttpRequest, row: Report, content: dict[str, Any], form: str, at: datetime) -> None:
    deals = {one["deal"] for part in content["sections"] for table in part["tables"] for one in table["rows"] if one["deal"]}
    accounts = list(visible(Opportunity, request.scope).filter(pk__in=deals).values_list("account_id", flat=True))
    audit.note_file("report.export", by=request.user.actor, at=at, kind="report", subject=row.pk, form=form, ids=[row.pk], accounts=accounts,
                    scope=request.scope.hash, reason=request.GET.get("reason", "")[:1000], detail={"report": row.kind, "digest": row.digest})  # fmt: skip


def _kind(request: HttpRequest, name: str) -> ReportKind:
    kind = reports.kind_of(name)
    if not may_read(request.user, kind):
        raise reports.NotYours
    return kind


def _row(request: HttpRequest, name: str, key: UUID) -> Report:
    row = reports.own(request.user).filter(kind=name, pk=key).first()
    if row is None:
        raise Http404
    # Who lost the permission since reads no old one either.
    _kind(request, name)
    return row


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NoDay from None
