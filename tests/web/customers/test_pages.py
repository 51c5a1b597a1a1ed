"""The pages of customers: what stands there, what a press of a button does, how many queries it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.customers import customers, implementations, readings, surveys
from rounds.actions.deals import opportunities
from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import (
    Customer,
    Implementation,
    Opportunity,
    ProjectStep,
    SuccessReading,
    SurveyAnswer,
    SurveyInvitation,
)
from rounds.models.flow.days import house_today


@pytest.fixture
def bought(cast):
    """`bought(name)`: a customer of the owner with a project and somebody to ask."""

    def make(name="Harbour East"):
        by, at = cast.owner.actor, now()
        account = accounts.add(name=name, level="hospital", state="NY", by=cast.admin.actor, at=at)
        account = accounts.assign(account, cast.owner, by=cast.admin.actor, at=at)
        customer = customers.bring_in(account, since=house_today() - timedelta(days=90), months=12, arr_cents=4_200_000, owner=cast.owner, by=by, at=at)
        customer.project = implementations.begin(customer, f"{name} goes live", signed_on=house_today() - timedelta(days=90), by=by, at=at)
        contacts.add(account, name="Bo Fox", title="CIO", email=f"bo@{account.id.hex[:6]}.example", by=by, at=at)
        return customer

    return make


@pytest.mark.req("IMPL-03", "UI-01")
def test_a_reading_by_form_turns_green_and_counts_health(cast, bought, door, see_all):
    customer = bought()
    client, url = door(cast.owner), f"/customers/{customer.pk}/"
    assert "Nobody has read it yet" in client.get(url).content.decode()
    said = {"metric": "user_adoption", "active_users": "81", "licensed_users": "100", "as_of": house_today().isoformat(), "evidence": "Usage report"}
    assert client.post(url + "readings/", said).status_code == 302
    page = client.get(url).content.decode()
    assert "81 %" in page
    assert 'class="rag-green"' in page
    assert client.post(url + "readings/", {**said, "active_users": "x"}).status_code == 422
    assert client.post(url + "readings/", {**said, "evidence": "Patient John Smith, MRN 00123456, DOB 03/04/1961"}).status_code == 422
    see_all()
    assert SuccessReading.objects.count() == 1
    assert Customer.objects.get().health is not None


@pytest.mark.req("ACCT-20")
def test_the_account_shows_how_its_customer_is(cast, bought, door):
    customer = bought()
    readings.keep(customer, "uptime", as_of=house_today(), parts={"period_minutes": 43200, "downtime_minutes": 216, "maintenance_minutes": 0},
                  evidence="Monitoring", by=cast.owner.actor, at=now())  # fmt: skip
    page = door(cast.owner).get(f"/accounts/{customer.account_id}/").content.decode()
    assert f'href="/customers/{customer.pk}/"' in page
    assert "99.5 %" in page
    assert 'class="rag-amber"' in page


@pytest.mark.req("IMPL-02")
def test_the_plan_is_a_table_with_its_picture(cast, bought, door):
    customer = bought()
    page = door(cast.owner).get(f"/implementations/{customer.project.pk}/").content.decode()
    assert page.count('class="g-row"') == 19 + 4, "a bar for each step and phase"
    assert 'aria-label="End-user training: ' in page
    assert page.count("<tr class=\"g-") == 23
    assert "style=" not in page


@pytest.mark.req("IMPL-02")
def test_a_project_that_is_live_says_so_first(cast, bought, door, see_all):
    project = bought().project
    Implementation.objects.filter(pk=project.pk).update(live_on=house_today())
    client, url = door(cast.owner), f"/implementations/{project.pk}/"
    assert "overdue</h1>" in client.get(url).content.decode()
    ProjectStep.objects.filter(implementation=project).update(done_on=house_today())
    assert f"Live since {house_today():%-d %b %Y}</h1>" in client.get(url).content.decode()


@pytest.mark.req("IMPL-02")
def test_a_step_is_done_and_moved_by_form(cast, bought, door, see_all):
    customer = bought()
    client, url = door(cast.owner), f"/implementations/{customer.project.pk}/"
    assert client.post(url + "steps/project_team/done/", {"on": house_today().isoformat(), "note": "Met"}).status_code == 302
    step = client.get(url).context["plan"]["groups"][1]["rows"][0].step
    later = (step.ends_on + timedelta(days=5)).isoformat()
    assert client.post(url + f"steps/{step.code}/days/", {"starts_on": step.starts_on.isoformat(), "ends_on": later, "reason": ""}).status_code == 422
    assert client.post(url + f"steps/{step.code}/days/", {"starts_on": step.starts_on.isoformat(), "ends_on": later, "reason": "Fewer hands"}).status_code == 302
    assert "Fewer hands" in client.get(url).content.decode()
    assert client.post(url + "steps/nowhere/done/", {"on": house_today().isoformat()}).status_code == 404
    see_all()
    assert ProjectStep.objects.get(implementation=customer.project, code="project_team").done_on == house_today()


def test_a_colleague_elsewhere_finds_no_customer_and_a_reader_changes_nothing(cast, bought, door):
    customer = bought()
    for path in (f"/customers/{customer.pk}/", f"/implementations/{customer.project.pk}/"):
        assert door(cast.colleague).get(path).status_code == 404
        assert door(cast.executive).get(path).status_code == 200
    assert door(cast.executive).post(f"/customers/{customer.pk}/health/").status_code == 403
    assert "Reading" not in door(cast.executive).get(f"/customers/{customer.pk}/").content.decode().split("<h2>")[0]


@pytest.mark.req("IMPL-10")
def test_the_page_of_a_survey_changes_nothing_until_its_button_is_pressed(cast, bought, door, see_all):
    customer = bought()
    surveys.send(customer, "nps", customer.account.contacts.all(), by=cast.owner.actor, at=now())
    url = surveys.path_of(SurveyInvitation.objects.get())
    nobody = door(None)
    for _ in range(2):
        assert "How likely are you to recommend" in nobody.get(url).content.decode()
        assert nobody.head(url).status_code == 200
    see_all()
    assert not SurveyAnswer.objects.exists()
    assert nobody.post(url, {"score": "eleven"}).status_code == 422
    assert "Thank you" in nobody.post(url, {"score": "9", "said": "Quick"}).content.decode()
    assert nobody.get(url).status_code == 410
    assert nobody.get("/s/nothing.like-that/").status_code == 404
    see_all()
    assert SurveyAnswer.objects.get().score == 9
    page = door(cast.owner).get(f"/customers/{customer.pk}/").content.decode()
    assert "Quick" not in page, "one answer is shown to nobody"


def test_as_many_queries_for_three_as_for_one(cast, bought, door, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = door(cast.owner), []
    for name in ("Alder", "Birch", "Cedar"):
        customer = bought(name)
        client.get("/customers/")
        with CaptureQueriesContext(connection, ) as asked:
            client.get("/customers/")
        with CaptureQueriesContext(connection) as shown:
            client.get(f"/customers/{customer.pk}/")
        counts.append((len(asked), len(shown)))
    assert counts[0] == counts[1] == counts[2], counts


@pytest.mark.req("IMPL-01")
def test_the_page_of_a_won_deal_leads_to_its_project(cast, door):
    by, at = cast.owner.actor, now()
    account = accounts.add(name="Harbour East", level="hospital", state="NY", owner=cast.owner, by=by, at=at)
    deal = opportunities.open_deal(account, "Stroke triage", owner=cast.owner, by=by, at=at)
    assert "Steps done" not in door(cast.owner).get(f"/opportunities/{deal.pk}/").content.decode()
    Opportunity.objects.filter(pk=deal.pk).update(closed_at=at)
    project = implementations.open_for(Opportunity.objects.get(pk=deal.pk), signed_on=house_today(), by=by, at=at)
    page = door(cast.owner).get(f"/opportunities/{deal.pk}/").content.decode()
    assert f'href="/implementations/{project.pk}/"' in page
    assert "0 / 19" in page
