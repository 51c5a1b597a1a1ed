"""What ends with a deal, and the ends of contracts that are told (LEGAL-07)."""

from __future__ import annotations

from datetime import date, datetime

from rounds.actions.deals import contracts
from rounds.actions.deals.closing_parts import on_close
from rounds.actions.deals.contract_given import tell
from rounds.actions.desk import notifications
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import agreements, audit, ends_told
from rounds.kit.actor import Actor
from rounds.models import Contract, Opportunity, User
from rounds.models.flow.active import active
from rounds.rules import agreements as ends
from rounds.rules import contracts as rules


@on_close("paper")
def let_go(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """A lost deal lets go of its contracts that were not executed; a won one keeps them."""
    if won:
        return []
    said = []
    for row in Contract.objects.filter(opportunity=deal, state__in=("draft", "in_review", "signed")):
        contracts.abandon(row, why="The deal was lost.", by=by, at=at)
        said.append(f"The contract “{row.name}” was let go")
    return said


def tell_contracts(*, by: Actor, at: datetime) -> int:
    """Tell the owner of each executed contract, that of its deal, and legal, before it ends or, where it renews by itself,
    before the last day to cancel it: 180, 90 and 30 days ahead, each once; how many were told.

    Effects: EndNotice, contract.ending, Notification, an audit entry.
    """
    today, told, count = agreements.day(at), active().playbook.agreements.told_before.days, 0
    with deed(by):
        legal = list(User.objects.filter(is_active=True, role="legal"))
        rows = Contract.objects.filter(state="executed", expires_on__isnull=False, renewals=None)
        for row in rows.select_related("owner", "opportunity__owner", "account__owner"):
            on = rules.told_day(row.expires_on, row.renews, row.notice_days)
            left = (on - today).days
            notice = ends.due_notice(told, left)
            if notice is not None and ends_told.first_time("contract", row.pk, on, notice, at=at):
                count += 1
                _tell(row, on, left, legal, by=by, at=at)
        audit.note("ends.tell", by=by, at=at, detail={"kind": "contract", "told": count})
    return count


def _tell(row: Contract, on: date, left: int, legal: list[User], *, by: Actor, at: datetime) -> None:
    tell("contract.ending", row, {"on": on.isoformat(), "days": left, "renews": row.renews}, by=by, at=at)
    what = "can be cancelled until" if row.renews else "ends on"
    people = [row.owner or (row.opportunity.owner if row.opportunity else None) or row.account.owner, *legal]
    notifications.notify(people, kind="agreement.ending", title=f"{row.name} {what} {on:%d %b %Y}", url=f"/contracts/{row.pk}/",
                         body=f"{left} days are left.", group=f"contract:{row.pk}", account=row.account, subject=row.pk, by=by, at=at)  # fmt: skip
