"""An automation tried on a record: what it would find and do, and why not. Everything is done and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from rounds.access.allowed import need
from rounds.actions.flow.automating import planning, stepping
from rounds.actions.flow.verbs.verb import Context
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, AutomationRun, AutomationStep, Lead, User
from rounds.models.flow.active import Active, active
from rounds.models.flow.asked import Values
from rounds.playbook.shapes.automation import Automation
from rounds.rules.automation import guard
from rounds.rules.automation.conditions import Judged, judge
from rounds.rules.automation.words import deed_words, span_words


@dataclass(frozen=True, slots=True)
class Tried:
    """One step: what it would come to. `after` is the delay it would wait."""

    title: str
    verb: str
    state: str
    sentence: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """`stopped`: why the guard would not let it run; `steps` what each deed would come to, were it begun."""

    judged: Judged
    stopped: str
    steps: list[Tried]

    @property
    def fires(self) -> bool:
        return bool(self.judged.holds) and not self.stopped


def try_on(automation: Automation, *, lead: Lead | None, account: Account | None, user: User, by: Actor, at: datetime,
           within: Active | None = None) -> Trial:  # fmt: skip
    """Do an automation to a record and take everything back: nothing is written, nothing leaves, no job stays.

    `within`: a playbook that is not in force yet, for an automation of a draft. Needs automations.manage. What the cause would say (event.…) is not known here. Raises NotAllowed (403).
    """
    need(user, "automations.manage")
    now = within or active()
    account = lead.account if lead is not None else account
    judged = judge(automation.if_, Values(now.playbook, lead=lead, account=account, payload=dict, at=at))
    keys = (lead.id if lead else None, account.id if account and not lead else None)
    lately = planning.deeds_within(*keys, at - planning.HOUR)
    stopped = guard.refused(now.playbook.automation.guard, [], (automation.automation, ""), again=automation.again, deeds_this_hour=lately)
    place = transaction.savepoint()
    try:
        steps = _steps(automation, now, lead, account, at)
    finally:
        transaction.savepoint_rollback(place)
    return Trial(judged, stopped or "", steps)


def _steps(automation: Automation, now: Active, lead: Lead | None, account: Account | None, at: datetime) -> list[Tried]:
    run = AutomationRun(
        automation=automation.automation, title=automation.title, playbook_hash=now.hash, cause=uuid4(), cause_kind="a trial",
        cause_at=at, lead_id=lead.id if lead else None, account_id=account.id if account else None, root=uuid4(), started_at=at,
        touched_at=at, at=at,
    )  # fmt: skip
    return [_one(automation, row, Context(automation, now.playbook, run, row, lead, account), at)
            for row in planning.steps_of(run, automation, now, {})]  # fmt: skip


def _one(automation: Automation, row: AutomationStep, context: Context, at: datetime) -> Tried:
    said = automation.then[row.position]
    after = span_words(said.delay) if said.delay is not None else ""
    judged = judge(said.if_, Values(context.playbook, lead=context.lead, account=context.account, payload=dict, at=at))
    if said.inline:
        return Tried(row.title, deed_words(said.do), "done", "as the lead is taken in", after)
    if not judged.holds:
        return Tried(row.title, deed_words(said.do), "skipped", judged.why_not, after)
    try:
        with transaction.atomic():
            found = stepping.perform(said, context, at)
    except Refusal as refusal:
        return Tried(row.title, deed_words(said.do), "refused", str(refusal), after)
    except Exception as error:
        return Tried(row.title, deed_words(said.do), "failed", f"{type(error).__name__}: {error}"[:300], after)
    return Tried(row.title, deed_words(said.do), found.state, found.sentence, after)
