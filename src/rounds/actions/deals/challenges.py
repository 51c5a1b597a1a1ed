"""Challenge tags of deals and accounts: put on and taken off (ACCT-21)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, AccountChallenge, Opportunity, OpportunityChallenge
from rounds.models.base import signature
from rounds.models.flow.active import active


class NoSuchChallenge(Refusal):
    """The playbook knows no such challenge."""

    status = 422
    field = "code"


def tag(about: Opportunity | Account, code: str, *, by: Actor, at: datetime) -> bool:
    """Tag a deal, or an account and with it all its deals; whether that is new. Effects: the tag, challenge.tagged, an
    audit entry. Raises NoSuchChallenge (422)."""
    return _set(about, code, True, by=by, at=at)


def untag(about: Opportunity | Account, code: str, *, by: Actor, at: datetime) -> bool:
    """Take a tag off; whether it was on. Effects: as tag."""
    return _set(about, code, False, by=by, at=at)


def _set(about: Opportunity | Account, code: str, on: bool, *, by: Actor, at: datetime) -> bool:
    book = active().playbook.challenges
    found = book.of(code)
    if found is None:
        raise NoSuchChallenge(f"“{code}” is no challenge; use one of {', '.join(one.tag for one in book.tags)}.")
    model, name = (OpportunityChallenge, "opportunity") if isinstance(about, Opportunity) else (AccountChallenge, "account")
    with deed(by):
        row = model.objects.filter(**{name: about, "tag": code}).first()
        if (row is not None and row.ended_at is None) == on:
            return False
        if row is None:
            row = model.objects.create(**{name: about}, tag=code, **signature(by, at))
        else:
            row.ended_at = None if on else at
            row.save(update_fields=["ended_at"])
        where = {"account": about.account_id, "opportunity": about.id} if isinstance(about, Opportunity) else {"account": about.id}
        events.record("challenge.tagged", {"tag": code, "title": found.title, "on": on}, by=by, at=at, subject=row.id, **where)
        audit.note("challenge.tag", by=by, at=at, kind=name, subject=about.id, detail={"tag": code, "on": on})
    return True
