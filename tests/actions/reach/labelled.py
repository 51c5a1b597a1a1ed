"""A labelled set of mails, drawn from a seed: business of known and unknown people, threads, forwards, aliases, gateways, lists; and
what is nobody's business here. Each mail says what a careful person would have done with it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace

from rounds.actions.deals import committee, opportunities
from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from tests.mails import mail

OLIVIA = "Olivia Grant <olivia@northwind-rounds.example>"
SYSTEMS = ("harbour", "meridian", "lakeside", "summit", "prairie", "cedar")
FIRST = ("Ana", "Ben", "Chloe", "Dev", "Elena", "Farid", "Grace", "Hugo", "Iris", "Jonas", "Kira", "Liam")
LAST = ("Marsh", "Novak", "Okafor", "Perez", "Quist", "Rossi", "Sato", "Tran", "Unger", "Vogel", "Weiss", "Young")
TOPICS = ("Imaging pilot", "Security review", "Pricing", "Next steps", "Site visit", "Contract redlines", "Data flow", "Kick-off")
PRIVATE = ("mum@gmail.com", "team@fivea-side.example", "sam.friend@yahoo.com", "info@bank.example", "dentist@smile.example", "orders@shop.example",
           "coach@gym.example", "jo.home@icloud.com")  # fmt: skip


@dataclass
class Labelled:
    """`wants`: the id of the deal, else of the account; None: it must leave nothing."""

    id: str
    raw: bytes
    wants: object | None
    what: str


def world(cast) -> list[SimpleNamespace]:
    """Six systems: each with a hospital below, a committee of three, an open deal; two with a second deal."""
    by, found = {"by": cast.owner.actor, "at": now() - timedelta(days=60)}, []
    for number, name in enumerate(SYSTEMS):
        system = accounts.add(name=f"{name.title()} Health", level="system", state="NY", website=f"https://www.{name}-health.example", owner=cast.owner, **by)
        hospital = accounts.add(name=f"{name.title()} East", parent=system, state="NY", website=f"https://{name}-east.example", owner=cast.owner, **by)
        people = [contacts.add(system if i < 3 else hospital, name=f"{FIRST[(number * 2 + i) % 12]} {LAST[(number + i * 3) % 12]}", title=title,
                               email=f"{FIRST[(number * 2 + i) % 12]}.{LAST[(number + i * 3) % 12]}@{name}-{'health' if i < 3 else 'east'}.example".lower(), **by)
                  for i, title in enumerate(("CIO", "CFO", "Chief Medical Officer", "Director of Radiology"))]  # fmt: skip
        deal = opportunities.open_deal(system, f"{name.title()}: imaging", owner=cast.owner, contact=people[0], **by)
        for one in people[1:3]:
            committee.seat(deal, one, **by)
        second = None
        if number < 2:
            second = opportunities.open_deal(hospital, f"{name.title()} East: triage", owner=cast.owner, contact=people[3], **by)
        found.append(SimpleNamespace(name=name, system=system, hospital=hospital, people=people, deal=deal, second=second))
    return found


def drawn(systems: list[SimpleNamespace], seed: int = 20260302) -> list[Labelled]:
    """Some 400 mails, in an order no mailbox would have."""
    dice, made = random.Random(seed), []
    for number in range(46):
        made += _thread(dice, systems[number % len(systems)], f"t{number}")
    for number in range(60):
        made.append(_odd(dice, dice.choice(systems), f"o{number}", number))
    for number in range(120):
        made.append(_private(dice, dice.choice(systems), f"p{number}", number))
    dice.shuffle(made)
    return made


def _said(one) -> str:
    return f"{one.name} <{one.email}>"


def _thread(dice: random.Random, system: SimpleNamespace, key: str) -> list[Labelled]:
    """Two to eight mails to and fro; somebody unknown is copied now and then, and answers."""
    who = dice.choice(system.people)
    deal = system.second if system.second and who is system.people[3] else system.deal
    other, begun, topic = dice.choice(system.people[:3]), now() - timedelta(days=dice.uniform(2, 200)), dice.choice(TOPICS)
    assistant, ids, found = f"Pat Assistant <pat.{key}@{system.name}-health.example>", [], []
    for number in range(dice.randint(2, 8)):
        ours = number % 2 == 0
        sender, to = (OLIVIA, _said(who)) if ours else (_said(who), OLIVIA)
        if not ours and dice.random() < 0.1 and number > 1:
            sender = assistant
        found.append(Labelled(f"{key}.{number}@x.example", mail(
            sender, to, f"{'Re: ' * (number > 0)}{topic}", f"Words of mail {number}.\n\nOn Monday somebody wrote:\n> earlier\n", id=f"{key}.{number}@x.example",
            at=begun + timedelta(hours=3 * number), cc=_said(other) if deal is system.deal and dice.random() < 0.3 and other is not who else assistant if dice.random() < 0.1 else "",
            answers=ids[-1] if ids else "", references=" ".join(ids)), deal.pk, "thread"))  # fmt: skip
        ids.append(found[-1].id)
    return found


def _odd(dice: random.Random, system: SimpleNamespace, key: str, number: int) -> Labelled:
    """Aliases, gateways, forwards, lists of ours, subdomains, unknown people of a known organisation."""
    who = dice.choice(system.people[:3])
    local, _, host = who.email.partition("@")
    id, at = f"{key}@x.example", now() - timedelta(days=dice.uniform(1, 100))
    said = {"id": id, "at": at}
    kinds = [
        lambda: mail(f"{who.name} <{local}+vendors@{host}>", OLIVIA, **said),
        lambda: mail(f"{who.name} <SRS0=ab1C=9X={host}={local}@relay.example>", OLIVIA, **said),
        lambda: mail(f"{who.name} <prvs=2231ab7={who.email}>", OLIVIA, **said),
        lambda: mail(f"'{who.name}' via Sales <sales@northwind-rounds.example>", "sales@northwind-rounds.example", headers={"X-Original-From": _said(who)}, **said),
        lambda: mail(_said(who).upper().replace(who.name.upper(), who.name), OLIVIA, **said),
        lambda: mail(_said(who), OLIVIA, f"Fwd: {dice.choice(TOPICS)}", "---------- Forwarded message ---------\nFrom: Vendor <x@vendor.example>\nSubject: hi\n\nText\n", **said),
        lambda: mail(f"New Person <new.{key}@{system.name}-health.example>", OLIVIA, **said),
        lambda: mail(f"New Person <new.{key}@mail.{system.name}-health.example>", OLIVIA, **said),
        lambda: mail(OLIVIA, f"Vendor <x@vendor.example>, {_said(who)}", **said),
        lambda: mail("Vendor <x@vendor.example>", OLIVIA, cc=_said(who), **said),
    ]  # fmt: skip
    return Labelled(id, kinds[number % len(kinds)](), system.deal.pk, f"odd {number % len(kinds)}")


def _private(dice: random.Random, system: SimpleNamespace, key: str, number: int) -> Labelled:
    """Nobody's business here: private, internal, marked as personal, machines, unknown vendors, spam that names a customer."""
    who, id = dice.choice(system.people), f"{key}@x.example"
    said = {"id": id, "at": now() - timedelta(days=dice.uniform(1, 100))}
    private = dice.choice(PRIVATE)
    kinds = [
        lambda: mail(private, OLIVIA, "Sunday", **said),
        lambda: mail(OLIVIA, private, "Sunday", **said),
        lambda: mail("Caleb Stone <caleb@northwind-rounds.example>", OLIVIA, "Lunch", **said),
        lambda: mail(_said(who), OLIVIA, "Your new house", headers={"Sensitivity": "Private"}, **said),
        lambda: mail(f"{who.name} <{who.email.partition('@')[0]}@gmail.com>", OLIVIA, "From home", **said),
        lambda: mail("noreply@airline.example", OLIVIA, f"Your trip to {system.name.title()} Health", **said),
        lambda: mail(f"{who.name} <{who.email.partition('@')[0]}@{system.name}-heaIth.example>".replace("I", "1"), OLIVIA, "Wire the money", **said),
        lambda: mail(f"noreply@{system.name}-health.example", OLIVIA, "Parking", **said),
    ]  # fmt: skip
    return Labelled(id, kinds[number % len(kinds)](), None, f"private {number % len(kinds)}")
