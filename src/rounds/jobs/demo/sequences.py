"""Whom the owner wrote to in the last weeks: enrolled, sent day by day, answered, paused, unsubscribed, held back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import sending
from rounds.actions.leads import activities
from rounds.actions.reach import consents, enrolling, people, stepping
from rounds.jobs.demo import ADDRESS
from rounds.jobs.demo.cast import Cast
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Contact, Delivery, Enrolment, EnrolmentStep

BEGAN = timedelta(days=17)
LOOKS = timedelta(hours=6)
"""How often the worker of the story looks."""
WHY = "The autumn list"
MOST = 24
NURTURED = 6


def write_to(cast: Cast, *, at: datetime) -> None:
    """Enrol some people of the owner's accounts and tell what became of them. Told once."""
    with sight(EVERYTHING), _addressed():
        if Enrolment.objects.filter(why=WHY).exists():
            return
        those, begin = _contacts(cast), at - BEGAN
        found = _enrolled("initial_outreach", those[NURTURED:], cast, begin) + _enrolled("nurture_basic", those[:NURTURED], cast, begin)
        _work(found, begin, begin + timedelta(days=4))
        _lived(found, cast, begin + timedelta(days=4))
        _work(found, begin + timedelta(days=4), at)


def _contacts(cast: Cast) -> list[Contact]:
    """One person of each of the owner's accounts, until there are enough."""
    rows = Contact.objects.filter(account__owner=cast.owner, left_on=None).exclude(email="").select_related("owner", "account__buying_unit")
    found = {row.account_id: row for row in rows.order_by("-name")}
    return [found[key] for key in sorted(found, key=str)][:MOST]


def _enrolled(code: str, contacts: list[Contact], cast: Cast, at: datetime) -> list[Enrolment]:
    found = enrolling.enrol_many(code, [(people.of_contact(one), cast.owner) for one in contacts], why=WHY, by=cast.owner.actor, at=at)
    return [one.there for one in found if one.there is not None]


def _lived(found: list[Enrolment], cast: Cast, at: datetime) -> None:
    """Of those who got a letter one answers, one wants no more, one waits for a budget."""
    got = [row for row in found if row.steps.filter(state="sent").exists()]
    if len(got) > 2:
        first = got[0].contact
        activities.log("personal_email", account=first.account, contact=first, subject="Re: your letter", by=cast.owner.actor, at=at)
        consents.withdraw_by_link(got[1], got[1].person_index, by=SYSTEM_ACTOR, at=at)
        enrolling.pause(got[2], why="Their budget round ends first", by=cast.owner.actor, at=at)


def _work(found: list[Enrolment], begin: datetime, end: datetime) -> None:
    """The worker of the story looks, and the mail server takes what was written."""
    moment = begin
    while moment <= end:
        due = EnrolmentStep.objects.filter(enrolment__in=found, state="planned", next_at__lte=moment).order_by("next_at", "id")
        for key in list(due.values_list("id", flat=True)):
            stepping.take(key, by=SYSTEM_ACTOR, at=moment)
        for letter in Delivery.objects.filter(about="mail.sequence", state="due", due_at__lte=moment):
            sending.sent(letter, at=moment)
        moment += LOOKS


@contextmanager
def _addressed() -> Iterator[None]:
    """The imaginary vendor has a postal address, as the law asks of whoever writes letters."""
    kept = settings.CONFIG
    settings.CONFIG = kept.model_copy(update={"postal_address": kept.postal_address or ADDRESS})
    try:
        yield
    finally:
        settings.CONFIG = kept
