"""Which account a lead belongs to: by web domain, else by name and state. Doubt is no match."""

from __future__ import annotations

from uuid import UUID

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
    found = Account.objects.filter(domain=domain).order_by("-is_unit", "-beds", "id")
    rows = list(found.values_list("id", "name", "buying_unit_id")[:12])
    wanted = plain_organization(lead.organization)
    named = next((key for key, name, _ in rows if plain_organization(name) == wanted), None)
    if named is not None:
        return _whole(named)
    # Several hospitals of one system share a domain: the system is then the safe answer.
    units = {unit or key for key, _, unit in rows}
    return _whole(units.pop()) if len(units) == 1 else None


def _by_name(lead: LeadGiven) -> Account | None:
    name = plain_organization(lead.organization)
    if not name:
        return None
    found = Account.objects.filter(plain_name=name)
    if lead.state:
        found = found.filter(state=lead.state)
    rows = list(found.values_list("id", flat=True)[:2])
    return _whole(rows[0]) if len(rows) == 1 else None


def _whole(key: UUID) -> Account | None:
    """The account with its unit; only the one that matched is read whole."""
    return next(iter(Account.objects.select_related("buying_unit").filter(pk=key)[:1]), None)
