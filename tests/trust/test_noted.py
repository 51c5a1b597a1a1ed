"""What the trail holds: every read and refusal, whichever door it came by; and never a secret."""

from __future__ import annotations

import json
import re
from threading import Event as Signal
from threading import Thread

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from rounds.access.sight import sight
from rounds.actions.market import accounts, contacts
from rounds.actions.people import logins
from rounds.actions.trust import audit, tokens
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Account, AuditEntry, AuditSeal, Session
from tests.access.test_routes import addresses
from tests.access.world import build

pytestmark = pytest.mark.req("COMPL-01")
PASSWORD, PHONE = "Planted-battery-staple-4711", "+1 555 0142 887"


@pytest.fixture
def account(cast):
    made = accounts.add(name="Harbour Health", level="system", state="NY", by=cast.admin.actor, at=now())
    accounts.assign(made, cast.owner, by=cast.admin.actor, at=now())
    return made


def reads(kind: str, key) -> list[tuple[str, str, str]]:
    found = AuditEntry.objects.filter(subject_kind=kind, subject_id=key, chain="read").order_by("at", "id")
    return [(e.verb, e.by_name, e.detail.get("part", "")) for e in found]


class TestReads:
    def test_a_record_is_noted_at_every_door_of_it(self, cast, door, account, lead_of):
        person = contacts.add(account, name="Bo Fox", title="CIO", by=cast.admin.actor, at=now())
        lead, client = lead_of(cast.owner), door(cast.owner)
        tabs = ("", "hospitals/", "committee/", "leads/", "timeline/", "facts/", "scores/", "preview/", "fit/", "brief/")
        for tab in tabs:
            assert client.get(f"/accounts/{account.id}/{tab}").status_code == 200, tab
        assert len(reads("account", account.id)) == len(tabs)
        for path, kind, key in ((f"/contacts/{person.id}/", "contact", person.id), (f"/leads/{lead.id}/", "lead", lead.id)):
            client.get(path)
            client.get(f"{path}preview/")
            assert [part for _, _, part in reads(kind, key)] == ["", "preview"]

    def test_lists_and_searches_say_what_was_asked_and_how_many(self, cast, door, account, lead_of):
        lead_of(cast.owner)
        client = door(cast.owner)
        for path, verb in (("/leads/?f=score.gte.1", "leads.list"), ("/accounts/?f=", "accounts.list"), ("/contacts/?f=", "contacts.list"),
                           ("/search/?q=harbour", "records.search"), ("/palette/?q=harbour", "records.search"), ("/", "today.read")):  # fmt: skip
            before = AuditEntry.objects.filter(verb=verb).count()
            assert client.get(path).status_code == 200
            assert AuditEntry.objects.filter(verb=verb).count() == before + 1, path
        assert AuditEntry.objects.get(verb="leads.list").detail == {"query": "f=score.gte.1", "rows": 1}

    def test_the_api_notes_the_token_and_its_person(self, cast, account):
        _, token = tokens.make(cast.owner, name="nightly", scopes=["accounts:read"], by=cast.owner.actor, at=now())
        client, said = Client(), {"headers": {"authorization": f"Bearer {token}"}}
        for path in ("", f"/{account.id}", f"/{account.id}/facts", f"/{account.id}/scores"):
            assert client.get(f"/api/v1/accounts{path}", **said).status_code == 200, path
        assert [(who, part) for _, who, part in reads("account", account.id)] == [
            ("nightly for Olivia Grant", ""), ("nightly for Olivia Grant", "facts"), ("nightly for Olivia Grant", "scores")]  # fmt: skip
        assert AuditEntry.objects.filter(verb="account.list", by_kind="integration").count() == 1

    def test_a_refusal_of_something_that_exists_outlives_the_rollback(self, cast, door, account):
        client = door(cast.executive)
        assert client.post(f"/accounts/{account.id}/owner/", {"owner": "me"}).status_code == 403
        entry = AuditEntry.objects.get(verb="access.denied")
        assert (entry.by_id, entry.subject_kind, entry.subject_id) == (cast.executive.id, "account", account.id)
        assert entry.detail == {"method": "POST", "route": "accounts/<uuid:key>/owner/"}
        assert door(cast.colleague).get(f"/accounts/{account.id}/").status_code == 404
        assert AuditEntry.objects.filter(verb="access.denied").count() == 1, "what one may not know of is not there"


def test_no_entry_holds_a_secret(db):
    """A whole world walked through every address by everybody, with secrets planted in it."""
    from rounds.actions.leads import leads
    from rounds.actions.people import passwords
    from rounds.models import Lead, User

    world = build()
    with sight(Scope(everything=True)):
        admin = User.objects.get(role="admin")
        passwords.set(admin, PASSWORD, by=admin.actor, at=now())
        leads.change(Lead.objects.get(pk=world.ids["lead"]), by=admin.actor, at=now(), phone=PHONE)
        links = [logins.make_link(admin, by=admin.actor, at=now()), world.ids["link token"]]
    Client().post("/login/", {"email": admin.email, "password": PASSWORD})
    Client().post("/login/", {"email": admin.email, "password": f"{PASSWORD}x"})
    Client().get(f"/login/link/{links[0]}/")
    for method, pattern in addresses():
        if method == "GET" and "logout" not in pattern:
            try:
                path = world.fill(pattern)
            except KeyError:  # tests/access says which address the world cannot fill
                continue
            for role in ("admin", "rep"):
                if pattern.startswith("api/"):
                    Client().get(path, headers={"authorization": f"Bearer {world.tokens[role]}"})
                else:
                    world.clients[role].get(path)
    cookies = [client.cookies["sessionid"].value for client in world.clients.values() if "sessionid" in client.cookies]
    planted = [PASSWORD, PHONE, PHONE.replace(" ", ""), "sealed:", *links, *world.tokens.values(), *cookies]
    entries = list(AuditEntry.objects.all())
    assert len(entries) > 150
    for entry in entries:
        text = json.dumps([entry.detail, entry.by_name, entry.verb, entry.subject_kind], ensure_ascii=False)
        assert not [secret for secret in planted if secret and secret in text], text
        assert not re.search(r"password\"?: \"[^\"]", text), text


class TestOneTransaction:
    def test_without_the_entry_there_is_no_deed(self, cast, account, monkeypatch):
        def broken(*_, **__):
            raise DatabaseError("no room for the entry")

        monkeypatch.setattr(AuditEntry.objects, "create", broken)
        with pytest.raises(DatabaseError), transaction.atomic():
            accounts.change(account, beds=999, by=cast.admin.actor, at=now())
        assert Account.objects.get(pk=account.pk).beds != 999

    def test_a_chain_that_is_held_up_stops_no_log_in(self, committed, server):
        """Somebody sits on the lock of the write chain; people still come and go, and look at what is there."""
        from rounds.jobs.demo.cast import build_cast

        with sight(Scope(everything=True)):
            cast = build_cast(now())
            link = logins.make_link(cast.owner, by=SYSTEM_ACTOR, at=now())
        with psycopg.connect(server.dsn("rounds_owner", committed)) as holder:
            holder.execute("SELECT pg_advisory_xact_lock(hashtext('rounds.audit.write'))")
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = '5s'")
            client = Client()
            page = client.post(f"/login/link/{link}/")
            assert page.status_code == 302, page.content
            assert client.get("/audit/").status_code == 403
            assert Session.objects.filter(user=cast.owner, ended_at=None).exists()
            done = Signal()

            def write():
                with transaction.atomic():
                    audit.note("test.deed", by=SYSTEM_ACTOR, at=now())
                done.set()
                connections.close_all()

            waits = Thread(target=write)
            waits.start()
            assert not done.wait(0.5), "a write waits for its turn in the chain"
            holder.rollback()
            waits.join(10)
        assert done.is_set()
        assert AuditSeal.objects.filter(chain="write").exists()
        assert audit.verify().holds
