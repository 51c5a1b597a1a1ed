"""What is known of the people and mails a batch of mails names: read at once, in a handful of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from rounds.actions.reach.people import ABOUT
from rounds.kit.keys import ring
from rounds.kit.text import domain_of
from rounds.models import Account, Contact, DealContact, Lead, Message, Opportunity, User
from rounds.models.flow.active import active
from rounds.rules.reach.mail_heads import Head, Party
from rounds.rules.reach.placing import Deal
from rounds.rules.reach.whose import Ours, is_free, spellings


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody an address belongs to. A lead that is a contact as well is both."""

    name: str
    contact: UUID | None = None
    lead: UUID | None = None
    account: UUID | None = None
    unit: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An account of a domain, and its health system."""

    account: UUID
    unit: UUID | None


@dataclass(frozen=True, slots=True)
class Known:
    """`people` by address, `domains` of accounts (None: of several, and nobody says of which), `mails` of ours by
    Message-ID, `joins` by an id that somebody else's references name, `deals` that are open."""

    people: Mapping[str, Who]
    domains: Mapping[str, Place | None]
    mails: Mapping[str, Message]
    joins: Mapping[str, Sequence[Message]]
    deals: Sequence[Deal]

    def who(self, address: str) -> Who | None:
        return next((self.people[one] for one in spellings(address) if one in self.people), None)

    def place(self, address: str) -> Place | None:
        return next((found for one in spellings(address) if (found := self.domains.get(domain_of(one)))), None)


def ours() -> Ours:
    """Our people and the domains of their addresses; a free provider's domain is nobody's."""
    people = frozenset(one.lower() for one in User.objects.filter(portal_account=None).values_list("email", flat=True))
    book = active().playbook.capture
    return Ours(frozenset(domain_of(one) for one in people if not is_free(one, book)), people)


def known_of(heads: Iterable[Head], us: Ours, others: Iterable[Party] = ()) -> Known:
    """Everything known of whom these mails name, of `others`, and of what the mails answer."""
    heads = list(heads)
    addresses = {spelled for head in heads for party in (head.sender, *head.to, *head.cc) if party.address and not us.has(party.address)
                 for spelled in spellings(party.address)} | {spelled for head in heads for spelled in _beside(head, us)}  # fmt: skip
    addresses |= {spelled for party in others for spelled in spellings(party.address)}
    people, domains = _people(addresses), _domains({domain_of(one) for one in addresses})
    mails, joins = _mails(heads)
    return Known(people, domains, mails, joins, _deals(people, domains, mails))


def _beside(head: Head, us: Ours) -> list[str]:
    """The addresses beside a sender of ours: a gateway's writer stands there."""
    if not us.has(head.sender.address):
        return []
    words = " ".join(head.headers.get(name, "") for name in ("x-original-from", "x-original-sender", "reply-to")).replace("<", " ").replace(">", " ")
    return [spelled for word in words.lower().split() if "@" in word for spelled in spellings(word)]


def _people(addresses: Set[str]) -> dict[str, Who]:
    found: dict[str, Who] = {}
    wanted = list(addresses)  # in small letters, as contacts.add and leads.capture keep them: found by index, also under row security
    for key, name, mail, account, unit in Contact.objects.filter(email__in=wanted, merged_into=None).order_by("-left_on", "created_at", "id").values_list(
            "id", "name", "email", "account_id", "buying_unit_id"):  # fmt: skip
        found.setdefault(mail.lower(), Who(name, contact=key, account=account, unit=unit or account))
    for key, name, mail, account, unit in Lead.objects.filter(email__in=wanted, merged_into=None).order_by("-captured_at", "id").values_list(
            "id", "name", "email", "account_id", "buying_unit_id"):  # fmt: skip
        at = mail.lower()
        if at not in found:
            found[at] = Who(name, lead=key, account=account, unit=unit or account)
        elif found[at].lead is None and account in (None, found[at].account):
            one = found[at]
            found[at] = Who(one.name, one.contact, key, one.account, one.unit)
    return found


def _domains(domains: Set[str]) -> dict[str, Place | None]:
    book = active().playbook.capture
    rows = defaultdict(list)
    business = [one for one in domains if one and one not in book.free_mail.domains]
    for key, domain, unit, is_unit in Account.objects.filter(domain__in=business, merged_into=None).order_by("-is_unit", "-beds", "id").values_list(
            "id", "domain", "buying_unit_id", "is_unit"):  # fmt: skip
        rows[domain].append((key, unit, is_unit))
    return {domain: _place(found) for domain, found in rows.items()}


def _place(found: list[tuple[UUID, UUID | None, bool]]) -> Place | None:
    """One account has the domain, or several of one health system: then the system."""
    if len(found) == 1:
        return Place(found[0][0], found[0][1] or found[0][0])
    units = {unit or key for key, unit, _ in found}
    return Place(next(iter(units)), next(iter(units))) if len(units) == 1 else None


COLUMNS = ("id", "thread_id", "message_id", "in_reply_to", "references", "direction", "kind", "state", "contact_index", "account_id", "buying_unit_id", "lead_id",
           "opportunity_id", "contact_id", "enrolment_id", "step", "variant", "at", "answered_at")  # fmt: skip


def _mails(heads: list[Head]) -> tuple[dict[str, Message], dict[str, list[Message]]]:
    named = {one for head in heads for one in (head.message_id, *head.references)}
    mails = {row.message_id: row for row in Message.objects.filter(message_id__in=named).only(*COLUMNS)}
    joins: dict[str, list[Message]] = defaultdict(list)
    if named:
        later = {row.pk: row for asked in ({"in_reply_to__in": named}, {"references__0__in": list(named)})
                 for row in Message.objects.filter(**asked).exclude(in_reply_to="").only(*COLUMNS)}  # fmt: skip
        for row in later.values():
            for one in {row.in_reply_to, *row.references[:1]} & named:
                joins[one].append(row)
    return mails, joins


def mails_of(ids: Iterable[str]) -> dict[str, Message]:
    """Mails of ours by Message-ID, as far as a report or an answer asks."""
    return {row.message_id: row for row in Message.objects.filter(message_id__in=set(ids)).only(*COLUMNS)}


def _deals(people: Mapping[str, Who], domains: Mapping[str, Place | None], mails: Mapping[str, Message]) -> list[Deal]:
    contacts = {one.contact for one in people.values() if one.contact}
    leads = {one.lead for one in people.values() if one.lead}
    places = {key for one in [*people.values(), *filter(None, domains.values())] for key in (one.account, one.unit) if key}
    seats = defaultdict(set)
    for deal, contact in DealContact.objects.filter(contact_id__in=contacts, ended_at=None).values_list("opportunity_id", "contact_id"):
        seats[deal].add(contact)
    about = Q(account_id__in=places) | Q(buying_unit_id__in=places) | Q(lead_id__in=leads) | Q(contact_id__in=contacts) | Q(pk__in=list(seats))
    rows = Opportunity.objects.filter(about, closed_at=None).values_list("id", "account_id", "buying_unit_id", "lead_id", "owner_id", "contact_id", "opened_at")
    return [Deal(key, account, unit or account, lead, owner, frozenset(seats[key] | ({contact} if contact else set())), opened)
            for key, account, unit, lead, owner, contact, opened in rows]  # fmt: skip


def index(address: str) -> str:
    """The blind index of an address, as mails are counted and found by."""
    return next(iter(ring().blinds(address.strip().lower(), ABOUT)), "")
