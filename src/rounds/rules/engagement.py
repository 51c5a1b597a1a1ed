"""Whether an act on a mail was a person's: gateways open every mail and follow every link (mautic#9798; LEAD-30)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rounds.playbook import Playbook


@dataclass(frozen=True, slots=True)
class MailAct:
    """An opening or a click: when, of which mail, which link of how many, and when the mail was delivered."""

    kind: str
    at: datetime
    message: str = ""
    link: str = ""
    links: int = 0
    delivered_at: datetime | None = None


def machine(playbook: Playbook, act: MailAct, beside: Iterable[MailAct] = ()) -> str:
    """Why `act` was no person's; "" where nothing says so. `beside` are the other acts on the same mail."""
    book = playbook.engagement.machine
    if act.kind not in book.kinds:
        return ""
    if act.delivered_at is not None and (act.at - act.delivered_at).total_seconds() < book.within_seconds:
        return f"within {book.within_seconds} seconds of delivery"
    if act.links >= book.links_at_least and act.link:
        near = {one.link for one in beside if one.link and abs((one.at - act.at).total_seconds()) <= book.together_seconds}
        if len(near | {act.link}) >= act.links:
            return f"all {act.links} links of the mail at once"
    return ""
