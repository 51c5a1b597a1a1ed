"""Who follows the links of our letters: kept with what it was, counted only where it was a person (LEAD-30, COMM-07).

A gateway of a hospital follows every link within seconds and may look like a browser. So a visit is kept at once and
counted later: when a scanner would have followed the other links of the letter, and none did.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import activities
from rounds.actions.reach.links import LinkUnknown
from rounds.actions.reach.writing import PICTURE, UNSUBSCRIBE
from rounds.actions.trust.tokens import digest
from rounds.kit.actor import Actor
from rounds.models import Message, MessageHit, MessageLink
from rounds.models.flow.active import active
from rounds.rules.engagement import Asked, MailAct, machine

MOST = 300
"""Visits kept of one letter: whoever asks for more says nothing new."""
BITE = 200
CLICK, OPEN = "email_click", "email_open"


def follow(token: str, asked: Asked, *, at: datetime) -> str:
    """Where the link leads; "" for the picture. Effects: a MessageHit that says what it was. Raises LinkUnknown (404)."""
    link = MessageLink.objects.select_related("message").filter(digest=digest(token)).exclude(number=UNSUBSCRIBE).first()
    if link is None:
        raise LinkUnknown
    with deed(Actor("form", link.message_id, "By a link of a letter")):
        _kept(link, asked, at)
    return link.url


def _kept(link: MessageLink, asked: Asked, at: datetime) -> None:
    """One visit, judged beside those before it; a scanner's first steps are known by its later ones."""
    message, book = link.message, active().playbook
    rows = list(MessageHit.objects.filter(message=message).order_by("-at")[:MOST])
    if len(rows) >= MOST:
        return
    links = MessageLink.objects.filter(message=message, number__gt=UNSUBSCRIBE).count()
    kind = OPEN if link.number == PICTURE else CLICK
    near = [(row, _act(row.number, row.at, message, links, Asked(row.method, row.agent, row.network))) for row in rows]
    told = machine(book, _act(link.number, at, message, links, asked), [one for row, one in near if _kind(row.number) == kind])
    MessageHit.objects.create(message=message, number=link.number, at=at, method=asked.method[:10], agent=asked.agent[:300],
                              network=asked.address, machine=told)  # fmt: skip
    if told:
        since = at - timedelta(seconds=book.engagement.machine.together_seconds)
        MessageHit.objects.filter(message=message, at__gte=since, machine="", counted_at=None).update(machine=told)


def _act(number: int, at: datetime, message: Message, links: int, asked: Asked) -> MailAct:
    kind = _kind(number)
    return MailAct(kind, at, str(message.id), str(number) if kind == CLICK else "", links if kind == CLICK else 0, message.sent_at, asked)


def _kind(number: int) -> str:
    return OPEN if number == PICTURE else CLICK


def settle(*, by: Actor, at: datetime) -> int:
    """Count the visits no scanner came after; how many. Effects: counted_at, an activity of the lead or the account (once a
    day for each link), the event mail.followed."""
    edge = at - timedelta(seconds=active().playbook.engagement.machine.together_seconds)
    waiting = MessageHit.objects.filter(counted_at=None, machine="", at__lte=edge).order_by("at").values_list("id", flat=True)[:BITE]
    return sum(_counted(key, by, at) for key in list(waiting))


def _counted(key: int, by: Actor, at: datetime) -> bool:
    with deed(by):
        hit = MessageHit.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key, counted_at=None, machine="").first()
        if hit is None:
            return False
        hit.counted_at = at
        hit.save(update_fields=["counted_at"])
        message = Message.objects.select_related("lead", "account", "contact").get(pk=hit.message_id)
        _logged(message, hit, by, at)
        events.record("mail.followed", {"message": str(message.id), "number": hit.number, "sequence": message.enrolment.sequence if message.enrolment else ""},
                      by=by, at=at, account=message.account_id, lead=message.lead_id, opportunity=message.opportunity_id)  # fmt: skip
    return True


def _logged(message: Message, hit: MessageHit, by: Actor, at: datetime) -> None:
    """What a person did is an activity, so that interest is scored from it; the same link counts once a day."""
    if message.lead is None and message.account is None:
        return
    links = MessageLink.objects.filter(message=message, number__gt=UNSUBSCRIBE).count()
    mail = {"message": str(message.id), "link": str(max(hit.number, 0)), "links": links, "delivered_at": message.sent_at}
    activities.log(_kind(hit.number), lead=message.lead, account=None if message.lead else message.account, contact=message.contact,
                   happened_at=hit.at, subject=message.subject, external_id=f"follow:{message.id}:{hit.number}:{hit.at:%Y-%m-%d}",
                   mail=mail if hit.number != PICTURE else None, by=by, at=at)  # fmt: skip
