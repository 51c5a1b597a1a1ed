"""Whether a mail goes now, later or not at all, each with its reason (COMM-08, COMM-09, ABM-28, C-28).

The order is that of weight: the law and the person's wish first, then our manners towards them, then towards their
health system, then how much one address may send. The first reason that holds is the one that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from rounds.playbook.shapes.reaching import Cap, Reach

Outcome = Literal["send", "later", "never"]
DAY = timedelta(days=1)
ANSWERS = "They wrote last: it is an answer, and no letter we begin."


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one mail that is due. Moments are of mails that went, newest first.

    `to_contact` and `to_unit` count all our people, sequences and campaigns; `others` those of other senders to the same
    person. `opens_at`: the next moment of the person's window, the moment itself where it is open.
    """

    at: datetime
    opens_at: datetime
    address: str
    suppressed: str = ""
    consent: Literal["given", "none", "withdrawn"] = "none"
    purpose: Literal["commercial", "service", "conversation"] = "commercial"
    """`conversation`: it answers somebody who wrote last."""
    bounced: bool = False
    left: bool = False
    away_until: datetime | None = None
    missing: tuple[str, ...] = ()
    phi: bool = False
    to_contact: Sequence[datetime] = ()
    to_unit: Sequence[datetime] = ()
    others: Sequence[datetime] = ()
    sent_hour: int = 0
    sent_today: int = 0
    day_most: int | None = None
    held: bool = False
    stopped: str = ""
    unit_name: str = ""
    word: str = ""
    """Why it waits for somebody's word; "" where none is asked for."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`until`: when to look again, for what goes later. `code` is stable, `why` is for people."""

    outcome: Outcome
    code: str
    why: str
    until: datetime | None = field(default=None)


def decide(book: Reach, now: Standing) -> Decision:
    """The decision for one mail at one moment. Facts only: nothing is looked up."""
    return (
        _never(now) or _later(now) or _manners(book, now) or _sender(book, now) or _word(now)
        or Decision("send", "send", ANSWERS if now.purpose == "conversation" else "Nothing speaks against it.")
    )  # fmt: skip


def _manners(book: Reach, now: Standing) -> Decision | None:
    """Their hours, our colleagues, the caps. Who wrote last is answered: what the playbook frees an answer of does not hold it."""
    free = book.answers.free if now.purpose == "conversation" else ()
    return (
        ("window" not in free and _window(now)) or ("collision" not in free and _collision(book, now))
        or ("contact" not in free and _capped(book.caps.contact, now.to_contact, now, "contact", "this person"))
        or ("buying_unit" not in free and _capped(book.caps.buying_unit, now.to_unit, now, "unit", now.unit_name or "this health system"))
        or None
    )  # fmt: skip


def _never(now: Standing) -> Decision | None:
    if not now.address:
        return Decision("never", "no_address", "No e-mail address is known.")
    if now.suppressed:
        return Decision("never", "suppressed", f"The address is suppressed: {now.suppressed}")
    if now.consent == "withdrawn" and now.purpose != "service":
        return Decision("never", "unsubscribed", "This person does not want mail of this kind.")
    if now.bounced:
        return Decision("never", "bounced", "Mail to this address came back.")
    if now.left:
        return Decision("never", "left", "This person does not work there any more.")
    return None


def _later(now: Standing) -> Decision | None:
    if now.stopped:
        return Decision("later", "sender_stopped", now.stopped, now.at + DAY)
    if now.held:
        return Decision("later", "held", "Nothing leaves now: outbound is held.", now.at + timedelta(hours=1))
    if now.phi:
        return Decision("later", "phi", "The text looks like patient data; a reviewer has it.", now.at + DAY)
    if now.missing:
        return Decision("later", "missing", f"The text cannot be filled in: {', '.join(now.missing)} is not known.", now.at + DAY)
    if now.away_until is not None and now.away_until > now.at:
        return Decision("later", "away", f"They are away until {now.away_until:%-d %B %Y}.", now.away_until)
    return None


def _window(now: Standing) -> Decision | None:
    return Decision("later", "window", "It is not a time for mail where they are.", now.opens_at) if now.opens_at > now.at else None


def _collision(book: Reach, now: Standing) -> Decision | None:
    clear = max((one + timedelta(days=book.collision.days) for one in now.others), default=None)
    if clear is None or clear <= now.at:
        return None
    return Decision("later", "collision", f"Somebody else of ours wrote to them less than {book.collision.days} days ago.", clear)


def _capped(caps: Sequence[Cap], went: Sequence[datetime], now: Standing, code: str, whom: str) -> Decision | None:
    """The cap that holds longest: when so many of the last mails are old enough that one more fits."""
    worst: Decision | None = None
    for cap in caps:
        span = timedelta(days=cap.days)
        recent = sorted((one for one in went if one > now.at - span), reverse=True)
        if len(recent) < cap.most:
            continue
        until = recent[cap.most - 1] + span if cap.most else now.at + span
        if worst is None or until > (worst.until or now.at):
            days = "a day" if cap.days == 1 else f"{cap.days} days"
            worst = Decision("later", f"cap_{code}", f"{_upper(whom)} got {len(recent)} of at most {cap.most} mails in {days}.", until)
    return worst


def _upper(said: str) -> str:
    return said[:1].upper() + said[1:]


def _sender(book: Reach, now: Standing) -> Decision | None:
    most = book.sender.day if now.day_most is None else min(now.day_most, book.sender.day)
    if now.sent_today >= most:
        return Decision("later", "sender_day", f"The sending address sent {now.sent_today} of {most} mails today.", now.at + DAY)
    if now.sent_hour >= book.sender.hour:
        return Decision("later", "sender_hour", f"The sending address sent {now.sent_hour} mails within the hour.", now.at + timedelta(hours=1))
    return None


def _word(now: Standing) -> Decision | None:
    """Asked last: only what would go is given to somebody to read."""
    return Decision("later", "approval", now.word, now.at + DAY) if now.word else None
