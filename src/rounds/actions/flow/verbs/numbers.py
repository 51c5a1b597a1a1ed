"""Deeds of numbers: a report made and mailed, its monthly parts, the forecast learned anew.

They take longer than a step may, so the worker's own job does the work and then wakes the step, which says what came of it.
"""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app
from pydantic import Field

from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, Said, done, refused, verb
from rounds.actions.numbers import learning, report_times, reports
from rounds.kit.actor import Actor
from rounds.models import ForecastModel, Report
from rounds.models.flow.active import active
from rounds.playbook.shapes.reports import ReportKind

TRIED = "tried"
"""Stands in a step's result once the job it waited for has ended (actions/flow/automations.py `wake`)."""


class ReportSaid(Said):
    """`report`: one of numbers/reports.yaml."""

    report: str = Field(min_length=1)


@verb("report.generate", shape=ReportSaid, says="make a report and mail it")
def generate(context: Context, said: ReportSaid, *, by: Actor, at: datetime) -> Outcome:
    """The report for everybody who gets it, each as they may see it. At its own time it is the one of its schedule, once."""
    return _made(context, reports.kind_of(said.report), "", at)


@verb("territory.analyse", says="analyse the territories in the monthly report")
def territories(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The section on territories."""
    return _part(context, "territories", at)


@verb("win_loss.prepare", says="prepare the win/loss review in the monthly report")
def win_loss(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The section on what was won and lost, and why."""
    return _part(context, "win_loss", at)


@verb("training.assess", says="assess training needs in the monthly report")
def training(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The section on training needs."""
    return _part(context, "training", at)


@verb("resources.plan", says="update the resource plan in the monthly report")
def resources(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The section on what is to be done, and by whom."""
    return _part(context, "resources", at)


@verb("forecast.update", says="learn the forecast anew", emits=("forecast.learned",))
def update(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Learn of our deals as they stand, as each night does."""
    if TRIED not in context.step.result:
        app.configure_task(learning.ASKED).defer(run=str(context.run.id), position=context.step.position)
        return Outcome("waiting", "the forecast is being learned anew")
    row = ForecastModel.objects.filter(at__gte=context.run.started_at).order_by("-at").first()
    return done(f"learned of {row.deals:,} closed deals", model=row.id) if row else refused("nothing was learned; `rounds forecast learn` says why")


def _part(context: Context, section: str, at: datetime) -> Outcome:
    """The first report of a month that has the section."""
    for kind in active().playbook.reports.reports:
        title = next((one.title for one in kind.sections if one.section == section), "")
        if title and kind.when.every == "month":
            return _made(context, kind, title, at)
    return refused(f"no monthly report of numbers/reports.yaml has a section “{section}”")


def _made(context: Context, kind: ReportKind, title: str, at: datetime) -> Outcome:
    slot, people = _slot(context, kind, at), reports.recipients(kind.report)
    if not people:
        return refused(f"nobody gets the {kind.title}: none of its people may read it and wishes it")
    rows = list(Report.objects.filter(kind=kind.report, slot=slot, user__in=people).values_list("id", "period"))
    if len(rows) < len(people) and TRIED not in context.step.result:
        report_times.begin(kind, slot, run=str(context.run.id), position=context.step.position)
        return Outcome("waiting", f"the {kind.title} is being made for {len(people)} {'person' if len(people) == 1 else 'people'}")
    if not rows:
        return refused(f"the {kind.title} could be made for nobody; the audit trail (report.fail) says why")
    all_of = f"{len(rows)}" if len(rows) == len(people) else f"{len(rows)} of {len(people)}"
    where = f"“{title}” stands in the {kind.title}" if title else kind.title
    return done(f"{where} of {rows[0][1]}, made and mailed for {all_of}", report=rows[0][0])


def _slot(context: Context, kind: ReportKind, at: datetime) -> str:
    """The time it is made for: its own, where the automation's is the same; else one of the run's own."""
    due, period = report_times.last(kind, active().playbook, at), str(context.payload.get("period", ""))
    return due.key if due and due.key == period else f"{context.automation.automation} {period or context.run.id}"
