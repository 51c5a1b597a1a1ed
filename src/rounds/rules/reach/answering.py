"""What an incoming mail is: an answer of a person, or of a machine (COMM-01 Unsaid: reply detection ignores auto-replies).

Read from the headers first (RFC 3834, RFC 3464, RFC 5965), from the words only where the headers are silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from rounds.playbook.shapes.reaching import Away

Kind = Literal["answer", "away", "bounce", "soft_bounce", "complaint", "automatic", "list"]

_AWAY = re.compile(
    r"^(automatic reply|auto[- ]?reply|out of (the )?office|away from (the )?office|on (annual |parental |maternity |medical )?leave|"
    r"autoreply|i am (currently )?(out of|away)|abwesen|vacation)", re.I)
_BACK = re.compile(
    r"(?:until|till|return(?:ing)?(?: to the office)?(?: on)?|back(?: in the office)?(?: on)?)\s+(?:\w+day,?\s+)?"
    r"(?P<day>(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d{1,2}(?:st|nd|rd|th)?"
    r"(?:,?\s+\d{4})?|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{4}-\d{2}-\d{2})", re.I)
_GONE = re.compile(r"no longer (?:works?|employed|with|at)|has left (?:the )?(?:company|organi[sz]ation|hospital|health system)|is no longer", re.I)
_MONTHS = {name: n for n, name in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"), 1)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """The kind; `until` for one who is away and says till when; `gone` where the text says they left."""

    kind: Kind
    why: str
    until: date | None = None
    gone: bool = False


def answered(headers: Mapping[str, str], text: str, today: date, book: Away) -> Answered:
    """`headers`: names in small letters. `text`: the plain text, without what it quotes."""
    told = headers.get("auto-submitted", "no").split(";")[0].strip().lower()
    if report := _complaint(headers, text) or _bounce(headers, text):
        return report
    subject = headers.get("subject", "").strip()
    away = bool(_AWAY.search(subject)) or "vacation" in headers.get("x-autoreply", "").lower()
    if told not in ("", "no") or away or headers.get("x-autoreply") or headers.get("x-autorespond") or headers.get("precedence", "").lower() == "auto_reply":
        gone = bool(_GONE.search(text))
        if away or gone or told == "auto-replied":
            return Answered("away", "an automatic reply", None if gone else until(text, today, book), gone)
        return Answered("automatic", "sent by a machine")
    if headers.get("list-id") or headers.get("precedence", "").lower() in ("bulk", "list", "junk") or headers.get("list-unsubscribe"):
        return Answered("list", "sent to a list")
    return Answered("answer", "a person's answer")


def until(text: str, today: date, book: Away) -> date:
    """The day somebody is back: the one they name if it can be believed, else as long as the playbook waits."""
    for found in _BACK.finditer(text):
        named = _day(found["day"], today)
        if named is not None and today <= named <= today + timedelta(days=book.most):
            return named
    return today + timedelta(days=book.days)


def _day(said: str, today: date) -> date | None:
    try:
        if "-" in said:
            return date.fromisoformat(said)
        if "/" in said:
            parts = [int(part) for part in said.split("/")]
            month, on, year = parts[0], parts[1], parts[2] if len(parts) > 2 else 0
        else:
            name, on_said, *rest = re.sub(r"(\d)(st|nd|rd|th)", r"\1", said.lower().replace(",", " ")).split()
            month, on, year = _MONTHS[name], int(on_said), int(rest[0]) if rest else 0
        if year:
            return datetime.strptime(f"{month}/{on}/{year:02}", "%m/%d/%y" if year < 100 else "%m/%d/%Y").date()  # noqa: DTZ007
        this = date(today.year, month, on)
        return this if this >= today else date(today.year + 1, month, on)
    except (ValueError, KeyError):
        return None


_FEEDBACK = re.compile(r"^feedback-type:\s*([\w-]+)", re.I | re.M)
_UNWANTED = ("abuse", "opt-out")
"""Kinds of feedback by which somebody says that they do not want such mail (RFC 5965 §7.3)."""


def _complaint(headers: Mapping[str, str], text: str) -> Answered | None:
    if "report-type=feedback-report" not in headers.get("content-type", "").lower().replace('"', "").replace(" ", ""):
        return None
    found = _FEEDBACK.search(text)
    if found and found[1].lower() in _UNWANTED:
        return Answered("complaint", "called unwanted by who got it")
    return Answered("automatic", "sent by a mail server")


_STATUS = re.compile(r"^status:\s*([245])\.(\d{1,3})\.(\d{1,3})", re.I | re.M)


def _bounce(headers: Mapping[str, str], text: str) -> Answered | None:
    kind = headers.get("content-type", "").lower()
    report = "report-type=delivery-status" in kind.replace('"', "").replace(" ", "")
    daemon = re.match(r"\s*(.*<)?(mailer-daemon|postmaster)@", headers.get("from", ""), re.I)
    if not report and not daemon:
        return None
    found = _STATUS.search(text)
    if found and found[1] == "4":
        return Answered("soft_bounce", f"not delivered yet ({'.'.join(found.groups())})")
    if found and found[1] == "2":
        return Answered("automatic", "a receipt")
    if found or report:
        return Answered("bounce", f"came back ({'.'.join(found.groups())})" if found else "came back")
    return Answered("automatic", "sent by a mail server")
