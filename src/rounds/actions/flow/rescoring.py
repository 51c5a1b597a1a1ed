"""After a new playbook: every open lead and account is scored by it, in the background, quietly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from rounds.actions.flow.deeds import deed
from rounds.actions.leads.scoring import rescore as rescore_lead
from rounds.actions.market.scoring import rescore as rescore_account
from rounds.kit.actor import Actor
from rounds.models import Account, Lead
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED

TASK = "rounds.rescore"


def defer(number: int) -> None:
    """Ask the worker to score by version `number`, in the running transaction: a rollback leaves no job."""
    app.configure_task(TASK, lock="rescore").defer(number=number)


def waiting() -> dict[str, list[UUID]]:
    """Ids of open leads and accounts whose verdict is not of the active playbook; buying units before hospitals."""
    digest = active().hash
    accounts = Account.objects.filter(status="open").exclude(playbook_hash=digest).order_by("-is_unit", "id")
    leads = Lead.objects.exclude(playbook_hash=digest).exclude(status__in=CLOSED).order_by("id")
    return {
        "account": list(accounts.values_list("id", flat=True)),
        "lead": list(leads.values_list("id", flat=True)),
    }


def rescore_chunk(kind: str, ids: Sequence[UUID], *, by: Actor, at: datetime) -> int:
    """Score one chunk of accounts or leads by the active playbook; how many.

    Effects: those of a single rescoring, with quiet events: they start no automation. Idempotent: a chunk that is
    done again finds nothing to change.
    """
    number = active().number
    cause = f"playbook v{number}"
    model, rescore = (Account, rescore_account) if kind == "account" else (Lead, rescore_lead)
    fetch = ("buying_unit",) if kind == "account" else ("account__buying_unit", "buying_unit")
    with deed(by):
        rows = model.objects.select_for_update(of=("self",)).select_related(*fetch).filter(id__in=ids)
        return sum(rescore(row, by=by, at=at, cause=cause, quiet=True) is not None for row in rows)
