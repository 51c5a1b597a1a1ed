"""The challenge tags of a deal with what they suggest, and the flags that go up where the deal does not answer them yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rounds.analytics.deals.committee import process_number
from rounds.kit.scope import Scope
from rounds.models import AccountChallenge, DiscoveryRecord, Opportunity, OpportunityChallenge
from rounds.models.deals.members import members_of
from rounds.models.flow.days import day_of
from rounds.playbook import Playbook
from rounds.playbook.shapes.rooms import Challenge
from rounds.rules import committee as rule
from rounds.rules.committee import Member


@dataclass(frozen=True)
class Tag:
    """A tag of the playbook. `on`: it is this deal's; `inherited`: it comes from the account; `flag`: what it warns of now."""

    challenge: Challenge
    on: bool
    inherited: bool
    flag: str = ""


def challenges(deal: Opportunity, book: Playbook, scope: Scope, at: datetime, *, people: bool = True) -> list[Tag]:
    """Every tag of the playbook as it stands for `deal`. Two queries, and three more where a tag that is on asks for them."""
    own = set(OpportunityChallenge.objects.filter(opportunity_id=deal.id, ended_at=None).values_list("tag", flat=True))
    places = {deal.account_id, deal.buying_unit_id or deal.account_id}
    theirs = set(visible_of_account(scope).filter(account_id__in=places, ended_at=None).values_list("tag", flat=True))
    asked = [one for one in book.challenges.tags if one.tag in own | theirs]
    members = members_of(deal.id, at) if asked and people else []
    up = {one.tag for one in asked if people and ASK[one.flag.when](deal, book, members, at)}
    return [Tag(one, one.tag in own | theirs, one.tag in theirs - own, one.flag.says if one.tag in up else "") for one in book.challenges.tags]


def visible_of_account(scope: Scope):
    """Tags of accounts: row security narrows them to the accounts one sees."""
    return AccountChallenge.objects.all() if "account" not in scope.unread else AccountChallenge.objects.none()


Asks = Callable[[Opportunity, Playbook, list[Member], datetime], bool]


def _warned(code: str) -> Asks:
    return lambda deal, book, members, at: code in {one.code for one in rule.warnings(book, members, process_number(deal, book), day_of(book, at))}


def _no_buyer(deal: Opportunity, book: Playbook, members: list[Member], at: datetime) -> bool:
    return not rule.economic_buyers(book, members)


def _no_compliance(deal: Opportunity, book: Playbook, members: list[Member], at: datetime) -> bool:
    roles = {role for group, names in book.picklists.contact_role.groups.items() if group.startswith("Compliance") for role in names}
    return not any(set(one.roles) & roles for one in members)


def _no_clinical_champion(deal: Opportunity, book: Playbook, members: list[Member], at: datetime) -> bool:
    roles = set(book.picklists.contact_role.groups[book.committee.warnings.clinical_champion.group])
    return not any(set(one.roles) & roles for one in rule.champions(book, members))


def _no_technical(deal: Opportunity, book: Playbook, members: list[Member], at: datetime) -> bool:
    kinds = [one.record for one in book.discovery.records if one.of == "technical"]
    return not DiscoveryRecord.objects.filter(opportunity_id=deal.id, kind__in=kinds, withdrawn_at=None).exists()


ASK: dict[str, Asks] = {
    "few_stakeholders": _warned("few_stakeholders"), "no_compliance_seat": _no_compliance, "no_economic_buyer": _no_buyer,
    "no_clinical_champion": _no_clinical_champion, "no_technical_records": _no_technical,
}  # fmt: skip
"""What a flag asks (deals/challenges.yaml › flag › when)."""
