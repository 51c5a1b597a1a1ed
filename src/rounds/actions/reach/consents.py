"""What people agreed to and do not want: said by address, so that it holds for every channel, sender and record (ABM-28)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.reach.people import Person, index_of, indexes_of
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Consent, Enrolment, Lead, Message
from rounds.models.base import signature

State = Literal["given", "none", "withdrawn"]
PURPOSE = "commercial"
"""What a letter's link is about."""
ABOUT = ("account_id", "lead_id", "opportunity_id")
SOURCES = ("form", "one_click", "reply", "by_hand", "import", "api", "complaint")


class ConsentRefused(Refusal):
    """A word of a person that cannot be kept as it is."""

    status = 422


def standing(address: str, *, purpose: str = "commercial", channel: str = "email") -> State:
    """The newest word on mail of this purpose; "none" where nothing was said."""
    return _newest(indexes_of(address), purpose, ("", channel))


@phi.texts("said")
def say(state: Literal["given", "withdrawn"], person: Person, *, source: str, said: str = "", channel: str = "", purpose: str = "commercial",
        happened_at: datetime | None = None, by: Actor, at: datetime) -> Consent:  # fmt: skip
    """Keep a word of a person. A withdrawal ends their sequences of that purpose at once.

    Effects: Consent, the event consent.given or consent.withdrawn, an audit entry; enrolments ended. Raises ConsentRefused (422).
    """
    if source not in SOURCES:
        raise ConsentRefused(f"Say where it was said: {', '.join(SOURCES)}.", field="source")
    if not person.address:
        raise ConsentRefused("There is no address it could be about.", field="address")
    with deed(by):
        row = _kept(state, index_of(person.address), person.where, source, said, channel, purpose, happened_at or at, by, at)
        if state == "withdrawn":
            _ended(indexes_of(person.address), purpose, by, at)
    return row


def withdraw_by_link(about: Enrolment | Message | None, index: str, *, source: str = "one_click", by: Actor, at: datetime) -> bool:
    """The one click of RFC 8058, or a complaint at their mail provider (`source`): no log-in, once or many times the same. False where it was said before.

    `about`: the enrolment or the letter by which it was said. Effects: those of `say`; its lead is opted out.
    """
    with deed(by):
        if _newest([index], PURPOSE, ("", "email")) == "withdrawn":
            return False
        where = {name: getattr(about, name) for name in ABOUT} if about else {}
        _kept("withdrawn", index, where, source, "", "", PURPOSE, at, by, at)
        if about is not None and about.lead_id:
            Lead.objects.filter(pk=about.lead_id, opted_out=False).update(opted_out=True, updated_at=at)
        _ended([index], PURPOSE, by, at)
    return True


def _newest(indexes: list[str], purpose: str, channels: tuple[str, ...]) -> State:
    rows = Consent.objects.filter(person_index__in=indexes, purpose=purpose, channel__in=channels)
    return rows.order_by("-happened_at", "-id").values_list("state", flat=True).first() or "none"


def _kept(state: str, index: str, where: Mapping[str, UUID | None], source: str, said: str, channel: str, purpose: str, happened_at: datetime, by: Actor, at: datetime) -> Consent:
    """The word as a row, told and noted wherever it came from."""
    row = Consent.objects.create(person_index=index, channel=channel, purpose=purpose, state=state, source=source, said=said.strip()[:1000],
                                 happened_at=happened_at, **signature(by, at))  # fmt: skip
    events.record(f"consent.{state}", {"purpose": purpose, "channel": channel, "source": source}, by=by, at=at,
                  **{name.removesuffix("_id"): key for name, key in where.items()})  # fmt: skip
    audit.note(f"consent.{state}", by=by, at=at, kind="consent", subject=row.id, detail={"purpose": purpose, "source": source})
    return row


def _ended(indexes: list[str], purpose: str, by: Actor, at: datetime) -> None:
    from rounds.actions.reach.enrolling import end

    for row in Enrolment.objects.filter(person_index__in=indexes, purpose=purpose).exclude(state="ended"):
        end(row, "unsubscribe", why="They do not want mail of this kind.", by=by, at=at)
