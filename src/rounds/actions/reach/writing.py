"""A mail of a sequence, written: the text merged for one person, its links of our own, and who it is from."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.conf import settings

from rounds.actions.links.webhooks import outside
from rounds.actions.reach.people import Person
from rounds.actions.trust.tokens import digest
from rounds.documents.letters import Letter, links_of
from rounds.models import Demo, Message, MessageLink, User
from rounds.models.facts import facts_of_account
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.playbook.shapes.sequences import Template, Variant
from rounds.rules.reach import replying
from rounds.rules.reach.merging import merge
from rounds.rules.reach.naming import name_of
from rounds.rules.reach.saying import persona_of, play_of, words

BYTES = 16
UNSUBSCRIBE, PICTURE = 0, -1
"""Numbers of the links that are no links of the text."""
MOST_LINKS = 100


@dataclass(frozen=True, slots=True)
class Written:
    """What would be sent, and the places nothing could be said for."""

    template: str
    variant: str
    subject: str
    text: str
    missing: tuple[str, ...]


def written(template: Template, way: Variant, person: Person, sender: User | None) -> Written:
    """The text of one variant for one person. Nothing is written."""
    values = values_of(person, sender)
    subject, text = merge(way.subject, values), merge(way.text, values)
    return Written(template.template, way.variant, subject.text.strip(), text.text.strip(), tuple(dict.fromkeys(subject.missing + text.missing)))


def values_of(person: Person, sender: User | None) -> dict[str, str]:
    """Every place of the allow-list that something is known for."""
    book, account = active().playbook, person.account
    facts = facts_of_account(account) if account is not None else {}
    called = name_of(person.name)
    said = {
        "contact.name": called.whole, "contact.first_name": called.first, "contact.last_name": called.last,
        "contact.title": (person.contact or person.lead).title if person.contact or person.lead else "",
        "account.name": account.name if account else person.lead.organization if person.lead else "", "account.state": person.state,
        "account.ehr": str(facts.get("ehr") or ""), "account.beds": f"{facts['beds']:,}" if facts.get("beds") else "",
        "unit.name": person.unit.name if person.unit else "", "sender.name": sender.name if sender else "",
        "sender.first_name": sender.name.split()[0] if sender and sender.name.split() else "", "company.name": settings.CONFIG.company,
    }  # fmt: skip
    said |= words(book, persona_of(book, person.role), play_of(book, facts))
    return said | _demo(person)


def _demo(person: Person) -> dict[str, str]:
    """The last demonstration of the deal that was held."""
    if person.opportunity is None:
        return {}
    row = Demo.objects.filter(opportunity=person.opportunity, state="held").order_by("-held_at").first()
    if row is None:
        return {}
    kind = active().playbook.demos.types.get(row.kind)
    return {"demo.date": f"{house_day(row.starts_at):%-d %B}", "demo.title": kind.title if kind else row.kind}


def letter_of(message: Message, body: str, sender: User, *, quoted: str = "") -> dict[str, object]:
    """What the outbox is given: the letter with its way out, as plain data. Effects: the link by which one unsubscribes, those of
    its text, and its picture where openings are watched; none of an answer, which is no commercial mail and is not watched."""
    named = message.references or replying.references(message.in_reply_to, ())
    threading = {"message_id": message.message_id, "references": named, "quoted": quoted}
    if message.purpose == "conversation":
        return {"letter": asdict(_letter(message.subject, body, message.sender, sender, "", {})) | threading}
    watch = active().playbook.reach.tracking
    found = links_of(body)[:MOST_LINKS] if watch.links else []
    rows, tokens = [], {}
    for number, url in [(UNSUBSCRIBE, ""), *enumerate(found, 1), *([(PICTURE, "")] if watch.opens else [])]:
        tokens[number] = secrets.token_urlsafe(BYTES)
        rows.append(MessageLink(message=message, number=number, url=url, digest=digest(tokens[number])))
    MessageLink.objects.bulk_create(rows)
    links = {url: outside(f"/r/{tokens[number]}/") for number, url in enumerate(found, 1)}
    return {"letter": {
        **asdict(_letter(message.subject, body, message.sender, sender, outside(f"/u/{tokens[UNSUBSCRIBE]}/"), links)),
        "picture": outside(f"/o/{tokens[PICTURE]}/") if watch.opens else "", **threading,
    }}  # fmt: skip


def as_sent(text: Written, sender: User, *, purpose: str = "commercial", quoted: str = "") -> Letter:
    """The letter as it would be sent, but for the random part of its links: what a preview shows. Nothing is written."""
    if purpose == "conversation":
        return replace(_letter(text.subject, text.text, sender.name, sender, "", {}), quoted=quoted)
    links = {url: outside("/r/…/") for url in links_of(text.text)[:MOST_LINKS]} if active().playbook.reach.tracking.links else {}
    return replace(_letter(text.subject, text.text, sender.name, sender, outside("/u/…/"), links), quoted=quoted)


def _letter(subject: str, body: str, name: str, sender: User, unsubscribe: str, links: dict[str, str]) -> Letter:
    """One of our letters: who it is from, where an answer goes, the way out, our postal address (the two go together)."""
    return Letter(subject=subject, text=body, name=name, reply_to=sender.email, unsubscribe=unsubscribe, message_id="",
                  postal=settings.CONFIG.postal_address if unsubscribe else "", links=links)  # fmt: skip


def message_id(now: datetime) -> str:
    """A Message-ID of ours for a mail that is about to be kept."""
    from email.utils import parseaddr

    domain = parseaddr(settings.CONFIG.smtp_from)[1].rpartition("@")[2] or "rounds.invalid"
    return f"<{now:%Y%m%d}.{secrets.token_hex(8)}@{domain}>"  # short enough that its header is one line
