"""The pages of demos and proofs of concept: what they say, who may do what, and that many rows ask no more than few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.deals import demos, poc_criteria, pocs
from rounds.actions.deals.closing_parts import end_all
from rounds.kit.clock import now
from rounds.models import Account, Demo, Poc, Task
from rounds.models.deals.evidence import look
from tests.proofs import a_deal, a_poc, running


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection, ) as caught:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(caught)


def test_lists_and_pages_ask_no_more_for_many_rows(cast, door, see_all):
    at, by = now(), cast.owner.actor
    client = door(cast.owner)

    def more(name):
        see_all()
        deal, people = a_deal(cast.owner, name=name)
        demos.book(deal, "clinical", starts_at=at + timedelta(days=5), attendees=[people["nurse"]], by=by, at=at)
        return running(deal, people, by=by, at=at)

    poc = more("Osprey Health")
    few = {url: queries(client, url) for url in ("/pocs/?f=", "/demos/?f=", "/demos/figures/")}
    more("Heron Health")
    more("Kestrel Health")
    assert {url: queries(client, url) for url in few} == few
    one = queries(client, f"/pocs/{poc.id}/")
    assert one < 70, one


@pytest.mark.req("DEMO-02", "UI-01")
def test_a_demo_is_booked_with_the_people_and_the_room_is_looked_at(cast, door, see_all):
    deal, people = a_deal(cast.owner)
    client = door(cast.owner, htmx=True)
    said = client.get(f"/opportunities/{deal.id}/demos/audience/", {"kind": "clinical", "attendees": [str(people["cio"].id)]}).content.decode()
    assert "executive demo" in said
    assert "without a clinical stakeholder" in said
    starts = (now() + timedelta(days=9)).strftime("%Y-%m-%dT15:00")
    wrong = client.post(f"/opportunities/{deal.id}/demos/new/", {"kind": "clinical", "starts_at": "2020-01-01T10:00", "attendees": [str(people["nurse"].id)]})
    assert (wrong.status_code, "That moment has passed" in wrong.content.decode()) == (422, True)
    answer = client.post(f"/opportunities/{deal.id}/demos/new/", {"kind": "clinical", "starts_at": starts, "attendees": [str(people["nurse"].id)]})
    see_all()
    demo = Demo.objects.get(opportunity=deal)
    assert answer.headers["HX-Redirect"] == f"/demos/{demo.id}/"
    ticked = client.post(f"/demos/{demo.id}/ticks/", {"item": "outcomes_first", "done": "on"})
    assert "1 of 4 done" in ticked.content.decode()


@pytest.mark.req("POC-01", "PLUS-26")
def test_a_draft_says_what_is_missing_and_a_colleague_elsewhere_sees_nothing(cast, door, see_all):
    deal, _ = a_deal(cast.owner)
    poc = pocs.open_poc(deal, by=cast.owner.actor, at=now())
    assert "Write the conversion terms" in door(cast.owner).get(f"/pocs/{poc.id}/").content.decode()
    assert door(cast.colleague).get(f"/pocs/{poc.id}/").status_code == 404
    assert door(cast.engineer).post(f"/pocs/{poc.id}/abandoning/", {"why": "x"}).status_code in (403, 404)
    answer = door(cast.owner, htmx=True).post(f"/pocs/{poc.id}/agreement/", {"signer": ""})
    assert (answer.status_code, "Say who signed" in answer.content.decode()) == (422, True)
    see_all()
    assert Poc.objects.get(pk=poc.pk).state == "draft"


@pytest.mark.req("POC-04", "PIPE-18")
def test_the_exit_criteria_read_what_was_proven(cast, see_all):
    deal, people = a_deal(cast.owner)
    assert look(deal, "demo.feedback_positive").state == "missing"
    assert look(deal, "poc.objectives_met").next == "Agree on a proof of concept"
    poc = a_poc(deal, people, by=cast.owner.actor, at=now())
    poc_criteria.add(poc, {"name": "Log-ins", "category": "adoption", "target": 0.5, "baseline": 0.1, "planned_n": 200}, by=cast.owner.actor, at=now())
    found = {name: look(deal, name) for name in ("poc.objectives_met", "poc.roi_demonstrated", "poc.adoption_confirmed", "poc.plan_validated")}
    assert {name: one.state for name, one in found.items()} == dict.fromkeys(found, "missing")
    assert all(str(poc.id) in one.url for one in found.values())


@pytest.mark.req("PIPE-14")
def test_a_deal_that_closes_takes_its_demo_and_its_proof_along(cast, see_all):
    at, by = now(), cast.owner.actor
    deal, people = a_deal(cast.owner)
    demo = demos.book(deal, "clinical", starts_at=at + timedelta(days=5), attendees=[people["nurse"]], by=by, at=at)
    poc = running(deal, people, by=by, at=at)
    said = end_all(deal, won=False, by=by, at=at)
    assert any("proof of concept" in sentence for sentence in said)
    assert (Demo.objects.get(pk=demo.pk).state, Poc.objects.get(pk=poc.pk).state) == ("cancelled", "abandoned")
    assert not Task.objects.filter(opportunity=deal, done_at=None, dropped_at=None, automation__startswith="poc").exists()


@pytest.mark.req("DEMO-08")
def test_how_demos_go_is_counted_by_type_and_presenter_against_its_targets(cast, door, see_all):
    by, at = cast.owner.actor, now()
    for name, kind, came in (("Osprey Health", "clinical", True), ("Heron Health", "clinical", False), ("Kestrel Health", "executive", True)):
        see_all()
        deal, people = a_deal(cast.owner, name=name)
        demo = demos.book(deal, kind, starts_at=at - timedelta(days=2), attendees=[people["nurse"]], by=by, at=at)
        if came:
            demos.complete(demo, came=[people["nurse"]], by=by, at=at)
        else:
            demos.no_show(demo, why="Ward was short", by=by, at=at)
        if name == "Osprey Health":
            running(deal, people, by=by, at=at)
    client = door(cast.owner)
    rates = client.get("/demos/figures/").context["rates"]
    assert {code: (rate.part, rate.of) for code, rate in rates.items()} == {"held": (2, 3), "no_show": (1, 3), "poc": (1, 2), "close": (0, 2)}
    assert (rates["poc"].target, rates["close"].target) == (0.4, 0.2)
    page = client.get("/demos/figures/?by=kind")
    assert [(row["name"], row["held"], row["missed"], row["pocs"]) for row in page.context["split"]] == [("Clinical workflow demo", 1, 1, 1), ("Executive demo", 1, 0, 0)]
    assert "target 40" in page.content.decode()
    assert [row["name"] for row in client.get("/demos/figures/?by=presenter").context["split"]] == [cast.owner.name]
    assert client.get("/demos/figures/?by=nonsense").context["by"] == "kind"
    assert door(cast.colleague).get("/demos/figures/").context["split"] == []


@pytest.mark.req("DEMO-09")
def test_tier_three_is_offered_the_standard_demo(cast, door, see_all):
    deal, _ = a_deal(cast.owner)
    client = door(cast.owner)
    assert not client.get(f"/opportunities/{deal.id}/demos/new/").context["standard"]
    see_all()
    Account.objects.filter(pk=deal.account_id).update(tier=3)
    page = client.get(f"/opportunities/{deal.id}/demos/new/")
    assert page.context["standard"]
    assert "Standard demo: not customized, with less to prepare" in page.content.decode()
