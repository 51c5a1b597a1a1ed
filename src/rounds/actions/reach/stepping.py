"""What is due in sequences, done: each decision with its reason, each step once whatever dies when (COMM-01, COMM-07)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from rounds.actions.desk import tasks
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.reach import approving, leaving, people, stopping
from rounds.actions.reach.enrolling import end, resume
from rounds.actions.reach.standing import standing_of
from rounds.actions.reach.writing import Written, message_id, values_of, written
from rounds.kit.actor import Actor
from rounds.models import Enrolment, EnrolmentStep, Message, MessageHit, SendDecision, Thread
from rounds.models.base import signature
from rounds.models.flow.active import active, by_hash
from rounds.playbook import Playbook
from rounds.playbook.shapes.sequences import Sequence, SequenceStep
from rounds.rules.automation.conditions import judge
from rounds.rules.reach.deciding import Decision, decide
from rounds.rules.reach.merging import merge
from rounds.rules.reach.variants import allot

MOST = 200
STOPS = {"suppressed": "unsubscribe", "unsubscribed": "unsubscribe", "bounced": "bounce", "left": "left", "no_address": "bounce"}
"""What ends an enrolment when a mail may never go → for what."""
KEEP = timedelta(hours=1)


def due(at: datetime, most: int = MOST) -> list[UUID]:
    """The steps to be looked at now, the longest waiting first. By one index, however many enrolments there are."""
    return list(EnrolmentStep.objects.filter(state="planned", next_at__lte=at).order_by("next_at", "id").values_list("id", flat=True)[:most])


def take(key: UUID, *, by: Actor, at: datetime) -> str:
    """Look at one step and do what is right now; its code ("" where another worker has it, or it is done).

    One transaction: the step, the mail and the outbox stand together or not at all. Effects: a SendDecision, and what the
    decision asks for: Message, Thread, Delivery, Task; the events mail.sent, sequence.step_done, sequence.ended.
    """
    with deed(by):
        step = EnrolmentStep.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key, state="planned", next_at__lte=at).first()
        if step is None:
            return ""
        row = Enrolment.objects.select_related("account__buying_unit", "lead__account__buying_unit", "contact__account__buying_unit", "opportunity",
                                               "sender", "buying_unit").get(pk=step.enrolment_id)  # fmt: skip
        if not _awake(row, step, by, at):
            return "paused"
        if not _in_turn(step):
            return "waits"
        book = by_hash(row.playbook_hash)
        sequence = book.sequences[row.sequence]
        said = sequence.steps[step.position]
        if code := stopping.stopped(row, sequence):
            _note(row, step, Decision("never", code, stopping.WORDS[code]), at)
            end(row, code, why=stopping.WORDS[code], by=by, at=at)
            return code
        return _do(book, sequence, said, row, step, by, at)


def _awake(row: Enrolment, step: EnrolmentStep, by: Actor, at: datetime) -> bool:
    """Whether it goes on; one that is paused is looked at again when the pause ends, or in an hour."""
    if row.state == "active":
        return True
    if row.state == "paused" and row.paused_until is not None and row.paused_until <= at:
        resume(row, by=by, at=at)
        return True
    EnrolmentStep.objects.filter(pk=step.pk).update(next_at=max(row.paused_until or at, at + KEEP))
    return False


def _in_turn(step: EnrolmentStep) -> bool:
    """Whether everything before it is done: what was late keeps its order, and two never go at once."""
    before = EnrolmentStep.objects.filter(enrolment=step.enrolment_id, position__lt=step.position, state="planned")
    late = before.order_by("-next_at").values_list("next_at", flat=True).first()
    if late is None:
        return True
    EnrolmentStep.objects.filter(pk=step.pk).update(next_at=late + timedelta(minutes=1))
    return False


def _do(book: Playbook, sequence: Sequence, said: SequenceStep, row: Enrolment, step: EnrolmentStep, by: Actor, at: datetime) -> str:
    person = people.of_contact(row.contact, opportunity=row.opportunity) if row.contact is not None else people.of_lead(row.lead)
    if said.if_ is not None and said.do != "branch" and not (judged := judge(said.if_, _asked(row))).holds:
        return _done(row, step, "skipped", "condition", f"Passed over: {judged.why_not}.", by, at)
    if said.do == "branch":
        return _branch(sequence, said, row, step, by, at)
    if said.do == "wait":
        return _done(row, step, "done", "wait", "Waited.", by, at)
    if said.do != "email":
        return _task(book, said, person, row, step, by, at)
    template = book.templates[said.template or ""]
    text = written(template, allot(template.ways, str(row.id)), person, row.sender)
    leaving.one_at_a_time(row.buying_unit_id, row.person_index)
    standing = standing_of(person, text, sender=row.sender, purpose=row.purpose, unit=row.buying_unit_id, at=at)
    decision = decide(active().playbook.reach, replace(standing, word=approving.waits_for(row, step)))
    _note(row, step, decision, at)
    if decision.outcome == "later":
        EnrolmentStep.objects.filter(pk=step.pk).update(next_at=max(decision.until or at, at + timedelta(minutes=1)), code=decision.code,
                                                        said=decision.why, decided_at=at)  # fmt: skip
        return decision.code
    if decision.outcome == "never":
        _settle(row, step, "skipped", decision.code, decision.why, by, at)
        end(row, STOPS[decision.code], why=decision.why, by=by, at=at)
        return decision.code
    return _send(row, step, person, text, by, at)


def _send(row: Enrolment, step: EnrolmentStep, person: people.Person, text: Written, by: Actor, at: datetime) -> str:
    message = _kept(row, step, person, text, by, at)
    EnrolmentStep.objects.filter(pk=step.pk).update(message=message)
    leaving.post(message, row.sender, key=f"step:{step.id}", about="mail.sequence", sequence=row.sequence, campaign=row.campaign_id, by=by, at=at)
    return _done(row, step, "sent", "send", "Sent.", by, at, noted=True)


def _kept(row: Enrolment, step: EnrolmentStep, person: people.Person, text: Written, by: Actor, at: datetime) -> Message:
    """The mail as it is sent, in the thread of this enrolment."""
    last = Message.objects.filter(enrolment=row, direction="out").order_by("-at").first()
    thread = last.thread if last is not None else Thread.objects.create(subject=text.subject, last_at=at, **person.where, **signature(by, at))
    Thread.objects.filter(pk=thread.pk).update(last_at=at, mails=thread.mails + 1)
    return Message.objects.create(
        thread=thread, user=row.sender, direction="out", kind="sent", message_id=message_id(at), in_reply_to=last.message_id if last else "",
        sender=row.sender.name, to=[person.address], subject=text.subject, text=text.text, contact=person.contact, buying_unit=row.buying_unit,
        contact_index=row.person_index, purpose=row.purpose, enrolment=row, step=step.step, template=text.template, variant=text.variant,
        playbook_hash=row.playbook_hash, state="queued", sent_at=at, **person.where, **signature(by, at),
    )  # fmt: skip


def _task(book: Playbook, said: SequenceStep, person: people.Person, row: Enrolment, step: EnrolmentStep, by: Actor, at: datetime) -> str:
    """A call, a LinkedIn play or a video is a task for the sender, with its text (C-30: nobody clicks there for them)."""
    template = book.templates.get(said.template or "")
    note = merge(template.ways[0].text, values_of(person, row.sender)).text.strip() if template else ""
    task = tasks.add(f"{said.title}: {person.name}", kind="video" if said.do == "video" else "follow_up", owner=row.sender, lead=row.lead, account=None if row.lead else row.account,
                     contact=row.contact, opportunity=row.opportunity, note=note, due_at=at + timedelta(days=1), key=f"step:{step.id}", by=by, at=at)  # fmt: skip
    EnrolmentStep.objects.filter(pk=step.pk).update(task=task)
    return _done(row, step, "done", "task", f"A task for {row.sender.name}." if row.sender else "A task.", by, at)


def _branch(sequence: Sequence, said: SequenceStep, row: Enrolment, step: EnrolmentStep, by: Actor, at: datetime) -> str:
    judged = judge(said.if_, _asked(row))
    goal = said.then if judged.holds else said.otherwise
    _settle(row, step, "done", "branch", f"{'It holds' if judged.holds else 'It does not hold'}: on to {goal or 'the next step'}.", by, at)
    if goal == "end":
        end(row, "finished", why=f"{said.title}: it ends here.", by=by, at=at)
        return "branch"
    if goal:
        codes = [one.step for one in sequence.steps]
        over = EnrolmentStep.objects.filter(enrolment=row, state="planned", position__gt=step.position, position__lt=codes.index(goal))
        over.update(state="skipped", code="branch", said=f"{said.title} leads past it.", decided_at=at)
    return _last(row, "branch", by, at)


def _asked(row: Enrolment):
    """What a condition of a step may ask: whether they answered or followed a link, as people."""
    return {
        "mail.answered": Message.objects.filter(contact_index=row.person_index, direction="in", kind="answer", at__gt=row.at).exists(),
        "mail.clicked": MessageHit.objects.filter(message__enrolment=row, number__gt=0, counted_at__isnull=False).exists(),
    }.get


def _note(row: Enrolment, step: EnrolmentStep, decision: Decision, at: datetime) -> None:
    SendDecision.objects.create(enrolment=row, account_id=row.account_id, lead_id=row.lead_id, opportunity_id=row.opportunity_id,
                                position=step.position, at=at, outcome=decision.outcome, code=decision.code, why=decision.why, until=decision.until)  # fmt: skip


def _done(row: Enrolment, step: EnrolmentStep, state: str, code: str, why: str, by: Actor, at: datetime, *, noted: bool = False) -> str:
    if not noted:
        _note(row, step, Decision("never" if state == "skipped" else "send", code, why), at)
    _settle(row, step, state, code, why, by, at)
    return _last(row, code, by, at)


def _settle(row: Enrolment, step: EnrolmentStep, state: str, code: str, why: str, by: Actor, at: datetime) -> None:
    EnrolmentStep.objects.filter(pk=step.pk).update(state=state, code=code, said=why[:300], decided_at=at)
    said = {"enrolment": str(row.id), "sequence": row.sequence, "step": step.step, "state": state, "code": code, "why": why[:300]}
    events.record("sequence.step_done", said, by=by, at=at, account=row.account_id, lead=row.lead_id, opportunity=row.opportunity_id)


def _last(row: Enrolment, code: str, by: Actor, at: datetime) -> str:
    """The enrolment is finished when nothing is left to do."""
    if not EnrolmentStep.objects.filter(enrolment=row, state="planned").exists():
        end(row, "finished", why="Every step was done.", by=by, at=at)
    return code


def put_off(key: UUID, *, at: datetime) -> None:
    """A step that broke is looked at again in an hour."""
    EnrolmentStep.objects.filter(pk=key, state="planned").update(next_at=at + KEEP)
