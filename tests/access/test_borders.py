"""Where two rules meet: an account seen and a lead not, one's own unit and a colleague's hospital, an old session and the
rules of sign-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from rounds.actions.flow import drafts, playbooks
from rounds.actions.leads import leads
from rounds.actions.market import accounts
from rounds.actions.trust import audit
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.models import Account, AuditEntry, AuditSeal, PlaybookVersion, Session


@pytest.fixture
def logged_in():
    def client(user) -> Client:
        made = Client(raise_request_exception=False)
        made.force_login(user)
        return made

    return client


@pytest.fixture
def by(cast):
    return {"by": cast.admin.actor, "at": now()}


@pytest.mark.req("SEC-01", "COMPL-11")
def test_the_accounts_page_tells_nothing_of_a_lead_one_does_not_see(cast, by, logged_in):
    account = accounts.add(name="Harbour Health", level="system", state="NY", **by)
    lead = leads.capture({"name": "Wilhelmina Quartz", "state": "NY"}, account=account, owner=cast.owner, **by)
    leads.change(lead, email="quartz@harbour.example", **by)
    engineer = logged_in(cast.engineer)
    assert engineer.get(f"/leads/{lead.id}/").status_code == 404
    timeline = engineer.get(f"/accounts/{account.id}/timeline/")
    assert timeline.status_code == 200
    assert "Quartz" not in timeline.content.decode()
    assert "quartz@" not in timeline.content.decode()
    assert "Quartz" in logged_in(cast.owner).get(f"/accounts/{account.id}/timeline/").content.decode()


@pytest.mark.req("SEC-01", "ACCT-07")
def test_nobody_takes_a_colleagues_hospital_into_their_own_unit(cast, by, logged_in):
    mine = accounts.add(name="Mine", level="system", state="NY", owner=cast.owner, **by)
    theirs = accounts.add(name="Theirs", level="hospital", state="NY", owner=cast.senior_ae, **by)
    free = accounts.add(name="Free", level="hospital", state="NY", **by)
    owner = logged_in(cast.owner)
    assert owner.post(f"/accounts/{theirs.id}/parent/", {"parent": str(mine.id)}).status_code == 403
    assert Account.objects.get(pk=theirs.pk).parent_id is None
    assert owner.post(f"/accounts/{free.id}/parent/", {"parent": str(mine.id)}).status_code in (200, 302)
    assert logged_in(cast.manager).post(f"/accounts/{theirs.id}/parent/", {"parent": str(mine.id)}).status_code in (200, 302)


@pytest.mark.req("SEC-01", "PLUS-35")
def test_the_playbook_is_published_with_a_fresh_proof_alone(cast, by, logged_in):
    playbooks.ensure_first()
    draft = drafts.begin(**by)
    drafts.write(draft, "access/sign_in.yaml", drafts.files_of(draft)["access/sign_in.yaml"] + "# more\n", at=now())
    admin = logged_in(cast.admin)
    Session.objects.update(proved_at=now() - timedelta(hours=2))
    before = PlaybookVersion.objects.count()
    answer = admin.post("/playbook/draft/publication/", {"reason": "Looser"})
    assert answer["Location"].startswith("/login/again/")
    assert PlaybookVersion.objects.count() == before


@pytest.mark.req("COMPL-01")
def test_a_read_noted_twice_under_one_id_stops_no_sealing(cast, by):
    first = audit.note_read("account.read", **by)
    AuditEntry(id=first.id, at=first.at + timedelta(microseconds=1), by_kind="user", by_name="x", chain="read", verb="account.read").save(force_insert=True)
    audit.note_read("account.read", subject=new_id(), **by)
    assert audit.seal_reads() == 2
    assert AuditSeal.objects.filter(chain="read").count() == 2


@pytest.mark.req("COMPL-01", "INTEG-18")
def test_a_search_for_what_no_column_holds_is_noted_all_the_same(cast, logged_in):
    assert logged_in(cast.admin).get("/search/?q=harb%00our").status_code == 200
    entry = audit.note_read("records.search", by=cast.admin.actor, at=now(), detail={"q": "a\0b", "ids": ["c\0"]})
    entry.refresh_from_db()
    assert entry.detail == {"q": "a\ufffdb", "ids": ["c\ufffd"]}
