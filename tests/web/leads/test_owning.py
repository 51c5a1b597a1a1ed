"""Whose a lead is and why, on its page, over the API, in the queues and in the dry run."""

from __future__ import annotations

import pytest

from rounds.actions.leads import leads
from rounds.actions.people import users
from rounds.actions.trust import tokens
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.models import Lead

WEB = Actor("form", None, "Website form")


@pytest.fixture
def came(cast):
    users.add("ruth@rounds.example", "Ruth Amsel", role="ae", team=cast.enterprise, territories=["Northeast"],
              by=cast.admin.actor, at=now())  # fmt: skip
    said = {"name": "Rosa Meridian", "state": "NY", "organization": "Meridian Health", "email": "rosa@meridian.example",
            "facts": {"beds": 612, "ehr": "Epic"}, "answers": {"market_leadership": "leader"}}  # fmt: skip
    return lambda **more: leads.capture({**said, **more}, by=WEB, at=now())


@pytest.mark.req("ROUTE-01", "ROUTE-09")
def test_the_page_says_why_it_is_hers_with_everybody_who_was_looked_at(cast, door, came):
    lead = came()
    page = door(lead.owner).get(f"/leads/{lead.id}/").content.decode()
    assert f"Why {lead.owner.name}" in page
    assert "Everybody who was looked at" in page
    assert "Olivia Grant" in page
    assert "Ruth Amsel" in page
    assert "The seven steps" in page
    assert "A portal invitation is prepared and held" in page


@pytest.mark.req("ROUTE-16")
def test_declined_on_the_page_it_goes_to_the_next_who_reads_why(cast, door, came, see_all):
    lead = came()
    first = lead.owner
    assert door(cast.admin).post(f"/leads/{lead.id}/declining/", {"reason": "Other"}).status_code == 403
    answer = door(first).post(f"/leads/{lead.id}/declining/", {"reason": "Conflict of interest", "more": "my sister works there"})
    assert answer.status_code == 302
    see_all()
    lead.refresh_from_db()
    assert lead.owner_id not in (None, first.id)
    page = door(lead.owner).get(f"/leads/{lead.id}/").content.decode()
    assert "Conflict of interest my sister works there" in page
    assert "declined it" in page
    assert door(lead.owner).post(f"/leads/{lead.id}/acceptance/").status_code == 302
    see_all()
    assert lead.assignments.get(ended_at=None).accepted_at is not None


@pytest.mark.req("ROUTE-16")
def test_over_the_api_the_same(cast, client, came, see_all):
    lead = came()
    _, token = tokens.make(lead.owner, name="t", scopes=tokens.scopes_for(lead.owner), by=lead.owner.actor, at=now())
    said = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    rows = client.get(f"/api/v1/leads/{lead.id}/assignments", **said).json()["data"]
    assert rows[0]["owner"]["name"] == lead.owner.name
    assert len(rows[0]["steps"]) == 7
    assert client.put(f"/api/v1/leads/{lead.id}/acceptance", {}, **said).status_code == 200
    moved = client.post(f"/api/v1/leads/{lead.id}/declines", {"reason": "No time"}, **said)
    assert moved.status_code == 201
    assert moved.json()["cause"] == "declined"
    assert moved.json()["owner"]["name"] != lead.owner.name


@pytest.mark.req("ROUTE-09")
def test_a_reps_token_reads_the_answer_of_what_it_sent_though_it_went_to_somebody_else(cast, client):
    _, token = tokens.make(cast.colleague, name="t", scopes=tokens.scopes_for(cast.colleague), by=cast.colleague.actor, at=now())
    said = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    sent = client.post("/api/v1/leads", {"name": "Bo Fox", "state": "NY", "organization": "Fox", "facts": {"beds": 612}}, **said)
    assert sent.status_code == 201
    lead = sent.json()
    assert lead["id"]
    assert lead["score"]["band"]
    assert lead["owner"]["name"] in ("Olivia Grant", "Simon Ekholm")
    assert client.get(f"/api/v1/leads/{lead['id']}", **said).status_code == 404


@pytest.mark.req("ROUTE-08")
def test_a_lead_in_a_queue_is_listed_there_and_claimed(cast, door, came, see_all):
    type(cast.owner).objects.update(capacity=0)
    lead = came()
    marian = door(cast.manager)
    page = marian.get("/leads/?f=queue.is.manager").content.decode()
    assert "Rosa Meridian" in page
    assert "Manager queue" in page
    assert door(cast.owner).post(f"/leads/{lead.id}/owner/", {"owner": "me"}).status_code == 302
    see_all()
    lead.refresh_from_db()
    assert (lead.owner_id, lead.queue) == (cast.owner.id, "")
    assert lead.assignments.get(ended_at=None).cause == "claimed"


@pytest.mark.req("ROUTE-16")
def test_many_go_to_others_with_a_preview_and_back_but_not_those_somebody_changed(cast, door, came, see_all):
    made = [came(name=f"Person {n}") for n in range(6)]
    Lead.objects.update(owner=cast.owner, team=cast.enterprise, driving_band="warm")
    marian, ids = door(cast.manager), [str(lead.id) for lead in made]
    preview = marian.post("/lists/lead/changes/lead.reassign/", {"ids": ids}).content.decode()
    assert "What everybody would carry" in preview
    assert "Ruth Amsel" in preview
    see_all()
    assert set(Lead.objects.values_list("owner__name", flat=True)) == {"Olivia Grant"}
    done = marian.post("/lists/lead/changes/lead.reassign/doing/", {"ids": ids})
    see_all()
    assert set(Lead.objects.values_list("owner__name", flat=True)) == {"Ruth Amsel"}
    leads.assign(Lead.objects.get(pk=made[0].pk), cast.senior_ae, by=cast.admin.actor, at=now())
    marian.post(f"{done['Location']}undoing/")
    see_all()
    assert sorted(Lead.objects.values_list("owner__name", flat=True)) == ["Olivia Grant"] * 5 + ["Simon Ekholm"]


@pytest.mark.req("ROUTE-17")
def test_the_dry_run_shows_who_would_get_what_and_writes_nothing(cast, door, came, see_all):
    for n in range(5):
        came(name=f"Person {n}")
    before = list(Lead.objects.values_list("id", "owner_id", "updated_at"))
    page = door(cast.manager).get("/leads/dry-run/").content.decode()
    assert "5 of 5 leads would find an owner" in page
    assert "Ruth Amsel" in page
    assert door(cast.owner).get("/leads/dry-run/").status_code == 403
    see_all()
    assert list(Lead.objects.values_list("id", "owner_id", "updated_at")) == before


@pytest.mark.req("ROUTE-17")
def test_a_state_moved_in_the_draft_shows_its_effect_and_nothing_is_in_force(cast, door, came, see_all):
    from rounds.models.flow.active import active

    came()
    marian = door(cast.manager)
    assert "As it stands" in marian.get("/playbook/territories/").content.decode()
    marian.post("/playbook/territories/", {"was.NY": "Northeast", "s.NY": "West", "was.OH": "Midwest", "s.OH": "Midwest"})
    page = marian.get("/playbook/territories/").content.decode()
    assert "1 state moved: 1 open lead" in page
    assert "Manager queue" in marian.get("/leads/dry-run/?draft=1").content.decode()
    see_all()
    assert "NY" in active().playbook.territories.tables["003"].territories["Northeast"]
    marian.post("/playbook/territories/", {"was.NY": "West", "s.NY": ""})
    said = marian.get("/playbook/territories/").content.decode()
    assert "leaves out" in said
    assert marian.post("/playbook/territories/", {"was.NY": "", "s.NY": "Atlantis"}).status_code == 422
    assert door(cast.owner).post("/playbook/territories/", {"s.NY": "West"}).status_code == 403


@pytest.mark.req("ROUTE-17")
def test_the_dry_run_takes_a_file_and_nothing_of_it_stays(cast, door, see_all):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = door(cast.manager)
    rows = "".join(f"Person {n},Meridian {n},NY,{600 + n}\n" for n in range(6)) + "Bad Line,Nowhere,Narnia,10\n"
    sent = SimpleUploadedFile("march.csv", ("name,organization,state,beds\n" + rows).encode())
    page = client.post("/leads/dry-run/", {"file": sent}).content.decode()
    assert "of 6 leads would find an owner" in page
    assert "As if the leads of march.csv came now" in page
    assert "1 line of march.csv" in page
    assert "Person 5" in page
    see_all()
    assert not Lead.objects.filter(name__startswith="Person").exists()
    assert client.post("/leads/dry-run/", {}).status_code == 422
    assert client.post("/leads/dry-run/", {"file": SimpleUploadedFile("x.csv", b"a" * (3 << 20))}).status_code == 422
    assert door(cast.owner).post("/leads/dry-run/", {"file": sent}).status_code == 403
