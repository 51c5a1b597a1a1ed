"""Reports at their times: begun once, made for everybody as they may see, taken by a real mail server, never changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import Error, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from rounds.access.scope import scope_of
from rounds.access.sight import sight, system_sight
from rounds.actions.numbers import report_times, reports
from rounds.jobs import automations, numbers
from rounds.jobs import reports as jobs
from rounds.jobs.deliveries import deliver
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import frozen_at
from rounds.models import AuditEntry, AutomationRun, Delivery, Report, ReportWish, ScheduleTick
from tests.mail_peer import mail_peer, use

HOME = ZoneInfo("America/New_York")


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=HOME).astimezone(UTC)


MONDAY = wall(2026, 11, 23, 6, 5)


@pytest.fixture
def worker(committed):
    """A database of the test's own, as the worker role; the cast in it."""
    user = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "rounds_worker"
    with system_sight():
        cast = build_cast(MONDAY - timedelta(days=30))
    yield cast
    connection.close()
    connection.settings_dict["USER"] = user


def begun() -> list[str]:
    return sorted(ScheduleTick.objects.filter(job="report:monday", started=True).values_list("period", flat=True))


@pytest.mark.req("REPORT-01")
def test_a_report_is_begun_once_and_what_was_missed_is_made_up_for_once(worker):
    with frozen_at(MONDAY - timedelta(days=14)):
        assert jobs.ask() == 0, "a time that had passed before the report was there is not begun"
    with frozen_at(MONDAY - timedelta(minutes=6)):
        jobs.ask()
        assert begun() == ["2026-W47"]
    with frozen_at(MONDAY):
        assert "2026-W48" not in begun()
        jobs.ask()
        jobs.ask()
        assert begun() == ["2026-W47", "2026-W48"]
    with frozen_at(MONDAY + timedelta(days=22)):
        jobs.ask()
    assert begun() == ["2026-W47", "2026-W48", "2026-W51"], "of three weeks down the last alone"


@pytest.mark.req("REPORT-09", "REPORT-11")
def test_it_arrives_by_mail_once_as_each_may_see_it(worker, settings):
    cast = worker
    with mail_peer() as (peer, port), frozen_at(MONDAY):
        use(port, settings)
        with system_sight():
            ReportWish.objects.create(user=cast.manager, kind="monday", wanted=False)
        made = jobs.make("monday", "2026-W48")
        with system_sight():
            there = {row.user_id: row for row in Report.objects.filter(kind="monday")}
            assert {cast.owner.pk, cast.executive.pk} <= set(there)
            assert made == len(there)
            assert cast.manager.pk not in there, "she declined it"
            assert cast.marketing.pk not in there
            assert there[cast.owner.pk].scope_hash != there[cast.executive.pk].scope_hash
            first = Delivery.objects.filter(about="report").first()
        assert jobs.make("monday", "2026-W48") == 0, "killed and begun anew it finds what is there"
        assert deliver(str(first.pk)) == made
        assert deliver(str(first.pk)) == 0
        letters = {letter["To"].addresses[0].addr_spec: letter for letter in peer.letters()}
        assert len(letters) == made
        letter = letters[cast.owner.email]
        words = letter.get_body(("plain",)).get_content()
        assert letter["Subject"] == "Monday pipeline review: Week of 16 Nov 2026"
        assert f"/reports/monday/{there[cast.owner.pk].pk}/" in words
        assert "Stage progression: No change: no deal changed its stage" in words
        assert [part.get_content_type() for part in letter.walk() if part.get_filename()] == [], "a link, no file in a mailbox"
    with system_sight():
        noted = AuditEntry.objects.filter(verb__in=["report.make", "report.send"], subject_id=there[cast.owner.pk].pk)
        assert sorted(noted.values_list("verb", flat=True)) == ["report.make", "report.send"]


@pytest.mark.req("REPORT-09")
def test_the_database_takes_no_change_and_no_removal(worker):
    with frozen_at(MONDAY):
        jobs.make("monday", "2026-W48")
    with system_sight():
        row = Report.objects.first()
    for deed in (lambda: Report.objects.filter(pk=row.pk).update(title="Better"), lambda: Report.objects.filter(pk=row.pk).delete()):
        with pytest.raises(Error), transaction.atomic(), system_sight():
            deed()
    with system_sight():
        assert Report.objects.get(pk=row.pk).title == "Monday pipeline review"


@pytest.mark.req("REPORT-01", "AUTO-07", "AUTO-12")
def test_an_automation_makes_the_report_of_its_time_once_and_says_what_came_of_it(worker):
    with frozen_at(MONDAY - timedelta(days=7)):
        automations.look_at_the_clock()
    with frozen_at(MONDAY):
        automations.begin("weekly_reviews", "2026-W48")
        with system_sight():
            run = AutomationRun.objects.get(automation="weekly_reviews")
            step = run.steps.get(position=0)
            assert step.state == "waiting"
            assert step.outcome.startswith("the Monday pipeline review is being made for")
            asked = ProcrastinateJob.objects.get(task_name="numbers.report").args
        made = jobs.make(asked["report"], asked["slot"], run=asked["run"], position=asked["position"])
        automations.carry_on(run.pk)
        with system_sight():
            step.refresh_from_db()
            assert (step.state, step.outcome) == ("done", f"Monday pipeline review of 2026-W47, made and mailed for {made}")
            assert made == len(reports.recipients("monday")) == Delivery.objects.filter(about="report").count()
        assert jobs.make("monday", "2026-W48") == 0, "its own schedule finds it there"
        forecast = ProcrastinateJob.objects.get(task_name="numbers.forecast_asked").args
        numbers.forecast(**forecast)
        automations.carry_on(run.pk)
    with system_sight():
        assert run.steps.get(position=1).outcome == "learned of 0 closed deals"


@pytest.mark.req("REPORT-08", "AUTO-08")
def test_the_monthly_automation_points_at_its_parts_of_the_monthly_report(worker):
    with frozen_at(wall(2026, 12, 1, 6, 45)):
        automations.begin("monthly_reviews", "2026-12")
        with system_sight():
            run = AutomationRun.objects.get(automation="monthly_reviews")
            jobs_asked = list(ProcrastinateJob.objects.filter(task_name="numbers.report").order_by("id").values_list("args", flat=True))
        for asked in jobs_asked:
            jobs.make(asked.pop("report"), asked.pop("slot"), **asked)
        automations.carry_on(run.pk)
        with system_sight():
            said = [step.outcome for step in run.steps.order_by("position")]
            people = len(reports.recipients("monthly"))
            assert Report.objects.filter(kind="monthly").count() == people, "five steps, one report each"
    assert said[0] == f"Monthly business review of 2026-11, made and mailed for {people}"
    assert [one.partition(" stands")[0] for one in said[1:]] == ["“Territory analysis”", "“Win and loss”", "“Training needs”", "“Resource planning”"]


@pytest.mark.req("REPORT-01")
def test_a_report_nobody_can_be_made_is_refused_and_not_called_done(worker, monkeypatch):
    with frozen_at(MONDAY):
        automations.begin("weekly_reviews", "2026-W48")
        monkeypatch.setattr(jobs.making, "made", lambda *said: 1 / 0)
        asked = ProcrastinateJob.objects.get(task_name="numbers.report").args
        assert jobs.make(asked.pop("report"), asked.pop("slot"), **asked) == 0
        with system_sight():
            run = AutomationRun.objects.get(automation="weekly_reviews")
        automations.carry_on(run.pk)
    with system_sight():
        step = run.steps.get(position=0)
        assert (step.state, step.outcome) == ("refused", "the Monday pipeline review could be made for nobody; the audit trail (report.fail) says why")
        assert AuditEntry.objects.filter(verb="report.fail").count() == len(reports.recipients("monday"))


@pytest.mark.req("REPORT-04")
def test_the_compliance_report_goes_to_those_who_may_read_it(worker):
    with system_sight():
        names = {one.role for one in reports.recipients("compliance")}
        assert names == {"compliance", "security", "admin"}
        ReportWish.objects.create(user=worker.owner, kind="compliance", wanted=True)
        assert worker.owner not in reports.recipients("compliance"), "a wish opens nothing"
    with sight(scope_of(worker.owner)), pytest.raises(reports.NotYours):
        reports.wish(worker.owner, "compliance", "yes", by=worker.owner.actor, at=MONDAY)


@pytest.mark.req("REPORT-09")
def test_somebody_else_s_report_is_not_there(worker):
    with frozen_at(MONDAY):
        jobs.make("monday", "2026-W48")
    with sight(scope_of(worker.executive)):
        assert set(Report.objects.values_list("user_id", flat=True)) == {worker.executive.pk}


@pytest.mark.req("REPORT-01")
def test_monday_s_holiday_is_told_on_tuesday(worker):
    with frozen_at(wall(2026, 5, 19, 9)):
        jobs.ask()
    with frozen_at(wall(2026, 5, 25, 12)):
        jobs.ask()
        assert begun() == []
    with frozen_at(wall(2026, 5, 26, 6)):
        assert report_times.tick(at=wall(2026, 5, 26, 6)) == 1
    assert begun() == ["2026-W22"]
