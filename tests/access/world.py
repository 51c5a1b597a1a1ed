"""A small world in which every address has something to show: its rows are the owner's, and the colleague's sight
ends before them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from rounds.access.sight import sight
from rounds.actions.desk import changes, views
from rounds.actions.flow import drafts
from rounds.actions.leads import activities, forms, leads
from rounds.actions.market import accounts, answers, contacts
from rounds.actions.people import logins
from rounds.actions.trust import tokens
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import UniverseRun
from rounds.models.base import signature
from rounds.models.flow.active import active

ROLES = ("anonymous", "stranger", "rep", "manager", "admin")


@dataclass
class World:
    """Who asks (a client and a token a role) and what there is to ask for (name → id)."""

    clients: dict[str, Client] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)

    def fill(self, path: str) -> str:
        """A route's pattern with its parameters filled in: by parameter and what stands before it."""
        path = path.removeprefix("^")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>|\{(\w+)\}", lambda m: str(self._value(path[: m.start()], m[1] or m[2])), path)

    def _value(self, before: str, name: str) -> Any:
        words = re.findall(r"[a-z-]+", before)
        noun = next((word for word in words if word in ("accounts", "leads")), words[0])
        for key in (f"{words[-1]} {name}", f"{noun} {name}", name):
            if key in self.ids:
                return self.ids[key]
        raise KeyError(f"What is <{name}> in {before}<{name}>? Teach tests/access/world.py.")

    def said(self, body: Any) -> Any:
        """A body with {names} replaced by ids."""
        if isinstance(body, dict):
            return {key: self.said(value) for key, value in body.items()}
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
        leads.set_status(lead, active().playbook.picklists.lead_status.transitions["New"][0], by=mine, at=at)
        form = forms.open_form("Site", heading="Ask us", source="Web form", asks_for="demo_request", by=by, at=at)
        run = UniverseRun.objects.create(state="stopped", **signature(by, at))
        view = views.save_view(cast.owner, noun="lead", name="Mine", query="f=owner.is.me", at=at)
        batch = changes.begin("lead.assign", [lead.id], {"owner": str(cast.owner.id)}, by=mine, at=at)
        changes.carry_on(batch, by=mine, at=at)
        drafts.begin(by=by, at=at)
        link = logins.make_link(cast.owner, by=by, at=at)
        for role, user in zip(ROLES, (None, cast.colleague, cast.owner, cast.manager, cast.admin), strict=True):
            world.clients[role] = Client(raise_request_exception=False)
            if user is not None:
                world.clients[role].force_login(user)
                world.tokens[role] = tokens.make(user, name=role, scopes=tokens.scopes_for(user), by=user.actor, at=at)[1]
    world.ids = {
        "accounts key": system.id, "accounts answer": of_account.id, "facts fact": "beds", "account": system.id,
        "contacts key": contact.id, "contact": contact.id, "leads key": lead.id, "leads answer": of_lead.id,
        "leads said": of_lead.id, "accounts said": of_account.id, "lead": lead.id, "activity": act.id,
        "forms key": form.id, "f key": form.key, "cells name": "phone", "runs key": run.id, "changes key": batch.id,
        "changes code": "lead.assign", "noun": "lead", "views key": view.id, "view": view.id, "files file": "scoring/lead_fit.yaml",
        "versions number": 1, "link token": link, "hospital": hospital.id, "colleague": cast.colleague.id,
    }  # fmt: skip
    return world
