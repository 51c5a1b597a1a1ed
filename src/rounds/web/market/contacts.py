"""Contacts: the list, a person's page, a new one, and the titles no pattern could place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import may_change, need_to_read, need_to_write
from rounds.access.fields import need_to_be_shown, seats
from rounds.access.scope import visible
from rounds.actions.deals import committee
from rounds.actions.desk import views as desk
from rounds.actions.desk.own_fields import set_own
from rounds.actions.market import contacts
from rounds.actions.trust import audit
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, CommitteeSeat, Contact, LeadActivity, Opportunity
from rounds.models.flow.active import active
from rounds.models.search import ids_of_words
from rounds.rules import titles
from rounds.web import lists
from rounds.web.deals.frame import deal_or_404
from rounds.web.desk import own_cells
from rounds.web.doors import noted, one, page
from rounds.web.market import known_well
from rounds.web.market.account_acts import back, picked
from rounds.web.market.account_shown import account_or_404
from rounds.web.market.table import CONTACT_TABLE
from rounds.web.reach.meetings_beside import beside
from rounds.web.reach.panel import enrolled

FIELDS = ("name", "title", "email", "phone", "preference")


class NoAccount(Refusal):
    """Choose the account this person works at."""

    status = 422
    field = "account"


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The contacts one may see."""
    asked = lists.ask(request, CONTACT_TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    return render(request, "market/contacts.html", lists.context(request, CONTACT_TABLE, asked))


def contact_or_404(request: HttpRequest, key: UUID) -> Contact:
    """The contact `key` with its account, if the viewer may see it; what is sent needs more (`doors.one`)."""
    return one(request, Contact, key, "account", "buying_unit", "owner")


def _shown(request: HttpRequest, key: UUID) -> dict[str, Any]:
    contact, book = contact_or_404(request, key), active().playbook
    held = CommitteeSeat.objects.filter(contact=contact, ended_at=None).select_related("account")
    acts = LeadActivity.objects.filter(contact=contact, withdrawn_at=None).order_by("-happened_at")
    shown = list(acts[:30])
    for act in shown:
        act.words = act.kind.replace("_", " ").capitalize()
    return {"contact": contact, "url": f"/contacts/{key}/", "place": "contacts", "seats": seats(held, request.scope.hidden), "acts": shown,
            "groups": book.picklists.contact_role.groups, "role_titles": book.picklists.contact_role.titles}  # fmt: skip


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """A person: role, seats, what happened with them."""
    said = _shown(request, key)
    contact = said["contact"]
    audit.note_read("contact.read", by=request.user.actor, at=now(), kind="contact", subject=contact.id, scope=request.scope.hash)
    desk.visited(request.user, label=contact.name, url=said["url"], icon="contact")
    known = known_well.of_contact(contact, at=now())
    beside_it = enrolled(request, contact_id=contact.id) | beside(request, contact)
    return render(request, "market/contact.html", said | {"fields": _fields(contact, request), "known": known, "writable": may_change(request.user, contact), **beside_it})


def _fields(contact: Contact, request: HttpRequest) -> dict[str, str]:
    return {name: getattr(contact, name) for name in FIELDS if f"contact.{name}" not in request.scope.hidden}


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    said = _shown(request, key)
    noted(request, "contact.read", "contact", key, part="preview")
    return render(request, "market/contact_preview.html", said)


@require_POST
@page
def changing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a contact's plain fields, or the role by hand."""
    said = _shown(request, key)
    fields = {name: request.POST[name].strip() for name in FIELDS if name in request.POST}
    need_to_be_shown(request.user, "contact", fields)
    try:
        contacts.change(said["contact"], by=request.user.actor, at=now(), role=request.POST.get("role"), **fields)
    except Refusal as refusal:
        if refusal.status != 422 or request.htmx:
            raise
        return render(request, "market/contact.html", said | {"fields": fields, "error": refusal}, status=422)
    return back(request, request.POST.get("back") if request.POST.get("back") == "/contacts/review/" else said["url"])


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest) -> HttpResponse:
    """Add a person to an account; the title says the role. Asked for from a deal's committee, they are on it at once."""
    need_to_write(request.user, "contact")
    account, deal = _account(request), _deal(request)
    need_to_write(request.user, contacts.placed(account) if account else "contact")
    said: dict[str, Any] = {"place": "contacts", "account": account, "deal": deal, "group": request.GET.get("group", ""), "error": None,
                            "fields": {name: request.POST.get(name, request.GET.get(name, ""))[:300] for name in FIELDS}, "found": [], "words": ""}  # fmt: skip
    book = active().playbook
    said["likely"] = book.picklists.contact_role.groups.get(said["group"], ())
    if account is None:
        words = request.GET.get("account_words", "").strip()
        rows = visible(Account, request.scope).filter(pk__in=ids_of_words(words, "account", most=50) if words else [])
        return render(request, "market/contact_new.html", said | {"words": words, "found": list(rows[:12])})
    if request.method == "POST":
        try:
            given = {name: value.strip() for name, value in said["fields"].items() if value.strip()}
            need_to_be_shown(request.user, "contact", given)
            own = own_cells.given(request, "contact")
            person = contacts.add(account, name=given.pop("name", ""), by=request.user.actor, at=now(), **given)
            set_own(person, own, by=request.user.actor, at=now())
            return redirect(f"/contacts/{person.id}/") if deal is None else _seated(request, deal, person)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            return render(request, "market/contact_new.html", said | {"error": refusal}, status=422)
    return render(request, "market/contact_new.html", said)


def _deal(request: HttpRequest) -> Opportunity | None:
    """The deal whose committee the person comes on, where one was asked for from there."""
    said = request.POST.get("opportunity") or request.GET.get("opportunity")
    try:
        return deal_or_404(request, UUID(said)) if said else None
    except ValueError as error:
        raise Http404 from error


def _seated(request: HttpRequest, deal: Opportunity, person: Contact) -> HttpResponse:
    committee.seat(deal, person, by=request.user.actor, at=now())
    request.session["toast"] = {"text": f"{person.name} is on the committee", "undo": ""}
    return redirect(f"/opportunities/{deal.id}/committee/")


def _account(request: HttpRequest) -> Account | None:
    if request.method == "POST":
        account = picked(request, Account, "account")
        if account is None:
            raise NoAccount
        return account
    try:
        return account_or_404(request, UUID(request.GET["account"]), to="read") if request.GET.get("account") else None
    except ValueError as error:
        raise Http404 from error


@require_GET
@page
def review(request: HttpRequest) -> HttpResponse:
    """Titles no pattern of the playbook fits, each to be placed by hand; the most common first (ACCT-11)."""
    need_to_read(request.user, "contact")
    book = active().playbook
    rows = visible(Contact, request.scope).filter(role="", left_on=None).select_related("account").order_by("title", "name")
    waiting = [{"contact": c, "now": titles.role_of(book, c.title).role or ""} for c in rows[:200]]
    noted(request, "contacts.list", "contact", part="review", rows=len(waiting))
    said = {"place": "contacts", "waiting": waiting, "total": rows.count(), "groups": book.picklists.contact_role.groups}
    return render(request, "market/contacts_review.html", said)
