"""A report filled: every section in its order, none left out, and what it rests on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rounds.access.scope import visible
from rounds.analytics.numbers import period as periods
from rounds.analytics.reports.asked import Asked
from rounds.analytics.reports.content import Filled
from rounds.analytics.reports.sections import SECTIONS
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope
from rounds.models import Opportunity, Report
from rounds.playbook import Playbook
from rounds.playbook.shapes.reports import ReportKind
from rounds.rules.reports import words

FIRST = date(2000, 1, 1)
"""No record of ours is older, and periods before it have no names."""
GONE = "A deal you no longer see"


class NotThatDay(Refusal):
    """A report tells of today or of a day that is over; give a day up to today, and none before the year 2000."""

    status = 422


@dataclass(frozen=True)
class Made:
    """A report that is filled and not yet archived: what it says, and all it rests on."""

    kind: ReportKind
    period: str
    as_of: date | None
    at: datetime
    scope: str
    playbook: str
    content: dict[str, Any]
    parameters: dict[str, Any]


def made(kind: ReportKind, scope: Scope, book: Playbook, at: datetime, as_of: date | None = None) -> Made:
    """The report as `scope` sees the records at `at` (as they stood at the end of `as_of`). Raises NotThatDay (422)."""
    if as_of and not FIRST <= as_of <= periods.today(book, at):
        raise NotThatDay
    asked = ask(kind, scope, book, at, as_of)
    parameters = {"report": kind.report, "period": asked.period.code, "starts": asked.period.starts.isoformat(), "ends": asked.period.ends.isoformat(),
                  "as_of": as_of.isoformat() if as_of else None, "data_at": at.isoformat(), "scope": scope.hash, "playbook": book.hash}  # fmt: skip
    return Made(kind, asked.period.code, as_of, at, scope.hash, book.hash, filled(kind, asked), parameters)


def ask(kind: ReportKind, scope: Scope, book: Playbook, at: datetime, as_of: date | None = None) -> Asked:
    """The question a report puts: its period, counted from the day it is about."""
    day = as_of or periods.today(book, at)
    return Asked(scope, book, periods.parse(kind.period, book, day), at, as_of)


def filled(kind: ReportKind, asked: Asked) -> dict[str, Any]:
    """The report as plain data: {"title", "period", "sections": [{"section", "title", "sentences", "figures", "tables"}]}."""
    sections = []
    for one in kind.sections:
        found = SECTIONS[one.of](asked, one)
        sentences = ((one.says,), *found.sentences) if one.says else found.sentences
        sections.append(Filled(sentences or (("Nothing to tell.",),), found.figures, found.tables).plain(one.section, one.title))
    said = {"title": kind.title, "period": {"code": asked.period.code, "title": asked.period.title}, "sections": sections}
    return json.loads(json.dumps(said))


def shown(report: Report, named: Sequence[words.Kept], scope: Scope) -> dict[str, Any]:
    """The content as `scope` may see it today: a row about a deal that is no longer seen keeps its place and says no more, and
    a word that was erased (it lacks in `named`) says so."""
    rows = [row for section in report.content["sections"] for table in section["tables"] for row in table["rows"]]
    asked = {row["deal"] for row in rows if row["deal"]}
    seen = {str(pk) for pk in visible(Opportunity, scope).filter(pk__in=asked).values_list("pk", flat=True)} if asked else set()
    content = words.opened(report.content, named)
    for section in content["sections"]:
        for table in section["tables"]:
            table["rows"] = [row if not row["deal"] or row["deal"] in seen else {"deal": "", "cells": [GONE, *[""] * (len(row["cells"]) - 1)]}
                             for row in table["rows"]]  # fmt: skip
    return content
