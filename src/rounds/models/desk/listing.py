"""What tasks can be listed, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from rounds.kit.clock import now
from rounds.models.desk.tasks import OPEN, Task
from rounds.models.flow.active import active
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import YES_NO, people, territories
from rounds.models.search import ids_of_words

STATES = [("open", "To do"), ("snoozed", "Put off"), ("done", "Done"), ("dropped", "Dropped")]
FALLS = [("overdue", "Overdue"), ("today", "Today"), ("week", "In seven days"), ("later", "Later"), ("never", "No day")]


def state_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Tasks in one of the states `values`: what is put off is not to be done now."""
    held = Q(pk__in=[])
    for state in values:
        held |= state_of(state, now())
    return ~held if op == "not" else held


def state_of(state: str, at: datetime) -> Q:
    """Tasks that are in `state` (a key of STATES) at `at`."""
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=at)
    return {"open": OPEN & awake, "snoozed": OPEN & Q(snoozed_until__gt=at), "done": Q(done_at__isnull=False),
            "dropped": Q(dropped_at__isnull=False)}.get(state, Q(pk__in=[]))  # fmt: skip


def falls_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Tasks that fall due in one of the stretches `values`, by the days of whoever asks."""
    held = Q(pk__in=[])
    for stretch in values:
        held |= falls(stretch, now(), getattr(context, "time_zone", "UTC"))
    return ~held if op == "not" else held


def falls(stretch: str, at: datetime, zone: str) -> Q:
    """Tasks whose due time lies in `stretch` (a key of FALLS), as it is at `at` in `zone`."""
    midnight = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    week = midnight + timedelta(days=6)
    return {"overdue": Q(due_at__lt=at), "today": Q(due_at__gte=at, due_at__lt=midnight),
            "week": Q(due_at__gte=midnight, due_at__lt=week), "later": Q(due_at__gte=week),
            "never": Q(due_at=None)}.get(stretch, Q(pk__in=[]))  # fmt: skip


def words_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Tasks about a lead or an account of these words, or that begin with them."""
    about = {noun: ids_of_words(values[0], noun, most=2000) for noun in ("lead", "account")}
    return Q(lead_id__in=about["lead"]) | Q(account_id__in=about["account"]) | Q(title__istartswith=values[0])


def promised_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Tasks that are a promise to a lead."""
    return ~Q(clock="") if values[0] == "yes" else Q(clock="")


def kinds() -> list[tuple[str, str]]:
    return list(active().playbook.tasks.kinds.titles.items())


def priorities() -> list[tuple[str, str]]:
    return [(code, code.capitalize()) for code in active().playbook.tasks.priorities.order]


TASKS: Listing = listing(
    "task", Task,
    (
        Field("title", "Task", "text", sortable=True),
        Field("words", "Words", "words", custom=words_q),
        Field("state", "State", "choice", choices=lambda: STATES, custom=state_q),
        Field("falls", "Falls due", "choice", choices=lambda: FALLS, custom=falls_q),
        Field("due", "Due", "when", "due_at", sortable=True),
        Field("priority", "Priority", "choice", choices=priorities),
        Field("rank", "Priority", "int", sortable=True, filterable=False),
        Field("kind", "Kind", "choice", choices=kinds),
        Field("promised", "Promise", "bool", choices=YES_NO, custom=promised_q),
        Field("owner", "Owner", "person", choices=people),
        Field("territory", "Territory", "choice", choices=territories),
        Field("added", "Added", "when", "at", sortable=True),
        Field("done", "Done", "when", "done_at", sortable=True),
    ),
    opens_with=("due", "rank"), fetch=("owner", "lead", "lead__account", "account", "opportunity"),
    defaults=("about", "due", "priority", "owner"),
)  # fmt: skip
