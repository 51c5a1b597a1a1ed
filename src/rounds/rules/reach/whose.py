"""Whose mail it is and whether it is kept (PLUS-31): decided on its head alone, before its text is fetched.

The law is "no, unless": a mail of which nobody can say that it is about our business with an organisation leaves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Literal

from rounds.kit.text import domain_of
from rounds.playbook.shapes.capturing import Capture
from rounds.rules.reach.mail_heads import Head, Party

_SRS = re.compile(r"^srs[01][=+-].*?=(?P<domain>[a-z0-9.-]+\.[a-z]{2,})=(?P<local>[^@=]+)@", re.I)
_PRVS = re.compile(r"^(?:prvs|btv1|msprvs1)=[^=@]+=+(?P<rest>[^@]+@.+)$", re.I)
_WRAPPED = re.compile(r"^(?:[a-z0-9_-]+[+-])?(?P<local>[a-z0-9._-]+)=(?P<domain>[a-z0-9-]+(?:\.[a-z0-9-]+)+)@", re.I)


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are. `domains`: of our own addresses; `people`: our people's addresses."""

    domains: Set[str]
    people: Set[str]

    def has(self, address: str) -> bool:
        return address in self.people or domain_of(address) in self.domains


@dataclass(frozen=True, slots=True)
class Privacy:
    """What the owner of a mailbox wants: `keep` "known" or "business"; `never`: addresses and domains."""

    keep: str
    never: Set[str] = field(default_factory=frozenset)

    def forbids(self, address: str) -> bool:
        host = address.rpartition("@")[2]
        return address in self.never or any(host == one or host.endswith(f".{one}") for one in self.never if "@" not in one)


@dataclass(frozen=True, slots=True)
class Read:
    """A mail as we read it: who the other side is. `direction` out: one of ours wrote it. `others`: those outside who may
    be kept, the one it is from, or first to, in front."""

    direction: Literal["in", "out"]
    others: tuple[Party, ...]
    refused: str = ""
    """Why it is not kept whatever is known of them."""


def spellings(address: str) -> list[str]:
    """The addresses that may stand behind one: itself, without what follows a plus, and what a gateway wrapped."""
    found = [address]
    for unwrapped in (_SRS.match(address), _WRAPPED.match(address)):
        if unwrapped:
            found.append(f"{unwrapped['local']}@{unwrapped['domain']}".lower())
    if signed := _PRVS.match(address):
        found.append(signed["rest"].lower())
    for one in list(found):
        local, _, host = one.rpartition("@")
        if "+" in local and local.partition("+")[0]:
            found.append(f"{local.partition('+')[0]}@{host}")
    return list(dict.fromkeys(found))


def read(head: Head, ours: Ours, privacy: Privacy, book: Capture) -> Read:
    """Who the other side of a mail is, and whether anything forbids to keep it."""
    sender = _true_sender(head, ours)
    direction: Literal["in", "out"] = "out" if ours.has(sender.address) else "in"
    outside = [one for one in dict.fromkeys((sender, *head.to, *head.cc)) if one.address and not ours.has(one.address)]
    if head.headers.get("sensitivity", "").lower().split("-")[0].strip() in book.private.sensitivity:
        return Read(direction, (), "marked as personal")
    if not outside:
        return Read(direction, (), "among ourselves")
    if any(privacy.forbids(spelled) for one in outside for spelled in spellings(one.address)):
        return Read(direction, (), "never to be kept")
    others = [one for one in outside if not is_machine(one.address, book)]
    if not others:
        return Read(direction, (), "from a machine")
    if direction == "in" and sender in outside and sender in others:
        others = [sender, *(one for one in others if one != sender)]
    return Read(direction, tuple(others))


def is_copied_by(head: Head, ours: Ours) -> bool:
    """Whether one of our people sent a mail to the copy address: not somebody who only says so, where the server that took it
    found out."""
    proof = head.headers.get("authentication-results", "").lower()
    return head.sender.address in ours.people and "dmarc=fail" not in proof and not ("spf=fail" in proof and "dkim=pass" not in proof)


def passed_on(said: Read, by: Party | None, ours: Ours) -> Read:
    """A mail among ourselves that passes on somebody's mail is read as theirs."""
    if said.refused != "among ourselves" or by is None or ours.has(by.address):
        return said
    return Read("in", (by,))


def kept(said: Read, *, known: Set[str], domains: Set[str], answers: bool, privacy: Privacy, book: Capture) -> str:
    """Why a mail is kept; "" where it is not. `known`: addresses of contacts and leads; `domains`: of organisations;
    `answers`: it answers a letter of ours to this very person."""
    if said.refused:
        return ""
    if answers:
        return "it answers a mail of ours"
    if said.direction == "in" and said.others and is_free(said.others[0].address, book):
        return ""
    business = [one.address for one in said.others if not is_free(one.address, book)]
    if any(spelled in known for one in business for spelled in spellings(one)):
        return "of somebody we know"
    if privacy.keep == "business" and any(domain_of(spelled) in domains for one in business for spelled in spellings(one)):
        return "of an organisation we know"
    return ""


def is_free(address: str, book: Capture) -> bool:
    """Whether an address is one of those anybody has."""
    return domain_of(address) in book.free_mail.domains


def is_machine(address: str, book: Capture) -> bool:
    """Whether nobody reads what is sent to this address."""
    local = address.partition("@")[0]
    # What a gateway wrapped (bounces+rosa=hospital.example@…) has somebody behind it.
    return local in book.machines.names or ("=" not in local and local.partition("+")[0] in book.machines.names)


def _true_sender(head: Head, ours: Ours) -> Party:
    """Who wrote it: a list or a gateway of ours puts its own address in front and says the writer's beside it."""
    if head.sender.address in ours.people or not ours.has(head.sender.address):
        return head.sender
    for name in ("x-original-from", "x-original-sender", "reply-to"):
        found = re.search(r"[\w.+=-]+@[\w-]+(?:\.[\w-]+)+", head.headers.get(name, ""))
        if found and not ours.has(found[0].lower()):
            return Party(found[0].lower(), re.sub(r"['\"]", "", head.sender.name).partition(" via ")[0].strip())
    return head.sender
