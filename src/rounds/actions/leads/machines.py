"""Which openings and clicks were a gateway's, not a person's: kept with the reason, counted for nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rounds.kit.refusal import Refusal
from rounds.models import LeadActivity
from rounds.models.flow.active import active
from rounds.rules.engagement import MailAct, machine


class MailRefused(Refusal):
    """Of a mail say its message, and of a click the link, how many there are, and when it was delivered."""

    status = 422
    field = "mail"


class MailGiven(BaseModel):
    """Of which mail an opening or a click was."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    message: str = Field(min_length=1, max_length=300)
    link: str = Field("", max_length=2000)
    links: int = Field(0, ge=0, le=1000)
    delivered_at: datetime | None = None


def checked(mail: dict[str, Any] | None) -> MailGiven | None:
    """`mail` as it may be kept. Raises MailRefused."""
    if not mail:
        return None
    try:
        return MailGiven(**mail)
    except (ValidationError, TypeError) as error:
        raise MailRefused from error


def why(kind: str, at: datetime, mail: MailGiven | None) -> str:
    """Why an act on a mail was no person's, "" where nothing says so. One query where the mail has several links.

    Effects: the acts that belong to the same burst are marked as well (what they had counted goes with the next score).
    """
    if mail is None:
        return ""
    act = MailAct(kind, at, mail.message, mail.link, mail.links, mail.delivered_at)
    rows = list(LeadActivity.objects.filter(mail__message=mail.message, kind=kind)) if mail.links else []
    beside = [(row, MailAct(row.kind, row.happened_at, mail.message, row.mail.get("link", ""))) for row in rows]
    told = machine(active().playbook, act, [one for _, one in beside])
    if told:
        edge = active().playbook.engagement.machine.together_seconds
        burst = [row.pk for row, one in beside if not row.machine and abs((one.at - at).total_seconds()) <= edge]
        LeadActivity.objects.filter(pk__in=burst).update(machine=told)
    return told
