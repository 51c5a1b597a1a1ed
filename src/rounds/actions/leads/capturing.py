"""Taking a lead in: matched, scored, placed and written in one transaction."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import at_once, deed
from rounds.actions.leads import clocks, routing
from rounds.actions.leads.given import LeadGiven, LeadRefused, given
from rounds.actions.leads.matching import matching_account
from rounds.actions.leads.routing import keeping, telling
from rounds.actions.leads.scoring import Found, judge, records_of, scored
from rounds.actions.trust import audit, phi, suppressions
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Answer, Assignment, Event, Lead, LeadStatusChange, ScoreRecord, Task, User
from rounds.models.base import signature
from rounds.models.facts import facts_given, said_of, standing_answers
from rounds.models.flow.active import Active, active
from rounds.rules import titles
from rounds.rules.given import checked_facts, checked_level
from rounds.rules.routing.assignment import Choice


class ExternalIdTaken(Refusal):
    """Another lead has this external_id; send the id of a new one."""

    field = "external_id"


@phi.texts("said", needed=("name",), skip=("email", "phone", "external_id"), written="captured_at")
def capture(
    said: LeadGiven | dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    account: Account | None = None,
    owner: User | None = None,
    quiet: bool = False,
    batch: UUID | None = None,
) -> Lead:
    """Take a lead in: row, role, account, score, territory, segment, event and audit in one transaction.

    The same `external_id` twice answers the lead that is there already and writes nothing. Effects: Lead, Answer,
    two ScoreRecords, LeadStatusChange, the events lead.captured and lead.scored, one audit entry; without an `owner` it is
    routed (actions/leads/routing), here or with the others of its block: Assignment, lead.assigned or lead.queued. Unless quiet, what is promised to its band
    is opened as tasks. Raises LeadRefused (422) naming the field, AskedToBeErased (409), and ExternalIdTaken where the lead that is there is not seen.
    """
    lead_given = said if isinstance(said, LeadGiven) else given(**said)
    facts, answers = checked(active().playbook, lead_given)
    if there := _there(lead_given):
        return there
    suppressions.need_welcome(lead_given.email, lead_given.phone)
    try:
        with deed(by):
            return _taken(lead_given, facts, answers, account, owner, by=by, at=at, quiet=quiet, batch=batch)
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        # Somebody took it in meanwhile, or whoever looks may not see the lead that has it.
        if (there := _there(lead_given)) is None:
            raise ExternalIdTaken from error
        return there


def _taken(said: LeadGiven, facts: dict, answers: dict[str, str], account: Account | None, owner: User | None, *,
           by: Actor, at: datetime, quiet: bool, batch: UUID | None) -> Lead:  # fmt: skip
    now, hops = active(), _Hops()
    account = account or matching_account(said)
    hops.done("match", account.name if account else "no account found")
    lead = _lead(said, facts, account, owner, now, at)
    found = _judged(lead, answers, now, at)
    hops.placed(lead)
    choice = _routed(lead, now, at)
    hops.done("assign", _outcome(choice, owner))
    given = keeping.row_of(lead, choice, now, "captured", None, by, at) if choice else None
    # the clocks of a quiet import start when its batch is released
    tasks, started = clocks.first(lead, by=by, at=at) if not quiet else ([], [])
    told = [*_told(lead, found, hops, choice, by=by, at=at, quiet=quiet, batch=batch), *started]
    # whoever sends a lead does not wait for its owner to be told
    events.automate(told, beside=[telling.job(given)] if given and given.owner_id and not quiet else [])
    with at_once():
        lead.save(force_insert=True)
        _keep_beside(lead, answers, found, now, by, at)
        _given_to(lead, given, choice, now, by=by, at=at, batch=batch)
        Task.objects.bulk_create(tasks)
        events.append(told)
        detail = {"source": lead.source, **(keeping.told(choice, "captured") if choice else {})}
        audit.note("lead.capture", by=by, at=at, kind="lead", subject=lead.id, detail=detail)
    return lead


def _there(lead_given: LeadGiven) -> Lead | None:
    if not lead_given.external_id:
        return None
    return Lead.objects.select_related("account", "owner").filter(external_id=lead_given.external_id).first()


def _lead(said: LeadGiven, facts: dict, account: Account | None, owner: User | None, now: Active, at: datetime) -> Lead:
    role = titles.role_of(now.playbook, said.title)
    return Lead(
        name=said.name, email=said.email, phone=said.phone, title=said.title, role=role.role or "",
        seniority=role.seniority or "", organization=said.organization, source=said.source, message=said.message,
        state=said.state or (account.state if account else ""), hand_raise=said.hand_raise,
        external_id=said.external_id, facts=facts, account=account,
        buying_unit_id=account.buying_unit_id if account else None, owner=owner, team_id=owner.team_id if owner else None,
        captured_at=at, updated_at=at,
    )  # fmt: skip


def _judged(lead: Lead, answers: dict[str, str], now: Active, at: datetime) -> list[Found]:
    """Score a lead that is not written yet: what its unit answered, then what was answered with it. Its unit counts,
    whether or not whoever takes the lead in may see it."""
    unit = lead.account._state.fields_cache.get("buying_unit") if lead.account_id else None
    if unit is not None or not lead.account_id:  # seen, or nothing to see: no wider sight is needed
        lead.buying_unit = unit
        return _judged_whole(lead, answers, now, at)
    with whole_sight(lead.account):
        found = _judged_whole(lead, answers, now, at)
    lead._state.fields_cache.pop("buying_unit", None)
    return found


def _judged_whole(lead: Lead, answers: dict[str, str], now: Active, at: datetime) -> list[Found]:
    unit = said_of(standing_answers(account=lead.account, at=at)) if lead.account_id else []
    heard = [*unit, *(("lead_fit", criterion, level) for criterion, level in answers.items())]
    return judge(lead, now, facts=facts_given(lead), answers=heard, acts=(), at=at)


def _keep_beside(lead: Lead, answers: dict[str, str], found: list[Found], now: Active, by: Actor, at: datetime) -> None:
    """The rows that stand beside a new lead: answers, first status, score history."""
    Answer.objects.bulk_create(
        [Answer(lead=lead, criterion=criterion, level=level, reason="given with the lead", **signature(by, at))
         for criterion, level in answers.items()]
    )
    LeadStatusChange(lead=lead, now=lead.status, **signature(by, at)).save(force_insert=True)
    ScoreRecord.objects.bulk_create(records_of(found, now, "captured", None, by, at, lead=lead))


def _routed(lead: Lead, now: Active, at: datetime) -> Choice | None:
    """Whom an unowned lead goes to; None where it has its owner, or is given out with others at the end of their block."""
    if lead.owner_id is not None or routing.gathering() is not None:
        return None
    return routing.choose(lead, now, at)


def _outcome(choice: Choice | None, owner: User | None) -> str:
    if choice is None:
        return owner.name if owner else "given out with its batch"
    return choice.name or f"queue: {choice.queue}"


def _given_to(lead: Lead, given: Assignment | None, choice: Choice | None, now: Active, *, batch: UUID | None, **signed: Any) -> None:
    """Keep the assignment of a new lead, and the invitation that is held for it."""
    if given is not None and choice is not None:
        given.save(force_insert=True)
        keeping.prepare_portal([lead], [choice], **signed)
    elif lead.owner_id is not None:
        keeping.own(lead, now, batch=batch, **signed)
    elif (waiting := routing.gathering()) is not None:
        waiting.append(lead)


def _told(lead: Lead, found: list[Found], hops: _Hops, choice: Choice | None, *, quiet: bool, batch: UUID | None,
          **signed: Any) -> list[Event]:  # fmt: skip
    """What is told of a new lead, not yet written."""
    payload = {
        "name": lead.name, "organization": lead.organization, "source": lead.source, "score": lead.score_total,
        "band": lead.band, "territory": lead.territory, "segment": lead.segment, "hops": hops.list,
    }  # fmt: skip
    whose = {"lead": lead.id, "account": lead.account_id, "batch": batch, **signed}
    return [
        events.made("lead.captured", payload, quiet=quiet, **whose),
        events.made("lead.scored", scored(found[0][1], (None, ""), "captured"), quiet=True, **whose),
        *([keeping.event_of(lead, choice, "captured", quiet=quiet, batch=batch, **signed)] if choice else []),
    ]  # fmt: skip


def checked(book, lead_given: LeadGiven) -> tuple[dict[str, Any], dict[str, str]]:
    """The given facts and answers, checked against the vocabulary. Raises LeadRefused."""
    try:
        # Sets are kept as lists: the facts become JSON.
        facts = {key: sorted(value) if isinstance(value, frozenset) else value
                 for key, value in checked_facts(book, lead_given.facts).items()}  # fmt: skip
        answers = {c: checked_level(book, "lead_fit", c, level) for c, level in lead_given.answers.items()}
    except Refusal as refusal:
        raise LeadRefused(str(refusal), field=refusal.field) from refusal
    if lead_given.source and lead_given.source not in book.picklists.lead_source.values:
        known = ", ".join(book.picklists.lead_source.values)
        raise LeadRefused(f"source “{lead_given.source}” is not on the list; use one of: {known}.", field="source")
    return facts, answers


class _Hops:
    """The journey of a capture: each step with its outcome and the milliseconds it took."""

    def __init__(self) -> None:
        self.list: list[dict[str, Any]] = []
        self._last = time.perf_counter()

    def done(self, step: str, outcome: str) -> None:
        now = time.perf_counter()
        self.list.append({"step": step, "outcome": outcome, "ms": round((now - self._last) * 1000, 1)})
        self._last = now

    def placed(self, lead: Lead) -> None:
        """The verdicts of a lead that was scored and placed."""
        self.done("score", f"{lead.score_total}, {lead.band}")
        self.done("territory", lead.territory or "queue")
        self.done("segment", lead.segment or "none")
        self.done("role", lead.owner_role or "no human owner")
