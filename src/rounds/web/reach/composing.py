"""One letter to one person from their page: begun with a text or empty, read as it would go, with what would be decided, then sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.reach import answers as replies
from rounds.actions.reach import approving, letters, people
from rounds.actions.reach.people import Person
from rounds.actions.reach.previewing import preview
from rounds.documents import letters as paper
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead, Message, Opportunity, Thread
from rounds.models.flow.active import active
from rounds.rules.reach import replying
from rounds.rules.reach.words import window_words
from rounds.web.deals.proof_doors import done
from rounds.web.deals.proof_forms import key_of, moment, text
from rounds.web.doors import noted, one, page
from rounds.web.reach import mail_shown

MOST = 60
"""People of a deal's account that are offered."""
BOTH = ["GET", "POST"]
PLACES: dict[Any, tuple[str, str]] = {Opportunity: ("opportunities", "Deals"), Lead: ("leads", "Leads"), Contact: ("contacts", "Contacts"), Account: ("accounts", "Accounts")}
"""Where a thread is found, by the record it is about."""


@require_http_methods(BOTH)
@page
def of_lead(request: HttpRequest, key: UUID) -> HttpResponse:
    """A letter to a lead."""
    lead = one(request, Lead, key, "owner", "account__buying_unit")
    return _answer(request, people.of_lead(lead), {"back": f"/leads/{key}/", "place": "leads", "plural": "Leads", "who": lead.name})


@require_http_methods(BOTH)
@page
def of_contact(request: HttpRequest, key: UUID) -> HttpResponse:
    """A letter to a contact."""
    contact = one(request, Contact, key, "owner", "account__buying_unit")
    return _answer(request, people.of_contact(contact), {"back": f"/contacts/{key}/", "place": "contacts", "plural": "Contacts", "who": contact.name})


@require_http_methods(BOTH)
@page
def of_deal(request: HttpRequest, key: UUID) -> HttpResponse:
    """A letter to somebody of a deal's account, about the deal."""
    deal = one(request, Opportunity, key, "account", "owner")
    offered = visible(Contact, request.scope).filter(account=deal.account, left_on=None).exclude(email="").order_by("name")
    named = request.POST.get("contact") or request.GET.get("contact")
    rows = offered.select_related("owner", "account__buying_unit")
    contact = rows.filter(pk=key_of(named)).first() if named else rows.filter(pk=deal.contact_id).first() or rows.first()
    if named and contact is None:
        raise Http404
    person = people.of_contact(contact, opportunity=deal) if contact else None
    return _answer(request, person, {"back": f"/opportunities/{key}/", "place": "opportunities", "plural": "Deals", "who": deal.name,
                                     "offered": list(offered[:MOST]), "contact": contact})  # fmt: skip


@require_http_methods(BOTH)
@page
def of_thread(request: HttpRequest, key: UUID) -> HttpResponse:
    """An answer to a mail of a thread (`mail`), or to its last; one who may not see it is told that it is not there."""
    thread = one(request, Thread, key, to="read")
    seen = list(visible(Message, request.scope).filter(thread=thread).order_by("sent_at", "at", "id"))
    named = request.POST.get("mail") or request.GET.get("mail")
    mail = next((each for each in seen if str(each.pk) == named), None) if named else replies.last_of(seen)
    if not seen or (named and mail is None):
        raise Http404
    need(request.user, "letters.write")
    if mail is None:
        raise replies.NotAnswered
    row = replies.place(mail, request.scope, request.user)
    noted(request, "mail.read", "thread", thread.pk, mails=1)
    place, plural = PLACES[type(row)]
    return _answer(request, replies.person_of(mail), {"back": f"/threads/{key}/", "place": place, "plural": plural, "who": row.name, "answers": mail,
                                                      "by": mail_shown.writer(mail), "quoted": replies.quoted(mail),
                                                      "conversation": replies.purpose(mail, at=now()) == "conversation"})  # fmt: skip


@require_POST
@page
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """A letter that waits is let go."""
    row = one(request, Message, key, to="read")
    need(request.user, "letters.write")
    letters.drop(row, why=text(request, "why"), by=request.user.actor, at=now())
    return done(request, f"/threads/{row.thread_id}/", "It is not sent.")


@require_POST
@page
def release(request: HttpRequest, key: UUID) -> HttpResponse:
    """A letter by hand that waits for a word is let go."""
    row = one(request, Message, key, to="read")
    need(request.user, "sequences.approve")
    approving.release_letter(row, by=request.user.actor, at=now())
    return done(request, f"/threads/{row.thread_id}/", "Let go. It leaves as soon as nothing else holds it back.")


def _answer(request: HttpRequest, person: Person | None, said: dict[str, Any]) -> HttpResponse:
    need(request.user, "letters.write")
    if person is None:
        return render(request, "reach/letters/new.html", {**said, "person": None})
    if request.method == "GET":
        return render(request, "reach/letters/new.html", _form(request, person, said))
    try:
        goes_at = moment(request, "goes_at") if text(request, "goes_at") else None
        if request.htmx:  # who types looks; only the button sends
            return render(request, "reach/letters/looked.html", {"person": person, "at": goes_at, **_looked(request, person, said.get("answers"), goes_at)})
        row = letters.write(person, text(request, "subject"), text(request, "text"), sender=request.user, template=_unchanged(request, person), goes_at=goes_at,
                            answers=said.get("answers"), quotes=bool(request.POST.get("quotes")), once=key_of(text(request, "once")), by=request.user.actor, at=now())  # fmt: skip
    except Refusal as refused:
        if refused.status != 422:
            raise
        if request.htmx:
            return render(request, "reach/letters/looked.html", {"person": person, "error": refused})
        return render(request, "reach/letters/new.html", {**_form(request, person, said), "error": refused, "field": refused.field}, status=422)
    return done(request, f"/threads/{row.thread_id}/", told(row))


def told(row: Message) -> str:
    """What became of a letter that was written, in a sentence."""
    if row.state == "waiting":
        return f"It waits. {row.why}".strip() if row.why else "It goes at its time."
    return f"Not sent: {row.why}" if row.state == "dropped" else "On its way."


def _form(request: HttpRequest, person: Person, said: dict[str, Any]) -> dict[str, Any]:
    book, chosen = active().playbook, request.GET.get("template", "")
    texts = [(code, each.title) for code, each in book.templates.items() if each.channel == "email"]
    begun = _begun(request, person, chosen)
    answers = said.get("answers")
    subject = replying.subject(answers.subject) if answers else begun[0]
    values = request.POST or {"subject": subject, "text": begun[1], "from": begun[2], "once": new_id(), "quotes": "on"}
    looked = _looked(request, person, answers, None, values) if values.get("text", "").strip() else {}
    return {**said, "person": person, "said": values, "texts": texts, "code": chosen.partition("/")[0], "url": request.path, "window": window_words(book.reach.window),
            "zone": person.zone.key.rpartition("/")[2].replace("_", " "), **looked}  # fmt: skip


def _begun(request: HttpRequest, person: Person, chosen: str) -> tuple[str, str, str]:
    """Subject and text of the text that was chosen, written for this person, and which variant it is."""
    code, _, variant = chosen.partition("/")
    template = active().playbook.templates.get(code)
    if template is None or template.channel != "email":
        return "", "", ""
    found = preview(template, person, request.user, at=now())
    way = next((each for each in found if each.variant == variant), found[0])
    return way.text.subject, way.text.text, f"{code}/{way.variant}"


def _unchanged(request: HttpRequest, person: Person) -> str:
    """The text it was begun with, where it goes as it stands: what is written anew counts for no text and no variant."""
    subject, body, code = _begun(request, person, text(request, "from"))
    return code if code and (text(request, "subject"), text(request, "text").replace("\r\n", "\n")) == (subject, body) else ""


def _looked(request: HttpRequest, person: Person, answers: Message | None, goes_at: datetime | None, values: Any = None) -> dict[str, Any]:
    values = values or request.POST
    quotes = bool(values.get("quotes"))
    found = letters.look(person, values.get("subject", ""), values.get("text", ""), sender=request.user, answers=answers, quotes=quotes,
                         goes_at=goes_at, at=now())  # fmt: skip
    return {"looked": found, "plain": paper.text(found.letter, company=settings.CONFIG.company)}
