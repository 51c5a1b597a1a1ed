"""The word a letter waits for, where the company reads letters before they go (`approval` of reach/rules.yaml, COMM-07)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.desk import notifications
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Enrolment, EnrolmentStep, Message, SendDecision, User
from rounds.models.flow.active import active
from rounds.models.reach.messages import WENT

CODE = "approval"
SAID = {"first": "The first letter {sender} sends of this sequence is read by a colleague before it goes.", "each": "Each letter is read by a colleague before it goes."}
BY_HAND = {"first": "The first letter {sender} writes by hand is read by a colleague before it goes.", "each": "Each letter by hand of {sender} is read by a colleague before it goes."}


class OwnLetter(Refusal):
    """A letter is read by somebody else than its writer; ask a colleague who reads letters."""

    status = 403


class NothingWaits(Refusal):
    """No letter waits for a word; it went, was let go already, or something else holds it back."""

    status = 409


def waits_for(row: Enrolment, step: EnrolmentStep) -> str:
    """Why this letter waits for a word; "" where it needs none, or has it."""
    book = active().playbook.reach
    mode = book.approval if "sequence" in book.approval_of else "none"
    if mode == "none" or step.approved_at is not None or (mode == "first" and _known(row)):
        return ""
    return SAID[mode].format(sender=row.sender.name if row.sender else "somebody")


def _known(row: Enrolment) -> bool:
    """Whether a letter of this sequence by this sender went before, or was let go."""
    letters = EnrolmentStep.objects.filter(enrolment__sender=row.sender_id, enrolment__sequence=row.sequence, do="email")
    return letters.filter(Q(state="sent") | Q(approved_at__isnull=False)).exists()


def letter_waits_for(sender: User, row: Message | None = None) -> str:
    """Why a letter by hand of `sender` waits for a word; "" where it needs none, or (`row`) has it."""
    book = active().playbook.reach
    if book.approval == "none" or "by_hand" not in book.approval_of or (row is not None and row.approved_at is not None):
        return ""
    if book.approval == "first":
        with sight(EVERYTHING):  # the first is the first, whoever asks
            mine = Message.objects.filter(user=sender, direction="out", enrolment=None, mailbox=None)
            if mine.filter(Q(state__in=WENT) | Q(approved_at__isnull=False)).exists():
                return ""
    return BY_HAND[book.approval].format(sender=sender.name)


def ask_for_letter(row: Message, *, by: Actor, at: datetime) -> None:
    """Tell the manager of its writer that a letter waits. Effects: a notice."""
    team = row.user.team if row.user else None
    if team is not None and team.manager is not None and team.manager_id != row.user_id:
        notifications.notify([team.manager], kind="letter.waits", title=f"A letter of {row.user.name} waits for your word", body=row.subject,
                             url=f"/threads/{row.thread_id}/", group=f"letter:{row.pk}", by=by, at=at)  # fmt: skip


def release_letter(row: Message, *, by: Actor, at: datetime) -> Message:
    """Let a letter by hand go that waits for a word; where only the first is read, its writer's others are looked at now as well.

    Effects: approved, looked at again at once, an audit entry. Raises NothingWaits (409), OwnLetter (403).
    """
    if by.is_human and by.id == row.user_id:
        raise OwnLetter
    with deed(by):
        if not waiting().filter(pk=row.pk).update(approved_at=at, approved_by=by.name, goes_at=at):
            raise NothingWaits
        if active().playbook.reach.approval == "first":
            waiting().filter(user_id=row.user_id).update(goes_at=at)
        audit.note("mail.release", by=by, at=at, kind="message", subject=row.id)
    row.refresh_from_db()
    return row


def waiting() -> QuerySet[Message]:
    """The letters by hand that wait for a word: what was decided of them last says so."""
    last = SendDecision.objects.filter(message=OuterRef("pk")).order_by("-at", "-id").values("code")[:1]
    return Message.objects.filter(state="waiting", approved_at=None).annotate(held_for=Subquery(last)).filter(held_for=CODE)


def read_first(rows: Iterable[Message]) -> set[UUID]:
    """Which of these mails wait for a word. One query, none where nothing waits."""
    keys = [row.pk for row in rows if row.state == "waiting" and row.approved_at is None]
    return set(waiting().filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def tell_writer(user: User | None, what: str, why: str, *, url: str, group: str, by: Actor, at: datetime) -> None:
    """Tell whoever wrote a letter that it was not let go, and why. Effects: a notice; none to whoever dropped it."""
    if user is not None:
        notifications.notify([user], kind="letter.dropped", title=f"{what} was not let go", body=f"{by.name}: {why}" if why else f"{by.name} let it go.",
                             url=url, group=group, by=by, at=at)  # fmt: skip


def tell_of_end(row: Enrolment, why: str, *, by: Actor, at: datetime) -> None:
    """Where somebody ends an enrolment whose letter waits for a word, its sender is told. Effects: a notice."""
    if by.is_human and EnrolmentStep.objects.filter(enrolment=row, state="planned", code=CODE, approved_at=None).exists():
        tell_writer(row.sender, f"Your letter to {row.name}", why, url=f"/enrolments/{row.pk}/", group=f"enrolment:{row.pk}", by=by, at=at)


def release(row: Enrolment, *, by: Actor, at: datetime) -> Enrolment:
    """Let the waiting letter go. Where only the first is read, what waited for it is looked at now as well.

    Effects: approved, looked at again at once, the event sequence.released, an audit entry. Raises NothingWaits (409), OwnLetter (403).
    """
    if by.is_human and by.id == row.sender_id:
        raise OwnLetter
    with deed(by):
        step = EnrolmentStep.objects.select_for_update().filter(enrolment=row, state="planned", code=CODE, approved_at=None).order_by("position").first()
        if step is None or row.state == "ended":
            raise NothingWaits
        EnrolmentStep.objects.filter(pk=step.pk).update(approved_at=at, approved_by=by.name, next_at=at)
        if active().playbook.reach.approval == "first":
            others = EnrolmentStep.objects.filter(enrolment__sender=row.sender_id, enrolment__sequence=row.sequence, state="planned", code=CODE)
            others.update(next_at=at)
        events.record("sequence.released", {"enrolment": str(row.id), "sequence": row.sequence, "step": step.step}, by=by, at=at, account=row.account_id,
                      lead=row.lead_id, opportunity=row.opportunity_id)  # fmt: skip
        audit.note("sequence.release", by=by, at=at, kind="enrolment", subject=row.id, detail={"step": step.step})
    return row
