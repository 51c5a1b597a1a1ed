"""A small world in which every address has something to show: its rows are the owner's, and the colleague's sight
ends before them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.deals import (
    approvals,
    committee,
    competitors,
    concessions,
    contract_issues,
    contract_versions,
    contracts,
    customer_approvals,
    demo_room,
    demos,
    discovery,
    notes,
    opportunities,
    placing,
    poc_criteria,
    pocs,
    proposal_links,
    proposals,
    quotes,
    signature_hooks,
    stages,
)
from rounds.actions.desk import changes, notifications, tasks, views
from rounds.actions.enablement import assets, handoffs, sharing
from rounds.actions.flow import batches, deliveries, drafts
from rounds.actions.flow.automating import planning, stepping
from rounds.actions.leads import activities, converting, forms, leads, qualifying
from rounds.actions.links import webhooks
from rounds.actions.market import accounts, answers, contacts, duplicates, merging
from rounds.actions.numbers import reports
from rounds.actions.people import absences, logins, users
from rounds.actions.trust import action_links, agreements, holds, retention, subjects, tokens
from rounds.analytics.reports import making
from rounds.documents.messages import Message
from rounds.jobs.demo.cast import Cast, build_cast
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import (
    Account,
    ApiToken,
    AutomationRun,
    Batch,
    Contact,
    Device,
    DuplicatePair,
    Event,
    Factor,
    Import,
    ImportRow,
    Notification,
    Opportunity,
    PocExtension,
    PocIssue,
    PocMilestone,
    Quarantine,
    Session,
    StageSignal,
    UniverseRun,
    User,
)
from rounds.models.base import signature
from rounds.models.flow.active import active
from tests.access.world_customers import customers_of
from tests.access.world_mail import mail_of
from tests.access.world_meetings import met_by
from tests.access.world_reach import reach_of

GROUPS = (
    ("anonymous", "portal"), ("stranger", "rep", "senior_ae", "inside", "manager"), ("admin", "revops"),
    ("marketing", "success", "engineer"), ("legal", "compliance", "security", "executive"), ("integration",),
    ("vp_sales", "finance"),
)  # fmt: skip
"""Who asks, in the order and the groups of the table. The rows are the rep's: the stranger and inside sell elsewhere."""
ROLES = tuple(role for group in GROUPS for role in group)


@dataclass
class World:
    """Who asks (a client and a token a role) and what there is to ask for (name → id)."""

    clients: dict[str, Client] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)

    def awake(self) -> None:
        """Everybody was here a moment ago: on a busy machine the table takes longer than a sensitive page waits."""
        with sight(Scope(everything=True)):
            Session.objects.filter(ended_at=None).update(seen_at=now(), proved_at=now())

    def fill(self, path: str) -> str:
        """A route's pattern with its parameters filled in: by parameter and what stands before it."""
        path = path.removeprefix("^")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>|\{(\w+)\}", lambda m: str(self._value(path[: m.start()], m[1] or m[2])), path)

    def _value(self, before: str, name: str) -> Any:
        words = re.findall(r"[a-z-]+", before)
        noun = next((word for word in words if word in ("accounts", "leads")), words[0])
        for key in (" ".join([*words[-2:], name]), f"{words[-1]} {name}", f"{noun} {name}", *(f"{word} {name}" for word in reversed(words)), name):
            if key in self.ids:
                return self.ids[key]
        raise KeyError(f"What is <{name}> in {before}<{name}>? Teach tests/access/world.py.")

    def said(self, body: Any) -> Any:
        """A body with {names} replaced by ids."""
        if isinstance(body, dict):
            return {key: self.said(value) for key, value in body.items()}
        if isinstance(body, list):
            return [self.said(value) for value in body]
        if isinstance(body, str) and body[:1] == "?":
            return re.sub(r"\{(\w+)\}", lambda m: str(self.ids[m[1]]), body)
        return self.ids[body[1:-1]] if isinstance(body, str) and body[:1] == "{" else body


def build() -> World:
    """The world, written into the running database."""
    world, at = World(), now()
    with sight(Scope(everything=True)):
        cast = build_cast(at)
        by, mine = cast.admin.actor, cast.owner.actor
        system = accounts.add(name="Harbour Health", level="system", state="NY", beds=700, by=by, at=at)
        hospital = accounts.add(name="Harbour East", parent=system, state="NY", by=by, at=at)
        accounts.assign(system, cast.owner, by=by, at=at)
        lead = leads.capture({"name": "Ann Lee", "state": "NY"}, by=by, at=at, account=system, owner=cast.owner)
        contact = contacts.add(system, name="Bo Fox", title="CIO", by=by, at=at)
        of_account, _ = answers.answer(system, "innovation", "leader", by=by, at=at)
        of_lead, _ = answers.answer(lead, "innovation", "leader", by=by, at=at)
        act = activities.log("call", lead=lead, by=by, at=at)
        task = tasks.add("Send the study", kind="other", owner=cast.owner, lead=lead, by=mine, at=at)
        tasks.snooze(task, at + timedelta(days=1), by=mine, at=at)
        leads.set_status(lead, "Recycled", by=mine, at=at)
        deal = _deal(cast, system, at)
        of_deal = {**_of_deal(deal, cast, at), **_placed(deal, hospital, cast, at)}
        room = _room(deal, contact, by, at)
        priced = _prices(cast, deal, at)
        paper = {**_paper(cast, deal, at), **_given(cast, deal, at)}
        form = forms.open_form("Site", heading="Ask us", source="Web form", asks_for="demo_request", by=by, at=at)
        run = UniverseRun.objects.create(state="stopped", **signature(by, at))
        view = views.save_view(cast.owner, noun="lead", name="Mine", query="f=owner.is.me", at=at)
        batch = changes.begin("lead.assign", [lead.id], {"owner": str(cast.owner.id)}, by=mine, at=at)
        changes.carry_on(batch, by=mine, at=at)
        drafts.begin(by=by, at=at)
        twins = _twins(system, contact, by, at)
        away = absences.go_away(cast.owner, at.date() + timedelta(days=30), at.date() + timedelta(days=31), by=mine, at=at)
        link = logins.make_link(cast.owner, by=by, at=at)
        people = {"stranger": cast.colleague, "rep": cast.owner, "portal": customer(system, by, at), **_deciders(by, at)}
        for role in ROLES:
            world.clients[role] = Client(raise_request_exception=False)
            user = people.get(role) or getattr(cast, role, None)
            if user is not None:
                world.clients[role].force_login(user)
                world.tokens[role] = _token(user, role, at)
        User.objects.filter(pk=people["portal"].pk).update(role="portal")
        offices = _offices(cast, by, at)
        ran = _automations(lead, by, at)
        proven = _proofs(deal, contact, mine, at)
        told = _outbound(cast, lead, by, at)
        bought = customers_of(system, contact, lead, cast, at)
        reported = _reported(cast.owner, at) | met_by(cast, lead, at)
        written_to = reach_of(system, cast, at)
        mailed = mail_of(deal, cast.owner, at)
    world.ids = {
        "owner": cast.owner.id,
        "tasks key": task.id, "task": task.id, "accounts key": system.id, "accounts answer": of_account.id, "facts fact": "beds", "account": system.id,
        "contacts key": contact.id, "contact": contact.id, "leads key": lead.id, "leads answer": of_lead.id,
        "leads said": of_lead.id, "accounts said": of_account.id, "lead": lead.id, "opportunities key": deal.id, "inspection key": deal.id, "scorecard kpi": "KPI-17", "opportunity": deal.id, **of_deal, **paper, "activity": act.id,
        "forms key": form.id, "f key": form.key, "cells name": "phone", "runs key": run.id, "changes key": batch.id,
        "changes code": "lead.assign", "noun": "lead", "views key": view.id, "view": view.id, "files file": "scoring/lead_fit.yaml",
        "people key": cast.executive.id, "user": cast.executive.id, "teams key": cast.growth.id, **offices, **told, **twins, **ran, **proven, **priced,
        **_import(cast, at), "own key": lead.id, **room, "own code": "none_yet", "availability key": cast.owner.id, "absences key": away.id,
        "numbers name": "win_rate", "metric": "win_rate", "versions number": 1, "link token": link, "hospital": hospital.id, "colleague": cast.colleague.id,
        **bought, **reported, **written_to, **mailed,
    }  # fmt: skip
    return world


def _reported(user: User, at: datetime) -> dict[str, Any]:
    """A report that was made for the rep."""
    book = active().playbook
    row = reports.keep(making.made(book.reports.of("monday"), scope_of(user), book, at), user, by=user.actor, at=at)
    return {"reports name": "monday", "reports key": row.id, "report": row.id}


def _twins(system: Account, contact: Contact, by: Actor, at: datetime) -> dict[str, Any]:
    """Records of the rep's that are one: a pair nobody decided on, and two that were merged."""
    one, other = (contacts.add(system, name=name, title="CFO", email="ann@harbour.example", by=by, at=at) for name in ("Ann Hale", "Anne Hale"))
    duplicates.look_at(other, by=by, at=at)
    merged = merging.merge(contact, contacts.add(system, name="B. Fox", by=by, at=at), by=by, at=at)
    return {"duplicates key": DuplicatePair.objects.get(contact=one).id, "merges key": merged.id, "merge": merged.id}


def _room(deal: Opportunity, contact: Contact, by: Actor, at: datetime) -> dict[str, Any]:
    """What stands in the room of a deal: a seat on its committee, an approval, a call with a record, a note."""
    seat = committee.seat(deal, contact, by=by, at=at)
    call = discovery.plan(deal, at, by=by, at=at)
    return {"whom": contact.id, "tag": "regulatory", "committee seat": seat.id, "opportunities step": customer_approvals.add(deal, "Board", by=by, at=at).id, "discovery call": call.id,
            "records record": discovery.record(deal, "pain_point", "Late alerts", by=by, at=at).id, "path step": "security_review", "board stage": "O1",
            "signals signal": StageSignal.objects.filter(opportunity=deal).first().id,
            "notes note": notes.add(deal, "A word", by=by, at=at).id, "criteria criterion": "three_stakeholders"}  # fmt: skip


def _deal(cast: Cast, system: Account, at: datetime) -> Opportunity:
    """A deal of the rep's, from a lead that was qualified by hand."""
    lead = leads.capture({"name": "Di Vale", "state": "NY"}, by=cast.owner.actor, at=at, account=system, owner=cast.owner)
    qualifying.override(lead, reason="A matter", by=cast.manager.actor, at=at)
    return converting.convert(lead, by=cast.owner.actor, at=at)


def _of_deal(deal: Opportunity, cast: Cast, at: datetime) -> dict[str, Any]:
    """What stands below the deal: a competitor, and something that waits for a word."""
    rival = competitors.add(name="Asterion", by=cast.owner.actor, at=at)
    competitors.meet(deal, rival, status="present", by=cast.owner.actor, at=at)
    waits = stages.triggered(deal, "poc.kicked_off", by=cast.admin.actor, at=at)
    return {"competitors key": rival.id, "competitor": rival.id, "signal": waits.id, "criterion": "feasibility", "values name": "amount"}


def _placed(deal: Opportunity, hospital: Account, cast: Cast, at: datetime) -> dict[str, Any]:
    """A further site of the deal and a part of it."""
    by = {"by": cast.owner.actor, "at": at}
    placing.place(deal, [hospital], **by)
    part = opportunities.open_deal(hospital, "A part of it", owner=cast.owner, parent=deal, **by)
    return {"sites site": hospital.id, "parts part": part.id}


def _proofs(deal: Opportunity, contact: Contact, by: Actor, at: datetime) -> dict[str, Any]:
    """A demo to come and the draft of a proof of concept, with a row below each."""
    demo = demos.book(deal, "executive", starts_at=at + timedelta(days=9), attendees=[contact], by=by, at=at)
    poc = pocs.open_poc(deal, by=by, at=at)
    one = poc_criteria.add(poc, {"name": "Uptake", "category": "adoption", "target": 0.7}, by=by, at=at)
    day = at.date()
    below = {"opportunity": deal, "poc": poc, **signature(by, at)}
    issue = PocIssue.objects.create(title="No feed", severity="major", due_at=at, **below)
    step = PocMilestone.objects.create(code="interface", title="Interface", phase="setup", due_on=day, **below)
    more = PocExtension.objects.create(number=1, weeks=2, why="Holidays", **below)
    question = demo_room.ask(demo, "Which PACS?", owner=None, due_on=day + timedelta(days=9), by=by, at=at)
    rest = {"pocs issue": issue.id, "milestones code": step.code, "extension": more.id, "question": question.id, "poc criteria criterion": one.code}
    return {**rest, "dashboards name": "executive", "demos key": demo.id, "demo": demo.id, "demos name": "attendees", "demos row": demo.attendees.get().id,
            "pocs key": poc.id, "poc": poc.id, "pocs name": "criteria", "pocs row": one.id}  # fmt: skip


def _paper(cast: Cast, deal: Opportunity, at: datetime) -> dict[str, Any]:
    """A contract of the rep's deal with a redline and a version."""
    by = cast.owner.actor
    row = contracts.add("Subscription", kind="subscription", account=deal.account, deal=deal, owner=cast.owner, by=by, at=at)
    contract_versions.keep(row, text="The paper", by=by, at=at)
    issue = contract_issues.add(row, {"clause": "8.2 Liability", "ours": "12 months"}, by=by, at=at)
    hook, _ = signature_hooks.add("Signing service", by=cast.admin.actor, at=at)
    return {"contracts key": row.id, "contract": row.id, "contracts issue": issue.id, "contracts number": 1, "item": "sla", "hooks key": hook.key, "links signatures key": hook.id}


def _given(cast: Cast, deal: Opportunity, at: datetime) -> dict[str, Any]:
    """Content for the rep's deal, and a hand-off to Customer Success about it."""
    row = assets.add("One-pager", kind="one_pager", link="https://files.example/a.pdf", by=cast.marketing.actor, at=at)
    assets.approve(row.versions.get(), by=cast.admin.actor, at=at)
    went = assets.deliver(deal=deal, by=cast.owner.actor, at=at)
    token = sharing.share(went, by=cast.owner.actor, at=at).split("/")[2]
    over = handoffs.give("onboarding", "Harbour is won", deal=deal, by=cast.owner.actor, at=at)
    return {"assets key": row.id, "assets number": 1, "assets deliveries key": went.id, "handoffs key": over.id, "handoff": over.id,
            "asset": row.id, "delivery": went.id, "v token": token}
def _prices(cast: Cast, deal: Opportunity, at: datetime) -> dict[str, Any]:
    """A quote of the rep's that waits for its manager, another one in a proposal that is out, and what was received."""
    mine = cast.owner.actor
    received = concessions.log(deal, "received", "reference", by=mine, at=at)
    line = {"product": "imaging_triage", "unit_cents": 30_000_000}
    out = approvals.ask(quotes.draft(deal, [line], by=mine, at=at), by=mine, at=at)
    proposal, _ = proposals.deliver(proposals.draft(out, by=mine, at=at), how="said", by=mine, at=at)
    asked = approvals.ask(quotes.draft(deal, [line], total_bp=1200, term_months=36, by=mine, at=at), by=mine, at=at)
    return {"quotes key": asked.id, "quote": asked.id, "lines line": asked.lines.get().id, "quote approvals step": asked.approvals.get().id, "quotes step": asked.approvals.get().id, "step": asked.approvals.get().id,
            "proposals key": proposal.id, "proposal": proposal.id, "concessions key": received.id, "concession": received.id,
            "p token": proposal_links.issue(proposal, by=mine, at=at).split("/")[2]}  # fmt: skip


def _offices(cast: Cast, by: Actor, at: datetime) -> dict[str, Any]:
    """What the pages of people and trust are about: each of them the rep's, or a stranger's to everybody."""
    mine = {"user": cast.owner, "name": "Key"}
    party = agreements.add("Cloud Host", "vendor", by=by, at=at)
    clinic = accounts.add(name="Held Clinic", state="WY", by=by, at=at)
    held = Quarantine.objects.create(door="test", kind="lead", field="message", text="born 1 Jan", **signature(by, at))
    asked = subjects.begin("access", "Bo Fox", by=by, at=at)
    return {
        "tokens key": ApiToken.objects.filter(user=cast.owner).first().id, "people token": ApiToken.objects.filter(user=cast.executive).first().id,
        "factors key": Factor.objects.create(kind="totp", added_at=at, confirmed_at=at, **mine).id,
        "devices key": Device.objects.create(user=cast.owner, digest=b"d" * 32, first_at=at, seen_at=at).id,
        "sessions key": Session.objects.filter(user=cast.owner).first().id, "agreements key": party.id,
        "agreements baa": agreements.draft(party, "1", by=by, at=at).id, "retention runs key": retention.begin(by=by, at=at).id,
        "holds key": holds.place("account", clinic.id, reason="A matter", by=by, at=at).id, "held key": held.id, "requests key": asked.id,
    }  # fmt: skip


def _import(cast: Cast, at: datetime) -> dict[str, Any]:
    """A checked file of the rep's."""
    columns = [{"head": "name", "to": "name", "rule": "always", "values": {}}]
    of = Import.objects.create(user=cast.owner, noun="lead", name="leads.csv", state="ready", rows=1, heads=["name"], sample=[["Ann"]],
                               plan={"columns": columns, "match": []}, **signature(cast.owner.actor, at))  # fmt: skip
    Batch.objects.create(id=of.id, kind="import.lead", label=of.name, **signature(cast.owner.actor, at))
    ImportRow.objects.create(of=of, number=1, line=2, cells="Ann", said={"name": "Ann"}, verdict="new")
    return {"imports key": of.id, "imports deed": "stopping", "answers number": 1}


def _automations(lead: Any, by: Actor, at: datetime) -> dict[str, Any]:
    """A run about the rep's lead with a step that can be done again, and a quiet batch."""
    event = Event.objects.get(kind="lead.captured", lead_id=lead.id)
    planning.plan(planning.Cause.of(event), at=at)
    run = AutomationRun.objects.exclude(automation="lead_captured").get(cause=event.id)
    while stepping.step(run.id, at=at):
        pass
    quiet = batches.begin("lead.import", label="Fair", by=by, at=at)
    return {"automations code": run.automation, "automations runs key": run.id, "automations runs run": run.id, "automations batches key": quiet.id}


def _outbound(cast: Cast, lead: Any, by: Actor, at: datetime) -> dict[str, Any]:
    """What leaves the house and what people are told: the rep's, of the admin's making."""
    said = Message(subject="A lead for you", lines=("Ann Lee",))
    letter = deliveries.post("email", "ann@hospital.example", said, key="world", by=by, at=at)
    channel, _ = webhooks.add("#sales", kind="webhook", url="https://hooks.example/x", gets=["lead.hot"], by=by, at=at)
    notifications.notify([cast.owner], kind="lead.assigned", title="Ann Lee is yours", url=f"/leads/{lead.id}/", lead=lead, by=by, at=at)
    with sight(scope_of(cast.owner)):
        told = Notification.objects.get(kind="lead.assigned")
    link = action_links.issue("lead.accept", subject=lead, user=cast.owner, by=by, at=at)
    return {"outbound key": letter.id, "outbound deed": "dropping", "webhooks key": channel.id, "notices key": told.id,
            "act token": link.split("/")[2], "u token": "nobodys-token", "r token": "nobodys-token", "o token": "nobodys-token", "mail name": "none.eml"}  # fmt: skip


def _deciders(by: Actor, at: datetime) -> dict[str, User]:
    """Those who decide what a manager may not: nobody of the cast."""
    return {role: users.add(f"{role}@harbour-decides.example", f"Kit {role}", role=role, by=by, at=at) for role in ("vp_sales", "finance")}


def customer(account: Account, by: Actor, at: datetime) -> User:
    """Somebody at `account` who has a token from the days when they were staff; the world makes them a customer."""
    person = users.add("kit@harbour.example", "Kit Harbour", role="ae", by=by, at=at)
    User.objects.filter(pk=person.pk).update(portal_account=account)
    return person


def _token(user: User, name: str, at: datetime) -> str:
    return tokens.make(user, name=name, scopes=tokens.scopes_for(user), by=user.actor, at=at)[1]
