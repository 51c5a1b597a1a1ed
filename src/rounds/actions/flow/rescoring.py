"""Scoring again in the background, quietly: after a new playbook, and when time alone has moved a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from rounds.actions.flow.deeds import deed
from rounds.actions.leads import gate
from rounds.actions.leads.scoring import rescore as rescore_lead
from rounds.actions.market.scoring import rescore as rescore_account
from rounds.kit.actor import Actor
from rounds.models import Account, Answer, Lead, LeadActivity, TierRecord
from rounds.models.facts import SIGNALS, window_days
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED
from rounds.rules import heat

TASK = "rounds.rescore"
AGED = "rounds.rescore_aged"
TIME_PASSED = "time passed"
"""The cause of a verdict that moved because an answer ended, an act grew old, or what it stands on moved."""


def defer(number: int) -> None:
    """Ask the worker to score by version `number`, in the running transaction: a rollback leaves no job."""
    app.configure_task(TASK, lock="rescore").defer(number=number)


def defer_aged() -> bool:
    """Ask the worker to score what time has moved; False when that waits in the queue already."""
    try:
        with transaction.atomic():
            app.configure_task(AGED, lock="rescore", queueing_lock=AGED).defer()
    except AlreadyEnqueued:
        return False
    return True


def waiting() -> dict[str, list[UUID]]:
    """Ids of open leads and accounts whose verdict is not of the active playbook; buying units before hospitals."""
    digest = active().hash
    return {
        "account": _ids(_open_accounts().exclude(playbook_hash=digest)),
        "lead": _ids(_open_leads().exclude(playbook_hash=digest)),
    }


def aged_accounts(at: datetime) -> list[UUID]:
    """Open accounts whose verdict would be another at `at` though nobody touched them: an answer or a tier set by hand
    has ended, the evidence of a gate grew old, or their unit was judged after them. Units first."""
    set_by_hand = TierRecord.objects.filter(account_id=OuterRef("pk"), override=True)
    moved = (
        _answer_ended(at, account_id="pk")
        | _answer_ended(at, account_id="buying_unit_id")
        | Exists(_ended(set_by_hand, at))
        | Q(buying_unit__scored_at__gt=F("scored_at"))
        | Q(is_unit=True, custom__gates_at__isnull=False, scored_at__lt=at - timedelta(days=1))
    )
    return _ids(_open_accounts().filter(moved))


def aged_leads(at: datetime) -> list[UUID]:
    """Open leads whose verdict or heat would be another at `at` though nobody touched them: an act left the window it
    counts in, an answer has ended, or their account was judged after them, or their sheet is to be said again."""
    book = active().playbook
    acts = LeadActivity.objects.filter(lead_id=OuterRef("pk"), withdrawn_at=None, machine="")
    signs = LeadActivity.objects.filter(Q(account_id=OuterRef("account_id")) | Q(account_id=OuterRef("buying_unit_id")), lead=None, kind__in=SIGNALS,
                                        withdrawn_at=None)  # fmt: skip
    left = Q(pk__in=[])
    for days in {heat.reach(book), window_days(book) or 0, 0}:
        span = timedelta(days=days)
        left |= Q(happened_at__gt=OuterRef("scored_at") - span, happened_at__lte=at - span)
    moved = (
        Exists(acts.filter(left))
        | _answer_ended(at, lead_id="pk")
        | _answer_ended(at, account_id="account_id")
        | _answer_ended(at, account_id="buying_unit_id")
        | Exists(signs.filter(left))
        | Q(account__scored_at__gt=F("scored_at"))
        | Q(buying_unit__scored_at__gt=F("scored_at"))
        | Q(sheet_due_at__lte=at)
    )
    return _ids(_open_leads().filter(moved))


def rescore_chunk(kind: str, ids: Sequence[UUID], *, by: Actor, at: datetime, cause: str = "") -> int:
    """Score one chunk of accounts or leads by the active playbook; how many. `cause`: the playbook, where none is said.

    Effects: those of a single rescoring, with quiet events: they start no automation. Idempotent: a chunk that is
    done again finds nothing to change.
    """
    cause = cause or f"playbook v{active().number}"
    model, rescore = (Account, rescore_account) if kind == "account" else (Lead, rescore_lead)
    with deed(by):
        # Each row is locked as its turn comes, units before hospitals, leads by id: as everybody else locks them.
        rows = model.objects.in_bulk(list(ids))
        found = [rows[key] for key in ids if key in rows]
        for row in found:
            rescore(row, by=by, at=at, cause=cause, quiet=True)
            if kind == "lead" and row.sheet_due_at is not None and row.sheet_due_at <= at:
                gate.judge(row, at=at)
    return len(found)


def _open_accounts() -> QuerySet[Account]:
    return Account.objects.filter(status="open").order_by("-is_unit", "id")


def _open_leads() -> QuerySet[Lead]:
    return Lead.objects.exclude(status__in=CLOSED).order_by("id")


def _answer_ended(at: datetime, **whose: str) -> Exists:
    """Whether an answer stopped holding whose column is the named one of the outer row."""
    of = {column: OuterRef(name) for column, name in whose.items()}
    return Exists(_ended(Answer.objects.filter(**of, withdrawn_at=None), at))


def _ended(rows: QuerySet, at: datetime) -> QuerySet:
    """Those of `rows` that stopped holding between the verdict of the outer row and `at`."""
    return rows.filter(expires_at__gt=OuterRef("scored_at"), expires_at__lte=at)


def _ids(rows: QuerySet) -> list[UUID]:
    return list(rows.values_list("id", flat=True))
