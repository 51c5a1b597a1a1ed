"""The ends of agreements, told as many days before as the playbook says, each notice once (LEGAL-07, PLUS-27)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from rounds.access.allowed import roles_that_may
from rounds.actions.desk import notifications
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import agreements, audit
from rounds.kit.actor import Actor
from rounds.models import Baa, Counterparty, EndNotice, User
from rounds.models.flow.active import active
from rounds.rules import agreements as rules

TASK = "trust.tell_ends"
"""The worker's task, deferred by its name: actions never import jobs."""


def first_time(kind: str, subject: UUID, ends_on: date, days: int, *, at: datetime) -> bool:
    """Whether this notice was not given yet; from now on it was. Effects: EndNotice."""
    row = EndNotice(kind=kind, subject_id=subject, ends_on=ends_on, days=days, at=at)
    return EndNotice.objects.bulk_create([row], ignore_conflicts=True) != [] and EndNotice.objects.filter(pk=row.pk).exists()


def officers() -> list[User]:
    """Who keeps the registers."""
    return list(User.objects.filter(is_active=True, role__in=roles_that_may("compliance.manage")))


def tell_baas(*, by: Actor, at: datetime) -> int:
    """Tell officers and the owner of the account of each BAA that comes to its end and is followed by none; how many.

    Effects: EndNotice, Notification, an audit entry.
    """
    today, told, count = agreements.day(at), active().playbook.agreements.baa_told_before.days, 0
    with deed(by):
        people = officers()
        for party in Counterparty.objects.filter(ended_at=None).select_related("account__owner").prefetch_related("baas"):
            baa = rules.effective(party.baas.all(), today)
            last = rules.last_day(baa) if baa else None
            notice = rules.due_notice(told, (last - today).days if last else None)
            if baa is None or last is None or notice is None or _goes_on(party.baas.all(), last):
                continue
            if first_time("baa", baa.pk, last, notice, at=at):
                count += 1
                _tell(party, baa, last, (last - today).days, people, by=by, at=at)
        audit.note("ends.tell", by=by, at=at, detail={"kind": "baa", "told": count})
    return count


def _goes_on(baas: Iterable[Baa], last: date) -> bool:
    return rules.effective(baas, date.fromordinal(last.toordinal() + 1)) is not None


def _tell(party: Counterparty, baa: Baa, last: date, left: int, people: list[User], *, by: Actor, at: datetime) -> None:
    title = f"BAA {baa.version} with {party.name} ends {'today' if left == 0 else f'in {left} days' if left > 1 else 'tomorrow'}"
    body = "Sign a new version before then: our data doors shut by themselves the day after. A live clinical service goes on."
    said = {"kind": "agreement.ending", "title": title, "body": body, "group": f"baa:{baa.pk}", "by": by, "at": at}
    notifications.notify(people, url=f"/trust/agreements/{party.pk}/versions/{baa.pk}/", subject=baa.pk, **said)
    if party.account is not None and party.account.owner is not None and party.account.owner not in people:
        notifications.notify([party.account.owner], url=f"/accounts/{party.account_id}/", account=party.account, **said)
