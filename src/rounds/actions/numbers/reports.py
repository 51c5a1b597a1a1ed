"""Reports: made for one person as they may see them, archived for good, sent by mail once, wished for or not."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from rounds.access.reports import may_read
from rounds.access.roles import title_of
from rounds.actions.flow import deliveries
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.documents.messages import Button, Message
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Delivery, Report, ReportWish, ReportWord, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.playbook.shapes.reports import ReportKind
from rounds.rules.reports import told, words


class Filled(Protocol):
    """A report that is filled (analytics/reports/making.py `made`): what it says and all it rests on."""

    @property
    def kind(self) -> ReportKind: ...
    @property
    def period(self) -> str: ...
    @property
    def as_of(self) -> date | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def scope(self) -> str: ...
    @property
    def playbook(self) -> str: ...
    @property
    def content(self) -> dict[str, Any]: ...
    @property
    def parameters(self) -> dict[str, Any]: ...


class NoSuchReport(Refusal):
    """There is no such report; /reports/ lists those you may read."""

    status = 404


class NotYours(Refusal):
    """Your role does not read this report; /reports/ lists those it does."""

    status = 403


class WishUnclear(Refusal):
    """Say yes or no: whether the report is to come by mail."""

    status = 422
    field = "wanted"


def kind_of(name: str) -> ReportKind:
    """The report of a name. Raises NoSuchReport."""
    kind = active().playbook.reports.of(name)
    if kind is None:
        raise NoSuchReport
    return kind


def keep(filled: Filled, user: User, *, by: Actor, at: datetime, slot: str = "") -> Report:
    """Archive a report that was filled for `user`, for good. `slot`: the time of its schedule it is for. Of the same period it is
    the next version; the ones before stay.

    Effects: Report, a ReportWord for each name and text of a record in it, an audit entry. Raises NotYours (403).
    """
    kind = filled.kind
    if not may_read(user, kind):
        raise NotYours
    said = {**filled.parameters, "slot": slot, "user": str(user.id), "role": user.role}
    content, named = words.sealed(filled.content, lambda: secrets.token_hex(16))
    with deed(by):
        row = Report.objects.create(
            user=user, kind=kind.report, title=kind.title, slot=slot, period=filled.period, as_of=filled.as_of,
            version=_next(user, kind.report, filled.period), data_at=filled.at, parameters=said, content=content,
            digest=told.digest(said, content), scope_hash=filled.scope, playbook_hash=filled.playbook, **signature(by, at),
        )  # fmt: skip
        ReportWord.objects.bulk_create(ReportWord(user=user, report=row, place=one.place, text=one.text, salt=one.salt, account_id=one.account or None, at=at)
                                       for one in named)  # fmt: skip
        audit.note("report.make", by=by, at=at, kind="report", subject=row.id, scope=filled.scope,
                   detail={"report": kind.report, "period": row.period, "version": row.version, "slot": slot, "for": str(user.id), "digest": row.digest})  # fmt: skip
    return row


def words_of(report: Report) -> list[words.Kept]:
    """What records were called in a report, as far as it was not erased."""
    return [words.Kept(place, text, salt) for place, text, salt in report.words.order_by("place").values_list("place", "text", "salt")]


def is_whole(report: Report, named: Sequence[words.Kept]) -> bool:
    """Whether a report is as it was told: its mark, and the seal of every word that was not erased."""
    return told.digest(report.parameters, report.content) == report.digest and words.holds(report.content, named)


def _next(user: User, name: str, period: str) -> int:
    """The version that follows; two who make one at a time wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"report {user.pk} {name} {period}"])
    return Report.objects.filter(user=user, kind=name, period=period).count() + 1


def send(report: Report, *, by: Actor, at: datetime) -> Delivery:
    """Mail a report to whom it was made for: the first sentence of each section, and a link to the whole of it, which asks for
    a log-in; the file itself does not lie in a mailbox. Once for each report, however often it is asked.

    Effects: Delivery, an audit entry. Raises NoAddress.
    """
    base, user = settings.CONFIG.public_url.rstrip("/"), report.user
    place, title = f"{base}/reports/{report.kind}/{report.id}/", report.content["period"]["title"]
    message = Message(
        subject=f"{report.title}: {title}", greeting=f"Good morning {user.name.split()[0] if user.name else ''}".strip(),
        lines=tuple(told.headlines(report.content)), buttons=(Button("Open the report", place), Button("As a PDF", f"{place}paper.pdf")),
        why=f"You get it as {title_of(user)}; it counts what you may see.", change=f"{base}/reports/", event="report",
    )  # fmt: skip
    with deed(by):
        row = deliveries.post("email", user.email, message, key=f"report:{report.id}", by=by, at=at, user=user, about="report")
        audit.note("report.send", by=by, at=at, kind="report", subject=report.id, detail={"report": report.kind, "to": str(user.id), "delivery": str(row.id)})
    return row


def recipients(name: str) -> list[User]:
    """Who gets a report by mail: the people of its roles who have not declined it, and those who wished for it; of them those
    who work here and may read it, by name."""
    kind, wishes = kind_of(name), dict(ReportWish.objects.filter(kind=name).values_list("user_id", "wanted"))
    people = User.objects.filter(is_active=True).order_by("name", "id")
    return [one for one in people if wishes.get(one.pk, one.role in kind.roles) and may_read(one, kind)]


def wish(user: User, name: str, wanted: str, *, by: Actor, at: datetime) -> None:
    """`user` wishes a report by mail (`yes`), or not (`no`); as their role has it, nothing is kept. Effects: ReportWish, an
    audit entry. Raises NoSuchReport, NotYours, WishUnclear (422)."""
    kind, yes = kind_of(name), wanted == "yes"
    if not may_read(user, kind):
        raise NotYours
    if wanted not in ("yes", "no"):
        raise WishUnclear
    with deed(by):
        ReportWish.objects.filter(user=user, kind=name).delete()
        if yes != (user.role in kind.roles):
            ReportWish.objects.create(user=user, kind=name, wanted=yes)
        audit.note("report.wish", by=by, at=at, kind="user", subject=user.id, detail={"report": name, "wanted": yes})


def own(user: User) -> QuerySet[Report]:
    """The reports that were made for somebody, the last first."""
    return Report.objects.filter(user=user).order_by("-at", "-id")


def wishes(user: User) -> dict[str, bool]:
    """Report → whether somebody wishes it, where that is not as their role has it."""
    return dict(ReportWish.objects.filter(user=user).values_list("kind", "wanted"))
