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
from rounds.models import Account, AutomationRun, AutomationStep, Lead, Opportunity, User
from rounds.models.flow.active import Active, active
from rounds.models.flow.asked import Values, deal_of, record_of
from rounds.playbook.happenings import DEEDS
from rounds.playbook.shapes.automation import Automation
from rounds.rules.automation import guard
from rounds.rules.automation.conditions import Judged, judge
from rounds.rules.automation.words import deed_words, span_words

NOUNS = {"lead": "a lead", "account": "an account", "opportunity": "a deal", "record": "a record"}


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

    @property
    def open(self) -> bool:
        """Whether it hangs on what only the event that starts it could say."""
        return self.judged.holds is None and not self.stopped


def try_on(automation: Automation, *, lead: Lead | None = None, account: Account | None = None, deal: Opportunity | None = None, user: User,
           by: Actor, at: datetime, within: Active | None = None) -> Trial:  # fmt: skip
    """Do an automation to a lead, an account or a deal and take everything back: nothing is written, nothing leaves, no
    job stays, and what was to follow at the commit (on_commit) does not.

    `within`: a playbook that is not in force yet, for an automation of a draft. Needs automations.manage. What the cause
    would say (event.…) is not known here. Raises NotAllowed (403).
    """
    need(user, "automations.manage")
    now = within or active()
    lead = None if deal is not None else lead  # what is about a deal is done to the deal
    account = deal.account if deal is not None else lead.account if lead is not None else account
    judged = judge(automation.if_, Values(now.playbook, lead=lead, account=account, payload=dict, at=at, deal=deal))
    lately = planning.deeds_within(lead.id if lead else None, account.id if account and not lead else None, at - planning.HOUR, deal.id if deal else None)
    stopped = guard.refused(now.playbook.automation.guard, [], (automation.automation, ""), again=automation.again, deeds_this_hour=lately)
    with transaction.atomic():
        steps = _steps(automation, now, _run(automation, now, lead, account, deal, at), at)
        transaction.set_rollback(True)
    return Trial(judged, stopped or "", steps)


def _run(automation: Automation, now: Active, lead: Lead | None, account: Account | None, deal: Opportunity | None, at: datetime) -> AutomationRun:
    """The run it would be. Never written."""
    return AutomationRun(
        automation=automation.automation, title=automation.title, playbook_hash=now.hash, cause=uuid4(), cause_kind="a trial",
        cause_at=at, lead_id=lead.id if lead else None, account_id=account.id if account else None, opportunity_id=deal.id if deal else None,
        root=uuid4(), started_at=at, touched_at=at, at=at,
    )  # fmt: skip


def _steps(automation: Automation, now: Active, run: AutomationRun, at: datetime) -> list[Tried]:
    """What each step comes to, one after the other: each meets the record as those before it left it, as a run does."""
    found = []
    for row in planning.steps_of(run, automation, now, {}):
        lead, account = record_of(run.lead_id, run.account_id)
        found.append(_one(automation, row, Context(automation, now.playbook, run, row, lead, account, deal_of(run.opportunity_id)), at))
    return found


def _one(automation: Automation, row: AutomationStep, context: Context, at: datetime) -> Tried:
    said = automation.then[row.position]
    after = span_words(said.delay) if said.delay is not None else ""
    judged = judge(said.if_, Values(context.playbook, lead=context.lead, account=context.account, payload=dict, at=at, deal=context.deal))
    if lacking := _lacks(said.do, context):
        return Tried(row.title, deed_words(said.do), "refused", lacking, after)
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


def _lacks(do: str, context: Context) -> str:
    """Why the record is none this deed can be done to, as a sentence; "" where it is one."""
    needs = DEEDS[do].needs
    there = {"lead": context.lead, "opportunity": context.deal, "account": context.account}.get(needs, context.record)
    return f"it is done to {NOUNS[needs]}; try it on one" if needs and there is None else ""
