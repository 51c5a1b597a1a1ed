"""Whether an act on a mail was a person's: gateways open every mail and follow every link (mautic#9798; LEAD-30)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from rounds.playbook import Playbook
from rounds.playbook.shapes.tended import Machine


@dataclass(frozen=True, slots=True)
class Asked:
    """How a link was asked for: the method, what the browser calls itself, the address it came from."""

    method: str = "GET"
    agent: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class MailAct:
    """An opening or a click: when, of which mail, which link of how many, and when the mail was delivered. `asked`: what is
    known of how it came, where our own link was followed."""

    kind: str
    at: datetime
    message: str = ""
    link: str = ""
    links: int = 0
    delivered_at: datetime | None = None
    asked: Asked | None = None


def machine(playbook: Playbook, act: MailAct, beside: Iterable[MailAct] = ()) -> str:
    """Why `act` was no person's; "" where nothing says so. `beside` are the other acts on the same mail."""
    book = playbook.engagement.machine
    if act.kind not in book.kinds:
        return ""
    beside = list(beside)
    if act.asked is not None and (told := _told(book, act.asked) or _followed(book, act, beside)):
        return told
    if act.delivered_at is not None and (act.at - act.delivered_at).total_seconds() < book.within_seconds:
        return f"within {book.within_seconds} seconds of delivery"
    if act.links >= book.links_at_least and act.link:
        near = {one.link for one in beside if one.link and abs((one.at - act.at).total_seconds()) <= book.together_seconds}
        if len(near | {act.link}) >= act.links:
            return f"all {act.links} links of the mail at once"
    return ""


def _told(book: Machine, asked: Asked) -> str:
    """What the way it was asked says."""
    if asked.method.upper() != "GET":
        return f"asked with {asked.method.upper()[:10]}"
    if not asked.agent.strip():
        return "names no browser"
    named = next((said for said in book.agents if said in asked.agent.lower()), None)
    if named is not None:
        return f"calls itself {named}"
    return "comes from a gateway's network" if _within(asked.address, book.networks) else ""


def _followed(book: Machine, act: MailAct, beside: list[MailAct]) -> str:
    """A scanner that first asked with HEAD, or under its own name, asks again as a browser."""
    for one in beside:
        near = abs((one.at - act.at).total_seconds()) <= book.together_seconds
        if near and one.asked is not None and act.asked is not None and one.asked.address == act.asked.address and _told(book, one.asked):
            return "comes from where a scanner just came from"
    return ""


def _within(address: str, networks: Iterable[str]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in ip_network(one, strict=False) for one in networks)
