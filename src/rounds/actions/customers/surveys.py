"""Surveys: people at a customer are asked by mail, once each, and answer on a page of their own (IMPL-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing

from rounds.actions.customers.customers import CustomerRefused
from rounds.actions.flow import deliveries, events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.documents.messages import Button, Message
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.mails import is_mail
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Customer, Survey, SurveyAnswer, SurveyInvitation
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

SALT = "rounds.survey"
MOST = 500


class LinkUnknown(Refusal):
    """There is no such survey. Check that the link was copied whole."""

    status = 404


class SurveyOver(Refusal):
    """This survey is closed, or you have answered it. Thank you."""

    status = 410


class AnswerRefused(Refusal):
    """This is no answer."""

    status = 422


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: the survey and whose company asks."""

    invitation: SurveyInvitation
    survey: Survey


def send(customer: Customer, kind: str, people: Iterable[Contact], *, by: Actor, at: datetime) -> Survey:
    """Ask people of a customer, each by a mail with a link of their own.

    Effects: Survey, SurveyInvitations, Deliveries, survey.sent, an audit entry. Raises CustomerRefused (422).
    """
    book = active().playbook.surveys
    if kind not in book.kinds:
        raise CustomerRefused("Choose one of: " + ", ".join(one.title for one in book.kinds.values()) + ".", field="kind")
    whom = _askable(customer, people)
    said = book.kinds[kind]
    question = said.question.replace("{company}", settings.CONFIG.company)
    with deed(by):
        survey = Survey.objects.create(customer=customer, kind=kind, question=question, most=said.most,
                                       closes_at=at + timedelta(days=book.open_for.days), **signature(by, at))  # fmt: skip
        for contact in whom:
            _invite(survey, contact, by=by, at=at)
        told = {"survey": str(survey.id), "kind": kind, "people": len(whom)}
        events.record("survey.sent", told, by=by, at=at, account=customer.account_id, subject=survey.id)
        audit.note("survey.send", by=by, at=at, kind="survey", subject=survey.id, detail={"kind": kind, "people": len(whom)})
    return survey


def _askable(customer: Customer, people: Iterable[Contact]) -> list[Contact]:
    """Those who are there and can be written to, each address once. Raises CustomerRefused where nobody is."""
    found: dict[str, Contact] = {}
    for contact in people:
        theirs = contact.account_id == customer.account_id or (contact.buying_unit_id and contact.buying_unit_id == customer.buying_unit_id)
        if theirs and contact.left_on is None and is_mail(contact.email):
            found.setdefault(contact.email.lower(), contact)
    if not found:
        raise CustomerRefused("Choose somebody of this customer who has an e-mail address.", field="people")
    if len(found) > MOST:
        raise CustomerRefused(f"A round asks at most {MOST} people.", field="people")
    return list(found.values())


def _invite(survey: Survey, contact: Contact, *, by: Actor, at: datetime) -> None:
    row = SurveyInvitation.objects.create(customer_id=survey.customer_id, survey=survey, contact=contact, **signature(by, at))
    _mail(row, contact, survey, f"survey:{row.id}", by=by, at=at)


def _mail(row: SurveyInvitation, contact: Contact, survey: Survey, key: str, *, by: Actor, at: datetime) -> None:
    company = settings.CONFIG.company
    said = Message(
        subject=f"One question from {company}", greeting=f"Dear {contact.name}",
        lines=(survey.question, "It takes less than a minute. Answers are put together; nobody is told who said what."),
        buttons=(Button("Answer", f"{settings.CONFIG.public_url.rstrip('/')}{path_of(row)}"),),
        why=f"You get this because your hospital works with {company}.", event="survey",
    )  # fmt: skip
    deliveries.post("email", contact.email, said, key=key, about="survey", expires_at=survey.closes_at, by=by, at=at)


def path_of(row: SurveyInvitation) -> str:
    """Where somebody answers: a signed link, which nobody makes up and which the database alone does not give away."""
    return f"/s/{signing.Signer(sep='.', salt=SALT).sign(row.id.hex)}/"


def remind(*, by: Actor, at: datetime) -> int:
    """Ask those who have not answered once more, after the playbook's days; how many were. Their link stays the same.

    Effects: Deliveries, reminded_at.
    """
    book, count = active().playbook.surveys, 0
    due = Survey.objects.filter(reminded_at=None, closes_at__gt=at, at__lte=at - timedelta(days=book.remind_after.days))
    for survey in due:
        with deed(by):
            waiting = SurveyInvitation.objects.filter(survey=survey, answered=False, contact__isnull=False, contact__left_on=None)
            for row in waiting.select_related("contact"):
                if is_mail(row.contact.email):
                    _mail(row, row.contact, survey, f"survey:{row.id}:again", by=by, at=at)
                    count += 1
            Survey.objects.filter(pk=survey.pk).update(reminded_at=at)
    return count


def look(token: str, *, at: datetime) -> Opened:
    """What the link of `token` opens; changes nothing. Raises LinkUnknown (404), SurveyOver (410)."""
    try:
        key = UUID(hex=signing.Signer(sep=".", salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise LinkUnknown from None
    row = SurveyInvitation.objects.select_related("survey__customer").filter(pk=key).first()
    if row is None:
        raise LinkUnknown
    if row.answered or row.survey.closes_at <= at:
        raise SurveyOver
    return Opened(row, row.survey)


def answer(token: str, *, score: str, said: str = "", at: datetime) -> Survey:
    """Keep what somebody says, without who it was; a link answers once. A text that looks like patient data is left out.

    Effects: SurveyAnswer, the invitation is used, survey.answered. Raises LinkUnknown, SurveyOver, AnswerRefused (422).
    """
    found = look(token, at=at)
    number = int(score) if score.isascii() and score.isdigit() and len(score) <= 2 else -1
    if not 0 <= number <= found.survey.most:
        raise AnswerRefused(f"Choose a number from 0 to {found.survey.most}.", field="score")
    with deed(SYSTEM_ACTOR):
        row = SurveyInvitation.objects.select_for_update(of=("self",)).get(pk=found.invitation.pk)
        if row.answered:
            raise SurveyOver
        row.answered = True
        row.save(update_fields=["answered"])
        with phi.door("survey", outside=True):
            _keep(found.survey, number, said=said.strip()[:2000], by=SYSTEM_ACTOR, at=at)
        told = {"survey": str(found.survey.id), "kind": found.survey.kind}
        events.record("survey.answered", told, by=SYSTEM_ACTOR, at=at, account=found.survey.customer.account_id, subject=found.survey.id)
    return found.survey


@phi.texts("said")
def _keep(survey: Survey, score: int, *, said: str, by: Actor, at: datetime) -> SurveyAnswer:
    return SurveyAnswer.objects.create(customer_id=survey.customer_id, survey=survey, score=score, said=said, answered_on=house_day(at))
