"""Who is on the mail of a deal and not on its committee: read from the mails themselves each time it is asked, so that nothing about
anybody is kept twice and nothing has to be cleaned up."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from uuid import UUID

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.kit.text import domain_of
from rounds.models import Account, Contact, DealContact, Message, Opportunity, User
from rounds.models.flow.active import active
from rounds.rules.reach.signatures import title_of
from rounds.rules.reach.whose import is_free, is_machine

READ = 60
"""Mails of the deal that are looked at, the newest."""
MOST = 5


@dataclass
class Suggested:
    """Somebody to put on the committee. `contact`: they are known already. `wrote`: how many mails are theirs."""

    address: str
    name: str = ""
    title: str = ""
    contact: UUID | None = None
    mails: int = 0
    wrote: int = 0


def suggested(deal: Opportunity, scope: Scope) -> list[Suggested]:
    """People of the customer's who write, or are copied, and are on no committee of the deal; who writes most comes first. Five
    queries, one where the deal has no mail."""
    mails = list(visible(Message, scope).filter(opportunity=deal, kind__in=("sent", "answer")).order_by("-at")[:READ])
    found = _named(mails) if mails else {}
    if not found:
        return []
    theirs = set(Account.objects.filter(pk__in=[deal.account_id, deal.buying_unit_id]).exclude(domain="").values_list("domain", flat=True))
    there = set(DealContact.objects.filter(opportunity=deal, ended_at=None).values_list("contact_id", flat=True)) | {deal.contact_id}
    known = {mail.lower(): (key, name, title) for key, name, title, mail in visible(Contact, scope).filter(email__in=list(found)).values_list("id", "name", "title", "email")}
    ours, least = set(User.objects.filter(email__in=list(found)).values_list("email", flat=True)), active().playbook.capture.copied.mails
    for address, one in found.items():
        if address in known:
            one.contact, one.name, one.title = known[address]
    fits = [one for one in found.values() if one.address not in ours and one.contact not in there - {None}
            and (one.contact or domain_of(one.address) in theirs) and (one.wrote or one.mails >= least) and one.name]  # fmt: skip
    return sorted(fits, key=lambda one: (-one.wrote, -one.mails, one.address))[:MOST]


def _named(mails: list[Message]) -> dict[str, Suggested]:
    book, found = active().playbook.capture, {}
    for row in mails:
        wrote = parseaddr(row.sender)[1].lower() if row.direction == "in" else ""
        for said in (row.sender, *row.to, *row.cc):
            name, address = parseaddr(said)
            address = address.lower()
            if "@" not in address or is_free(address, book) or is_machine(address, book):
                continue
            one = found.setdefault(address, Suggested(address))
            one.name, one.mails = one.name or name, one.mails + 1
            if address == wrote:
                one.wrote += 1
                one.title = one.title or title_of(row.text, one.name)
    return found
