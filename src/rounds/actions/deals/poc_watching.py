"""What is looked at each day: milestones and reviews that come near, overrun, issues left open, decisions due, data not
yet destroyed (POC-06, POC-07, PLUS-26, PLUS-27). Doing it twice a day does it once."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from rounds.actions.deals import data_gate, poc_data, poc_issues, poc_plan
from rounds.actions.deals.below import add_task, manager_of, tell
from rounds.actions.deals.poc_given import moment
from rounds.actions.desk.notifications import notify
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import Poc, PocDataClock, PocIssue, PocMilestone
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.poc.plan import alarm_words, alarms

AHEAD = timedelta(days=7)


def watch(*, by: Actor, at: datetime) -> Counter[str]:
    """Look at every proof of concept that is not over, and at every clock of patient data; what was done, counted.

    Effects: tasks for milestones and reviews, poc.overran with a notice, issues escalated, notices of clocks and decisions.
    """
    done: Counter[str] = Counter()
    on = house_day(at)
    with deed(by):
        for poc in Poc.objects.filter(state__in=("running", "readout")).select_related("opportunity__account", "opportunity__owner", "lead"):
            done.update(_looked(poc, on, by=by, at=at))
        for issue in PocIssue.objects.filter(closed_at=None, escalated_at=None, due_at__lt=at):
            poc_issues.escalate(issue, by=by, at=at)
            done["issues escalated"] += 1
        done.update(_clocks(on, by=by, at=at))
    return done


def _looked(poc: Poc, on: date, *, by: Actor, at: datetime) -> Counter[str]:
    done: Counter[str] = Counter()
    if poc.state == "running":
        done["milestone tasks"] += _milestones(poc, on, by=by, at=at)
        done["review tasks"] += poc_plan.ask_review(poc, by=by, at=at)
        done["overrun alarms"] += _overrun(poc, on, by=by, at=at)
    elif poc.decision == "" and poc.decision_due_on and on > poc.decision_due_on and poc.alarm != "decision":
        _alarm(poc, "decision", "the decision is overdue", by=by, at=at)
        done["decisions overdue"] += 1
    if poc.data_since and not data_gate.cover(poc.opportunity.account, at).open:
        done["data clocks"] += poc_data.start_clock(poc, "baa_ended", on, by=by, at=at) is not None and not _clocked(poc, at)
    return done


def _clocked(poc: Poc, at: datetime) -> bool:
    """Whether the clock was running before this moment."""
    return PocDataClock.objects.filter(poc=poc, at__lt=at).exists()


def _milestones(poc: Poc, on: date, *, by: Actor, at: datetime) -> int:
    """A task for each milestone that is due within the week or late."""
    made = 0
    for row in PocMilestone.objects.filter(poc=poc, done_at=None, due_on__lte=on + AHEAD):
        task = add_task(poc.opportunity, f"{row.title}: {poc.name}", key=poc_plan.milestone_key(row), due_at=moment(row.due_on),
                        owner=poc.lead, priority="high" if row.due_on < on else "normal", by=by, at=at)  # fmt: skip
        made += task.at == at
    return made


def _overrun(poc: Poc, on: date, *, by: Actor, at: datetime) -> int:
    """The worst alarm, told once (POC-07)."""
    weeks = active().playbook.poc_plan.weeks
    found = [one for one in alarms(weeks, kickoff=poc.kickoff_on, ends=poc.ends_on, today=on) if one != "long"]
    if not found or found[-1] == poc.alarm:
        return 0
    _alarm(poc, found[-1], alarm_words(weeks, found[-1], planned=poc.weeks), by=by, at=at)
    return 1


def _alarm(poc: Poc, alarm: str, words: str, *, by: Actor, at: datetime) -> None:
    poc.alarm = alarm
    poc.save(update_fields=["alarm"])
    tell("poc.overran", poc, {"name": poc.name, "alarm": alarm, "ends_on": poc.ends_on.isoformat()}, by=by, at=at)
    people = {one.pk: one for one in (poc.lead, poc.opportunity.owner, manager_of(poc.lead)) if one is not None and one.is_active}
    notify(people.values(), kind="poc.alarm", title=f"{poc.name}: {words}", url=f"/pocs/{poc.id}/", account=poc.opportunity.account_id,
           subject=poc.id, by=by, at=at)  # fmt: skip
    audit.note("poc.alarm", by=by, at=at, kind="poc", subject=poc.id, detail={"alarm": alarm})


def _clocks(on: date, *, by: Actor, at: datetime) -> Counter[str]:
    """Who leads the POC is told of the days the playbook names, and from the first red day on daily."""
    done: Counter[str] = Counter()
    days = active().playbook.poc_terms.phi.told_days
    for clock in PocDataClock.objects.filter(done_at=None).select_related("poc__lead", "opportunity__owner"):
        left, poc = (clock.due_on - on).days, clock.poc
        if left not in days and left >= 0:
            continue
        people = {one.pk: one for one in (poc.lead, clock.opportunity.owner, manager_of(poc.lead)) if one is not None and one.is_active}
        words = f"patient data must be gone in {left} days" if left >= 0 else f"patient data is overdue since {clock.due_on:%d %b %Y}"
        notify(people.values(), kind="poc.alarm", title=f"{poc.name}: {words}", url=f"/pocs/{poc.id}/#data", group=f"{clock.id}:{on}",
               account=clock.opportunity.account_id, subject=clock.id, by=by, at=at)  # fmt: skip
        done["data clocks told"] += 1
    return done
