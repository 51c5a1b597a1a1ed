"""Which account a lead belongs to: by web domain, else by name and state. Doubt is no match."""

from __future__ import annotations

from rounds.actions.leads.given import LeadGiven
from rounds.kit.text import domain_of, plain_organization
from rounds.models import Account

FREE_MAIL = frozenset({"gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "aol.com", "icloud.com", "msn.com"})


def matching_account(lead: LeadGiven) -> Account | None:
    """The one account of the lead's mail domain, else the one whose name (and state) is the lead's; or None."""
    return _by_domain(lead) or _by_name(lead)


def _by_domain(lead: LeadGiven) -> Account | None:
    domain = domain_of(lead.email) if lead.email else ""
    if not domain or domain in FREE_MAIL:
        return None
    units = list(
        Account.objects.filter(domain=domain).select_related("buying_unit").order_by("-is_unit", "-beds", "id")[:12]
    )
    if not units:
        return None
    named = [a for a in units if plain_organization(a.name) == plain_organization(lead.organization)]
    if named:
        return named[0]
    # Several hospitals of one system share a domain: the system is then the safe answer.
    owners = {a.buying_unit_id or a.id for a in units}
    return (units[0].buying_unit or units[0]) if len(owners) == 1 else None


def _by_name(lead: LeadGiven) -> Account | None:
    name = plain_organization(lead.organization)
    if not name:
        return None
    found = Account.objects.filter(plain_name=name).select_related("buying_unit")
    if lead.state:
        found = found.filter(state=lead.state)
    first_two = list(found.order_by("-is_unit", "id")[:2])
    return first_two[0] if len(first_two) == 1 else None
