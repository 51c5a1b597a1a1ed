"""How the sending addresses and the receiving domains are doing (COMM-09): read for whoever answers for our good name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate

from rounds.models import Mailbox, Message, User
from rounds.models.flow.days import house_day
from rounds.models.reach.messages import WENT
from rounds.playbook.shapes.reaching import Sender
from rounds.rules.reach.health import Health, health

SPAN = timedelta(days=30)
DAYS = 14
MOST_DOMAINS = 12


@dataclass(frozen=True, slots=True)
class SenderLine:
    """One of ours who sends. `most` a day (None of `week`: warm); `month` letters of thirty days, `out` who wanted no more after one."""

    user: User
    today: int
    most: int
    warming: int | None
    month: int
    unknown: int
    last: datetime
    health: Health


@dataclass(frozen=True, slots=True)
class DomainLine:
    """Where letters of thirty days went: how many were taken, came back or were refused."""

    domain: str
    sent: int
    bounced: int
    refused: int


def senders(book: Sender, at: datetime, midnight: datetime) -> list[SenderLine]:
    """Everybody who sent something in thirty days, who rests first, then by how much. Two queries."""
    edge = at - timedelta(days=book.looked_at.days)
    rows = Message.objects.filter(direction="out", user__isnull=False, sent_at__gt=at - SPAN, state__in=WENT).values("user").annotate(
        month=Count("id"), last=Max("sent_at"), today=Count("id", filter=Q(sent_at__gt=midnight)), unknown=Count("id", filter=Q(state="unknown")),
        week=Count("id", filter=Q(sent_at__gt=edge)), bounced=Count("id", filter=Q(sent_at__gt=edge, state="bounced")))  # fmt: skip
    found = {row["user"]: row for row in rows}
    people = User.objects.in_bulk(list(found))
    since = dict(Mailbox.objects.filter(user__in=found, sends=True, sends_since__isnull=False).exclude(state="ended").values_list("user", "sends_since"))
    lines = [_line(book, people[key], row, since.get(key), at) for key, row in found.items() if key in people]
    return sorted(lines, key=lambda line: (line.health.state != "stopped", -line.month, line.user.name))


def _line(book: Sender, user: User, row: dict, since: date | None, at: datetime) -> SenderLine:
    week = (house_day(at) - since).days // 7 if since else len(book.warm_up)
    most = min(book.warm_up[week], book.day) if week < len(book.warm_up) else book.day
    return SenderLine(user, row["today"], most, week + 1 if week < len(book.warm_up) else None, row["month"], row["unknown"], row["last"],
                      health(book, row["week"], row["bounced"]))  # fmt: skip


def domains(at: datetime) -> list[DomainLine]:
    """The receiving domains of thirty days, those in trouble first. One query, told apart here: addresses are no column to group by."""
    rows = Message.objects.filter(direction="out", sent_at__gt=at - SPAN).exclude(state__in=("waiting", "dropped")).values_list("to", "state")
    sent, bounced, refused = Counter(), Counter(), Counter()
    for to, state in rows.iterator(chunk_size=5000):
        domain = to[0].rpartition("@")[2].lower() if to else ""
        sent[domain] += 1
        bounced[domain] += state == "bounced"
        refused[domain] += state == "refused"
    lines = [DomainLine(domain, count, bounced[domain], refused[domain]) for domain, count in sent.items() if domain]
    return sorted(lines, key=lambda line: (-(line.bounced + line.refused), -line.sent, line.domain))[:MOST_DOMAINS]


def by_day(today: date, zone) -> list[tuple[date, int]]:
    """Letters that went on each of the last days, the oldest first, days without any too."""
    first = today - timedelta(days=DAYS - 1)
    rows = Message.objects.filter(direction="out", state__in=WENT, sent_at__date__gte=first).annotate(day=TruncDate("sent_at", tzinfo=zone))
    found = dict(rows.values_list("day").annotate(Count("id")))
    return [(first + timedelta(days=n), found.get(first + timedelta(days=n), 0)) for n in range(DAYS)]
