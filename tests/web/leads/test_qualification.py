"""The qualification sheet, the matrix, the journey and the deal: what is shown, what a click does."""

from __future__ import annotations

import re

import pytest

from rounds.actions.leads import leads, qualifying
from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import Lead, LeadActivity, Opportunity, QualificationAnswer
from rounds.models.flow.active import active


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def fill(lead, by):
    for entry in active().playbook.qualification.asked:
        if entry.kind == "bant":
            for item in entry.indicators[:3]:
                qualifying.answer(lead, item.item, "yes", by=by, at=now())


def say(client, lead, item, answer, **more):
    return client.post(f"/leads/{lead.id}/qualification/answers/", {"item": item, "answer": answer, "was": "", "note": "", **more})


@pytest.mark.req("QUAL-01", "QUAL-08", "QUAL-09", "UI-01")
def test_the_sheet_says_on_top_what_is_missing_and_follows_each_answer(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner, htmx=True)
    page = door(cast.owner).get(f"/leads/{lead.id}/qualification/")
    assert page.context["finding"] == "Budget, Authority, Need and Timeline keep Rosa Meridian from being qualified"
    assert [dim["word"] for dim in page.context["dimensions"]][2] == "Unknown"
    assert re.search(r'data-key="q" disabled', page.content.decode()), "the gate is shut"
    answer = say(client, lead, "pain_point", "yes", note="Alarm fatigue")
    assert answer.status_code == 200
    assert "Saved" in text(answer)
    assert 'id="state-need"' in answer.content.decode()
    assert "2 more of 3 open indicators" in text(answer)
    assert QualificationAnswer.objects.get(lead=lead).note == "Alarm fatigue"
    assert door(cast.owner).post(f"/leads/{lead.id}/qualification/answers/", {"item": "quantified", "answer": "yes"}).status_code == 302
    assert client.post(f"/leads/{lead.id}/qualification/answers/", {"item": "mood", "answer": "yes"}).status_code == 422


@pytest.mark.req("QUAL-12")
def test_a_refusal_stands_beside_its_item(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner, htmx=True)
    say(client, lead, "clinical_champion", "yes")
    refused = say(client, lead, "no_champion", "yes")
    assert (refused.status_code, refused["HX-Retarget"]) == (409, "#said-no_champion")
    assert "cannot both be true" in text(refused)
    say(client, lead, "it_resistance", "yes", note="The CIO said so")
    up = str(QualificationAnswer.objects.get(item="it_resistance").id)
    unsettled = say(client, lead, "it_resistance", "no", was=up, note="The CIO said so")
    assert unsettled.status_code == 422
    assert 'data-sheet-refused="note"' in unsettled.content.decode()


@pytest.mark.req("QUAL-08")
def test_two_people_on_one_sheet_lose_nothing(cast, door, lead_of):
    lead = lead_of(cast.owner)
    one, two = door(cast.owner, htmx=True), door(cast.manager, htmx=True)
    say(one, lead, "quantified", "yes", note="40 % fewer alarms")
    met = say(two, lead, "quantified", "no", note="Nobody measured it")
    assert met.status_code == 409
    assert "Theirs: yes, “40 % fewer alarms”; yours: no, “Nobody measured it”" in text(met)
    was = re.search(r'"was": "([0-9a-f-]{36})"', met.content.decode())[1]
    assert say(two, lead, "quantified", "no", was=was, note="Nobody measured it").status_code == 200
    assert [row.answer for row in QualificationAnswer.objects.filter(lead=lead).order_by("at", "id")] == ["yes", "no"]


@pytest.mark.req("QUAL-09", "LEAD-32", "QUAL-10")
def test_the_gate_opens_and_the_lead_becomes_a_deal(cast, door, lead_of):
    lead, client = lead_of(cast.owner, organization="Newfound Clinic", email="rosa@newfound.example"), door(cast.owner)
    assert client.post(f"/leads/{lead.id}/qualification/passes/").status_code == 409
    fill(lead, cast.owner.actor)
    assert client.get(f"/leads/{lead.id}/qualification/").context["finding"] == "Nothing keeps Rosa Meridian from being qualified"
    assert client.post(f"/leads/{lead.id}/qualification/passes/").status_code == 302
    sheet = client.get(f"/leads/{lead.id}/qualification/")
    assert "Rosa Meridian is qualified" in text(sheet)
    assert "3 stakeholders identified, 1 known" in text(sheet)
    opened = client.post(f"/leads/{lead.id}/conversion/", follow=True)
    deal = Opportunity.objects.get()
    assert opened.request["PATH_INFO"] == f"/opportunities/{deal.id}/"
    for words in ("Newfound Clinic", "Rosa Meridian", "Missing when it was opened", "3 stakeholders identified, 1 known"):
        assert words in text(opened)
    assert client.get(f"/opportunities/{deal.id}/preview/").status_code == 200
    assert deal.name in text(client.get("/opportunities/?f="))
    assert door(cast.colleague).get(f"/opportunities/{deal.id}/").status_code == 404
    assert door(cast.executive).get(f"/opportunities/{deal.id}/").status_code == 200


@pytest.mark.req("QUAL-13")
def test_only_a_manager_qualifies_by_hand(cast, door, lead_of):
    lead = lead_of(cast.owner)
    assert "Qualify by hand" not in text(door(cast.owner).get(f"/leads/{lead.id}/qualification/"))
    assert door(cast.owner).post(f"/leads/{lead.id}/qualification/overrides/", {"reason": "I say so"}).status_code == 403
    assert "Qualify by hand" in text(door(cast.manager).get(f"/leads/{lead.id}/qualification/"))
    assert door(cast.manager).post(f"/leads/{lead.id}/qualification/overrides/", {"reason": ""}).status_code == 422
    done = door(cast.manager).post(f"/leads/{lead.id}/qualification/overrides/", {"reason": "Their board decided"}, follow=True)
    assert "qualified by hand by Marian Holt" in text(done)
    assert Lead.objects.get(pk=lead.pk).status == "Qualified"
    matrix = door(cast.manager).get("/leads/matrix/")
    assert [(way.way, way.passed) for way in matrix.context["ways"]] == [("gate", 0), ("override", 1)]


@pytest.mark.req("QUAL-11")
def test_what_is_derived_says_from_what_and_hides_what_a_role_is_not_shown(cast, door):
    unit = accounts.add(name="Sunbelt Health", level="system", state="FL", by=cast.admin.actor, at=now(), hipaa_status="Compliant")
    person = contacts.add(unit, name="Kim Reed", title="Chief of Cardiology", by=cast.admin.actor, at=now())
    contacts.seat(person, unit, role="Clinical Champion", influence=4, stance="champion", by=cast.admin.actor, at=now())
    lead = leads.capture({"name": "Ray Sun", "state": "FL", "facts": {"it_budget_usd": 2_000_000}}, by=cast.admin.actor, at=now(), account=unit, owner=cast.inside)
    seen = door(cast.admin).get(f"/leads/{lead.id}/qualification/")
    assert "IT budget 2,000,000" in text(seen)
    assert "HIPAA status Compliant" in text(seen)
    kept = door(cast.inside).get(f"/leads/{lead.id}/qualification/")
    assert "2,000,000" not in text(kept)
    assert "HIPAA status Compliant" in text(kept)
    assert "Not shown to your role" in text(kept)


@pytest.mark.req("QUAL-15", "PLUS-21")
def test_the_matrix_opens_every_figure_and_prints_the_pass_rate(cast, door, lead_of):
    first, second = lead_of(cast.owner, name="One"), lead_of(cast.owner, name="Two")
    fill(first, cast.owner.actor)
    Lead.objects.filter(pk=second.pk).update(band="hot")
    page = door(cast.owner).get("/leads/matrix/")
    assert page.context["finding"] == "1 hot lead is not qualified, 1 qualified one is cold"
    cell = next(cell for row in page.context["rows"] for cell in row["cells"] if cell["value"] and cell["on"])
    assert [lead.name for lead in door(cast.owner).get(cell["href"]).context["rows"]] == ["Two"]
    rates = {rate.reading: (rate.passed, rate.of) for rate in page.context["rates"]}
    assert rates == {"default": (1, 1), "strict": (1, 1)}
    assert "30 %" in text(page).replace("\u2009", " ").replace("\u202f", " ")
    assert door(cast.colleague).get("/leads/matrix/").context["total"] == 0


@pytest.mark.req("AUTO-18")
def test_the_journey_names_seven_hops_with_their_time(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner)
    fill(lead, cast.owner.actor)
    qualifying.qualify(lead, by=cast.owner.actor, at=now())
    page = client.get(f"/leads/{lead.id}/journey/")
    hops = [one["hop"] for one in page.context["hops"]]
    assert [hop.title for hop in hops] == ["Lead generation", "Lead scoring", "Routing", "CRM", "Sales process", "Analytics", "Optimisation"]
    assert all(hop.at for hop in hops[:4])
    assert hops[3].lines[-1].says == "New → Qualified"
    assert hops[6].at is None, "no playbook changed since it came"
    assert door(cast.colleague).get(f"/leads/{lead.id}/journey/").status_code == 404


def test_pages_ask_as_often_for_three_as_for_one(cast, door, lead_of, django_assert_max_num_queries, see_all):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(url):
        with CaptureQueriesContext(connection, ) as found:
            assert door(cast.owner).get(url).status_code == 200
        see_all()
        return len(found)

    lead = lead_of(cast.owner, organization="Clinic 0")
    urls = [f"/leads/{lead.id}/qualification/", f"/leads/{lead.id}/journey/", "/leads/matrix/", "/opportunities/?f="]

    def more(n):
        other = lead_of(cast.owner, name=f"Lead {n}", organization=f"Clinic {n}")
        for each in (lead, other):
            for item in active().playbook.qualification.dimensions[n % 7].indicators[:n]:
                qualifying.answer(each, item.item, "yes", by=cast.owner.actor, at=now())
            LeadActivity.objects.create(lead=each, kind="call", direction="out", happened_at=now(), at=now())
        qualifying.override(other, reason="A test", by=cast.manager.actor, at=now())
        from rounds.actions.leads import converting

        converting.convert(other, by=cast.owner.actor, at=now())

    more(1)
    one = [asked(url) for url in urls]
    more(2)
    more(3)
    assert [asked(url) for url in urls] == one
