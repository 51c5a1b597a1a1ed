"""For whom a text is read: a lead or a contact the viewer sees, by key or by the name that was typed, perhaps for a deal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from rounds.access.scope import visible
from rounds.actions.reach import people
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Lead, Opportunity
from rounds.models.search import search
from rounds.web.deals.proof_forms import key_of

NOUNS: dict[str, type[Lead] | type[Contact]] = {"contact": Contact, "lead": Lead}
FETCH = ("owner", "account__buying_unit")
MOST = 8
DEALS = 20


class NoSuchPerson(Refusal):
    """No lead or contact you see has this name; type a part of the name and choose from what is offered."""

    status = 422
    field = "whom"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The record, the person of it, and how an address names them: `contact=…`, perhaps with `&opportunity=…`."""

    noun: str
    row: Lead | Contact
    person: people.Person
    query: str

    @property
    def url(self) -> str:
        return f"/{self.noun}s/{self.row.pk}/"


def chosen(request: HttpRequest) -> Chosen | None:
    """The person the address names; None where it names nobody. One that is not seen is 404."""
    for noun, model in NOUNS.items():
        if request.GET.get(noun):
            row = visible(model, request.scope).select_related(*FETCH).filter(pk=_key(request.GET[noun])).first()
            if row is None:
                raise Http404
            return _chosen(noun, row, _deal(request) if noun == "contact" else None)
    return None


def _chosen(noun: str, row: Any, deal: Opportunity | None) -> Chosen:
    person = people.of_lead(row) if noun == "lead" else people.of_contact(row, opportunity=deal)
    return Chosen(noun, row, person, f"{noun}={row.pk}{f'&opportunity={deal.pk}' if deal else ''}")


def _deal(request: HttpRequest) -> Opportunity | None:
    if not request.GET.get("opportunity"):
        return None
    deal = visible(Opportunity, request.scope).filter(pk=_key(request.GET["opportunity"])).first()
    if deal is None:
        raise Http404
    return deal


def _key(said: str) -> UUID:
    if (key := key_of(said)) is None:
        raise Http404
    return key


def found(request: HttpRequest, said: str) -> list[tuple[str, Lead | Contact]]:
    """Leads and contacts whose name was typed, or else begins so; several where several fit."""
    exact = [(noun, row) for noun in NOUNS for row in _rows(request, noun).filter(name__iexact=said)[:MOST]]
    return exact or suggested(request, said)


def suggested(request: HttpRequest, said: str) -> list[tuple[str, Lead | Contact]]:
    """What the words typed so far may mean. Three queries, none for a single letter."""
    hits = search(said, kinds=tuple(NOUNS), most=MOST * 2) if len(said) > 1 else []
    rows = {noun: _rows(request, noun).in_bulk([hit.id for hit in hits if hit.kind == noun]) for noun in NOUNS} if hits else {}
    return [(hit.kind, rows[hit.kind][hit.id]) for hit in hits if hit.id in rows[hit.kind]][:MOST]


def _rows(request: HttpRequest, noun: str) -> Any:
    return visible(NOUNS[noun], request.scope).select_related("account")


def lately(request: HttpRequest) -> list[tuple[str, Lead | Contact]]:
    """A few to begin with: contacts and leads one sees, the newest first. Two queries."""
    contacts = visible(Contact, request.scope).filter(left_on=None).exclude(email="").select_related("account").order_by("-id")[:4]
    leads = visible(Lead, request.scope).exclude(email="").order_by("-captured_at")[:4]
    return [("contact", row) for row in contacts] + [("lead", row) for row in leads]


def deals_of(request: HttpRequest, chosen: Chosen) -> list[Opportunity]:
    """The deals a text for this contact may be about."""
    if chosen.noun != "contact":
        return []
    return list(visible(Opportunity, request.scope).filter(account=chosen.row.account_id).order_by("-opened_at")[:DEALS])
