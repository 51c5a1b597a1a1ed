"""What is known of one mail that is due: read for the decision, in a handful of statements (COMM-08, COMM-09)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from rounds.actions.flow import kill_switch, outward
from rounds.actions.reach import consents
from rounds.actions.reach.people import Person, indexes_of
from rounds.actions.reach.writing import Written
from rounds.actions.trust import phi, suppressions
from rounds.models import AddressFault, Mailbox, Message, Suppression, User
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.models.reach.messages import WENT
from rounds.rules.calendar import zone_of
from rounds.rules.reach.dates import next_time
from rounds.rules.reach.deciding import Standing
from rounds.rules.reach.health import Health, health

GONE = WENT
"""States of a mail that counts against a cap."""
WEEK = timedelta(days=7)


WISH = {"conversation": "commercial"}
"""Who wants no mail of a kind gets no answer by us either: a wish is read widely."""


def standing_of(person: Person, text: Written, *, sender: User | None, purpose: str = "commercial", unit: UUID | None, at: datetime) -> Standing:
    """The facts of one mail of `sender` to `person`, as they stand at `at`; `unit` is the health system whose caps count."""
    book = active().playbook
    indexes = indexes_of(person.address)
    faults = dict(AddressFault.objects.filter(person_index__in=indexes, lifted_at=None).order_by("at").values_list("kind", "until"))
    mails = _gone(book, at)
    mine = list(mails.filter(contact_index__in=indexes).values_list("sent_at", "user_id"))
    suppressed = Suppression.objects.filter(index__in=suppressions.indexes_of(person.address)).values_list("why", flat=True).first()
    opted_out = person.lead is not None and person.lead.opted_out
    return Standing(
        at=at, opens_at=next_time(at, book.calendar, book.reach.window, person.zone), address=person.address, suppressed=suppressed or "",
        consent="withdrawn" if opted_out else consents.standing(person.address, purpose=WISH.get(purpose, purpose)), purpose=purpose,
        bounced="bounce" in faults, left="left" in faults or bool(person.contact and person.contact.left_on), away_until=faults.get("away"),
        missing=text.missing, phi=bool(phi.look(f"{text.subject}\n{text.text}")), to_contact=[sent for sent, _ in mine], others=[sent for sent, user in mine if user != (sender and sender.pk)],
        to_unit=list(mails.filter(buying_unit=unit).values_list("sent_at", flat=True)) if unit else [],
        sent_hour=_sent(sender, at - timedelta(hours=1)), sent_today=_sent(sender, _midnight(at)), day_most=_warm(sender, at),
        held=kill_switch.is_held() or not outward.may_speak(), stopped=_stopped(sender, purpose, at), unit_name=person.unit.name if person.unit else "",
    )  # fmt: skip


def _gone(book, at: datetime):
    caps = (*book.reach.caps.contact, *book.reach.caps.buying_unit)
    longest = max([cap.days for cap in caps] + [book.reach.collision.days])
    return Message.objects.filter(direction="out", state__in=GONE, sent_at__gt=at - timedelta(days=longest))


def _sent(sender: User | None, since: datetime) -> int:
    return Message.objects.filter(direction="out", user=sender, state__in=GONE, sent_at__gt=since).count()


def _midnight(at: datetime) -> datetime:
    local = at.astimezone(zone_of(active().playbook.calendar))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _warm(sender: User | None, at: datetime) -> int | None:
    """The most a day of an address that is new; None where it is warm, or none is connected."""
    since = Mailbox.objects.filter(user=sender, sends=True).exclude(state="ended").order_by("sends_since").values_list("sends_since", flat=True).first()
    if since is None:
        return None
    week = (house_day(at) - since).days // WEEK.days
    steps = active().playbook.reach.sender.warm_up
    return steps[week] if week < len(steps) else None


def _stopped(sender: User | None, purpose: str, at: datetime) -> str:
    """Why this sender sends nothing now; "" where they do."""
    if sender is None or not sender.is_active:
        return "Whoever sends it no longer works here; let somebody else send it."
    if purpose == "commercial" and not settings.CONFIG.postal_address:
        return "The law asks for our postal address in every commercial mail: set ROUNDS_POSTAL_ADDRESS."
    found = health_of(sender, at)
    return f"The sending address rests: {found.why}" if found.state == "stopped" else ""


def health_of(sender: User, at: datetime) -> Health:
    """How the address of one of ours is doing, by what came back of the last days' letters."""
    book = active().playbook.reach.sender
    rows = Message.objects.filter(direction="out", user=sender, state__in=GONE, sent_at__gt=at - timedelta(days=book.looked_at.days))
    return health(book, **rows.aggregate(sent=Count("id"), bounced=Count("id", filter=Q(state="bounced"))))
