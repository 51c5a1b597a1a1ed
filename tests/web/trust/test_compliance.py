"""The pages of compliance: who may open and change what, and that they say what is so."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from rounds.actions.trust import agreements, checking, holds
from rounds.analytics.trust import checks
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AuditEntry, Baa, Batch, Counterparty, LegalHold, Session
from rounds.models.flow.active import active

PAGES = ("/trust/", "/trust/agreements/", "/trust/retention/", "/trust/holds/")


@pytest.fixture
def checked(cast):
    """A run of the checks: somebody touches patient data and has no agreement."""
    agreements.add("Tessel", "vendor", by=cast.compliance.actor, at=now())
    chains = {chain: {"holds": True, "links": 5, "broken_at": None, "unsealed": 0} for chain in ("write", "read")}
    found = checks.run(checks.Look(now(), active().playbook, chains))
    return checking.keep(found, by=SYSTEM_ACTOR, at=now())


@pytest.mark.req("COMPL-07")
@pytest.mark.parametrize("place", PAGES)
def test_those_who_read_compliance_open_it_and_nobody_else(cast, door, place):
    for reader in (cast.admin, cast.compliance, cast.security, cast.legal):
        assert door(reader).get(place).status_code == 200, reader.name
    for other in (cast.owner, cast.manager, cast.revops, cast.executive):
        assert door(other).get(place).status_code == 403, other.name
    assert door(None).get(place).status_code == 302


@pytest.mark.req("PLUS-35")
@pytest.mark.parametrize("place", PAGES)
def test_who_was_away_proves_again_who_they_are(cast, door, place):
    client = door(cast.compliance)
    client.get(place)
    long_ago = now() - timedelta(minutes=16)
    Session.objects.update(seen_at=long_ago, proved_at=long_ago, began_at=long_ago)
    answer = client.get(place)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/login/again/")


@pytest.mark.req("PLUS-33")
class TestTheTruth:
    def test_it_says_first_that_it_is_not_compliant_and_what_mends_it(self, cast, door, checked):
        page = door(cast.compliance).get("/trust/").content.decode()
        assert re.search(r"<h1>Not compliant today: Tessel has no BAA in force", page)
        assert page.count('class="alert-line"') == 1
        assert "/trust/agreements/" in page
        assert "certified" not in page.lower()
        assert f"{checked.passed} of {checked.passed + checked.failed + checked.unknown} checks hold" in page

    def test_before_the_first_run_nobody_knows(self, cast, door):
        assert "Nobody knows yet" in door(cast.compliance).get("/trust/").content.decode()

    def test_only_the_officer_asks_for_a_run(self, cast, door):
        assert door(cast.legal).post("/trust/checks/").status_code == 403
        assert door(cast.compliance).post("/trust/checks/").status_code == 302

    def test_waiting_for_a_run_keeps_no_session_alive(self, cast, door, checked):
        client = door(cast.compliance)
        assert client.get("/trust/fresh/?since=").headers["HX-Redirect"] == "/trust/"
        assert "running" in client.get(f"/trust/fresh/?since={checked.id}").content.decode()


@pytest.mark.req("COMPL-04")
class TestRetention:
    def test_a_run_is_asked_for_with_a_fresh_proof_by_those_who_may(self, cast, door):
        assert door(cast.legal).post("/trust/retention/runs/").status_code == 403
        client = door(cast.compliance)
        Session.objects.update(proved_at=now() - timedelta(minutes=20))
        assert client.post("/trust/retention/runs/").headers["Location"].startswith("/login/again/")
        assert not Batch.objects.exists()
        Session.objects.update(proved_at=now())
        assert client.post("/trust/retention/runs/").headers["Location"] == "/trust/retention/"
        batch = Batch.objects.get(kind="retention")
        assert batch.by_name == cast.compliance.name
        assert client.get(f"/trust/retention/runs/{batch.id}/").status_code == 200
        assert client.post(f"/trust/retention/runs/{batch.id}/stopping/").status_code == 302
        batch.refresh_from_db()
        assert batch.stop_asked_at is not None

    def test_the_page_shows_every_rule(self, cast, door):
        page = door(cast.security).get("/trust/retention/").content.decode()
        for rule in active().playbook.retention.rules.values():
            assert rule.title in page
        assert "Run now" not in page


@pytest.mark.req("COMPL-04")
class TestHolds:
    def test_set_shown_on_the_record_and_lifted(self, cast, door, lead_of, see_all):
        lead, client = lead_of(cast.owner), door(cast.compliance)
        said = {"kind": "lead", "subject": f"https://rounds.example/leads/{lead.id}/", "reason": "Dispute"}
        assert client.post("/trust/holds/", said).status_code == 302
        see_all()
        hold = LegalHold.objects.get()
        assert hold.subject_id == lead.id
        assert "On legal hold since" in client.get(f"/leads/{lead.id}/").content.decode()
        assert "On legal hold" not in door(cast.owner).get(f"/leads/{lead.id}/").content.decode()
        assert door(cast.legal).post(f"/trust/holds/{hold.id}/lifting/", {"reason": "x"}).status_code == 403
        assert client.post(f"/trust/holds/{hold.id}/lifting/", {"reason": ""}).status_code == 422
        assert client.post(f"/trust/holds/{hold.id}/lifting/", {"reason": "Settled"}).status_code == 302
        assert "On legal hold" not in client.get(f"/leads/{lead.id}/").content.decode()

    def test_a_form_that_says_nothing_keeps_what_was_typed(self, cast, door):
        answer = door(cast.compliance).post("/trust/holds/", {"kind": "account", "subject": "nonsense", "reason": "Dispute"})
        assert answer.status_code == 422
        assert "nonsense" in answer.content.decode()
        assert not LegalHold.objects.exists()

    def test_others_set_none(self, cast, door, see_all):
        for person in (cast.legal, cast.security, cast.owner):
            assert door(person).post("/trust/holds/", {"kind": "everything", "reason": "x"}).status_code == 403
        see_all()
        assert not LegalHold.objects.exists()
        assert not holds.held("user", [cast.owner.id])


@pytest.mark.req("LEGAL-03")
def test_a_vendor_is_added_signed_and_ended_on_its_pages(cast, door, see_all):
    client = door(cast.compliance)
    said = {"kind": "vendor", "name": "Harbourline", "touches_phi": "yes"}
    assert door(cast.legal).post("/trust/agreements/", said).status_code == 403
    assert client.post("/trust/agreements/", {"kind": "vendor"}).status_code == 422
    place = client.post("/trust/agreements/", said).headers["Location"]
    assert "no BAA in force" in client.get(place).content.decode()
    assert client.post(f"{place}versions/", {"version": "1", "expires_on": "tomorrow"}).status_code == 422
    assert client.post(f"{place}versions/", {"version": "1"}).status_code == 302
    see_all()
    baa = Baa.objects.get()
    assert client.post(f"{place}versions/{baa.id}/signing/").status_code == 302
    assert "Harbourline: covered" in client.get(place).content.decode()
    assert client.post(f"{place}versions/{baa.id}/ending/", {"why": ""}).status_code == 422
    assert client.post(f"{place}versions/{baa.id}/ending/", {"why": "They left"}).status_code == 302
    assert client.post(f"{place}closing/").status_code == 302
    see_all()
    assert Counterparty.objects.get().ended_at is not None
    assert AuditEntry.objects.filter(verb="agreements.read").count() == 0
    client.get("/trust/agreements/")
    see_all()
    assert AuditEntry.objects.filter(verb="agreements.read").count() == 1
