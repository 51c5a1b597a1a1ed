"""A lead taken down by hand, and one that comes through a public form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from rounds.actions.leads import forms
from rounds.kit.clock import frozen_at, now
from rounds.models import Lead, LeadForm
from rounds.web.leads import public
from tests.web.leads.test_list import text


@pytest.fixture
def form(cast) -> LeadForm:
    cache.clear()
    return forms.open_form("Website", heading="See sepsis alerts", source="Web form", asks_for="demo_request",
                           by=cast.admin.actor, at=now())  # fmt: skip


@pytest.fixture
def typed(form):
    """What a person sends who opened the page ten seconds ago."""
    with frozen_at(now() - timedelta(seconds=10)):
        token = public.fresh(form)
    return {"name": "Rosa Meridian", "email": "rosa@meridian.example", "organization": "Meridian Health",
            "state": "NY", "message": "Please show us", "token": token}  # fmt: skip


@pytest.mark.req("UI-02", "UI-03", "LEAD-22")
def test_faults_stand_beside_their_field_and_nothing_typed_is_lost(cast, door):
    client = door(cast.owner)
    said = {"name": "Rosa Meridian", "email": "rosa-at-meridian", "title": "Chief nursing officer", "mine": "1",
            "answer.innovation": "leader", "fact.beds": "420"}  # fmt: skip
    page = client.post("/leads/new/", said)
    assert page.status_code == 422
    assert page.context["field"] == "email"
    assert 'value="Chief nursing officer"' in text(page)
    assert 'value="rosa-at-meridian"' in text(page)
    assert 'id="in-email-error"' in text(page)
    for field, wrong in (("fact.beds", "about 400"), ("state", "Bavaria"), ("name", "")):
        page = client.post("/leads/new/", said | {"email": "", field: wrong})
        assert page.status_code == 422
        assert page.context["field"] == field
    assert Lead.objects.count() == 0
    done = client.post("/leads/new/", said | {"email": ""})
    lead = Lead.objects.get()
    assert done.url == f"/leads/{lead.id}/"
    assert lead.facts == {"beds": 420}
    assert lead.owner == cast.owner


@pytest.mark.req("LEAD-22")
def test_a_double_click_is_one_lead(cast, door):
    client = door(cast.owner)
    for _ in range(2):
        client.post("/leads/new/", {"name": "Rosa Meridian", "once": "n1", "mine": "1"})
    assert Lead.objects.count() == 1
    assert Lead.objects.get().score_total == 2


@pytest.mark.req("UI-01", "LEAD-22")
def test_a_stranger_sends_the_form_and_the_lead_is_scored_and_routed(cast, door, form, typed, see_all):
    stranger = door(None)
    page = stranger.get(f"/f/{form.key}/")
    assert page.status_code == 200
    assert "See sepsis alerts" in text(page)
    answer = stranger.post(f"/f/{form.key}/", typed)
    assert answer.url == f"/f/{form.key}/thanks/"
    see_all()
    lead = Lead.objects.get()
    assert (lead.source, lead.hand_raise, lead.territory) == ("Web form", True, "Northeast")
    assert lead.score_total is not None
    assert lead.status_changes.get().by_kind == "form"
    thanks = text(stranger.get(answer.url))
    assert "Thank you" in thanks
    for secret in ("Warm", "Cold", "score", lead.name):
        assert secret not in thanks


@pytest.mark.req("UI-01")
def test_the_same_page_sent_twice_is_one_lead(door, form, typed, see_all):
    for _ in range(2):
        door(None).post(f"/f/{form.key}/", typed)
    see_all()
    assert Lead.objects.count() == 1


@pytest.mark.req("UI-01")
def test_a_robot_is_thanked_and_forgotten(door, form, typed, see_all):
    stranger = door(None)
    trapped = stranger.post(f"/f/{form.key}/", typed | {public.TRAP: "555"})
    hasty = stranger.post(f"/f/{form.key}/", typed | {"token": public.fresh(form)})
    see_all()
    assert trapped.url == hasty.url == f"/f/{form.key}/thanks/"
    assert Lead.objects.count() == 0


@pytest.mark.req("UI-01")
def test_a_form_on_another_site_is_looked_over_once_and_loses_nothing(cast, door, form, typed, see_all):
    other = forms.open_form("Other", heading="", source="Web form", asks_for="content", by=cast.admin.actor, at=now())
    for token in ("", "forged", public.fresh(other)):
        page = door(None).post(f"/f/{form.key}/", typed | {"token": token}, headers={"origin": "https://vendor.example"})
        assert page.status_code == 200
        assert 'value="rosa@meridian.example"' in text(page)
    see_all()
    assert Lead.objects.count() == 0


@pytest.mark.req("UI-01")
def test_a_script_gets_a_token_and_posts_json(door, form, see_all):
    client = door(None)
    with frozen_at(now() - timedelta(seconds=10)):
        given = client.get(f"/f/{form.key}/", headers={"accept": "application/json"})
    assert given.headers["Access-Control-Allow-Origin"] == "*"
    said = {"name": "Rosa", "email": "wrong", "token": given.json()["token"]}
    wrong = client.post(f"/f/{form.key}/", said, content_type="application/json")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "email")
    done = client.post(f"/f/{form.key}/", said | {"email": "rosa@meridian.example"}, content_type="application/json")
    assert done.json() == {"thanks": True}
    see_all()
    assert Lead.objects.get().name == "Rosa"


@pytest.mark.req("UI-01")
def test_too_much_too_large_closed_and_unknown_are_refused(cast, door, form, typed):
    client = door(None)
    assert client.post(f"/f/{form.key}/", typed | {"message": "x" * 70_000}).status_code == 413
    assert client.get("/f/nosuchform/").status_code == 404
    for _ in range(public.MOST_POSTS + 1):
        last = client.post(f"/f/{form.key}/", typed)
    assert last.status_code == 429
    forms.close_form(form, by=cast.admin.actor, at=now())
    assert client.get(f"/f/{form.key}/").status_code == 410


@pytest.mark.req("UI-02")
def test_only_an_admin_opens_forms(cast, door, form):
    said = {"name": "Event", "source": "Event", "asks_for": "content"}
    assert door(cast.owner).post("/leads/forms/", said).status_code == 403
    client = door(cast.admin)
    assert client.post("/leads/forms/", said | {"source": "carrier pigeon"}).status_code == 422
    client.post("/leads/forms/", said)
    assert LeadForm.objects.count() == 2
    assert f"/f/{form.key}/" in text(client.get("/leads/forms/"))
