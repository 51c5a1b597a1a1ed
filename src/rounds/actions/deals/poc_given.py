"""What the deeds of a proof of concept share: the locked row, its steps, signatures of the customer."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from rounds.actions.deals.below import of_the_deal
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Poc, PocSigning, PocStep
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day


class PocRefused(Refusal):
    """A proof of concept cannot be like this."""

    status = 422


class PocNotThere(Refusal):
    """This POC is not as far as that, or further."""


WORDS = {"draft": "a draft", "agreed": "agreed", "running": "running", "readout": "waiting for the decision", "ended": "ended",
         "abandoned": "abandoned"}  # fmt: skip


def locked(poc: Poc, *states: str, why: str = "") -> Poc:
    """The row, locked, while it is in one of `states`. Raises PocNotThere (409)."""
    row = (Poc.objects.select_for_update(of=("self",))
           .select_related("opportunity__account", "opportunity__owner", "lead").get(pk=poc.pk))  # fmt: skip
    if states and row.state not in states:
        raise PocNotThere(f"This POC is {WORDS[row.state]}. {why}".strip())
    return row


def step(poc: Poc, state: str, *, why: str = "", by: Actor, at: datetime) -> PocStep:
    return PocStep.objects.create(opportunity=poc.opportunity, poc=poc, state=state, why=why.strip()[:2000], **signature(by, at))


def sign(poc: Poc, what: str, signer: Contact, *, signed_on: date | None, version: int | None = None, note: str = "",
         terms: dict[str, Any] | None = None, by: Actor, at: datetime) -> PocSigning:  # fmt: skip
    """The customer's word for something. Raises PocRefused for a day to come, NotOfThisDeal (422)."""
    of_the_deal(poc.opportunity, signer, field="signer")
    on = signed_on or house_day(at)
    if on > house_day(at):
        raise PocRefused("Nobody has signed on a day to come.", field="signed_on")
    return PocSigning.objects.create(opportunity=poc.opportunity, poc=poc, what=what, version=version or poc.version, contact=signer,
                                     signed_on=on, note=note.strip()[:2000], terms=terms or {}, **signature(by, at))  # fmt: skip


def named(signer: Contact) -> str:
    """Somebody of the customer as the timeline says it: their place, never their name, which stays erasable."""
    return signer.title or signer.role or "somebody of the customer"


def moment(day: date) -> datetime:
    """The close of business of a day."""
    calendar = active().playbook.calendar
    return datetime.combine(day, time.fromisoformat(calendar.business.end), tzinfo=ZoneInfo(calendar.zones.house))
