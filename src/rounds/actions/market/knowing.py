"""How well we know people and accounts: counted from the log and kept on the rows, so that lists sort by it (ACCT-17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from rounds.actions.flow.deeds import deed
from rounds.kit.actor import Actor
from rounds.models import Account, Contact, LeadActivity
from rounds.models.flow.active import active
from rounds.rules import relationships

CHUNK = 2000


def know(contacts: Collection[UUID], *, at: datetime) -> int:
    """Count the strength of `contacts` and of their accounts anew; how many people are another. Four queries, and the
    writing. Runs inside the caller's deed, with whole sight.

    Effects: strength and strength_was of contacts, of their accounts and buying units.
    """
    people = list(Contact.objects.filter(pk__in=contacts).only("id", "seniority", "account_id", "buying_unit_id", "strength", "strength_was"))
    if not people:
        return 0
    book = active().playbook
    before = at - timedelta(days=book.relationships.trend_days.value)
    touches = touches_of([person.id for person in people], at=at)
    changed = []
    for person in people:
        now, then = (relationships.strength(book, touches[person.id], person.seniority, moment) for moment in (at, before))
        found = (now.total if now else None, then.total if then else None)
        if found != (person.strength, person.strength_was):
            person.strength, person.strength_was = found
            changed.append(person)
    Contact.objects.bulk_update(changed, ["strength", "strength_was"], batch_size=CHUNK)
    _accounts({key for person in changed for key in (person.account_id, person.buying_unit_id) if key})
    return len(changed)


def touches_of(people: Collection[UUID], *, at: datetime) -> dict[UUID, list[relationships.Touch]]:
    """Contact → the touches that count."""
    kinds = active().playbook.relationships.touches.kinds
    rows = LeadActivity.objects.filter(contact_id__in=people, kind__in=kinds, withdrawn_at=None, machine="", happened_at__lte=at)
    found: dict[UUID, list[relationships.Touch]] = defaultdict(list)
    for contact, when, way in rows.values_list("contact_id", "happened_at", "direction"):
        found[contact].append((when, way))
    return found


def _accounts(keys: Collection[UUID]) -> None:
    book = active().playbook
    people: dict[UUID, list[tuple[int | None, int | None]]] = defaultdict(list)
    rows = Contact.objects.filter(Q(account_id__in=keys) | Q(buying_unit_id__in=keys), left_on=None)
    for account, unit, now, then in rows.values_list("account_id", "buying_unit_id", "strength", "strength_was"):
        for key in {account, unit} & set(keys):
            people[key].append((now, then))
    changed = []
    for row in Account.objects.filter(pk__in=keys).only("id", "strength", "strength_was"):
        now, then = (relationships.of_account(book, [pair[place] for pair in people[row.id]]) for place in (0, 1))
        if (now, then) != (row.strength, row.strength_was):
            row.strength, row.strength_was = now, then
            changed.append(row)
    Account.objects.bulk_update(changed, ["strength", "strength_was"], batch_size=CHUNK)


def know_all(*, by: Actor, at: datetime) -> int:
    """Count everybody's anew who was in touch within the window or has a strength: time alone makes it weaker."""
    book = active().playbook.relationships
    since = at - timedelta(days=book.window_days.value + book.trend_days.value)
    acts = LeadActivity.objects.filter(happened_at__gt=since, kind__in=book.touches.kinds).exclude(contact=None)
    keys = list(set(acts.values_list("contact_id", flat=True)) | set(Contact.objects.exclude(strength=None).values_list("id", flat=True)))
    changed = 0
    for start in range(0, len(keys), CHUNK):
        with deed(by):
            changed += know(keys[start : start + CHUNK], at=at)
    return changed
