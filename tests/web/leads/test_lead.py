"""One lead's page: the score and its why, questions answered in place, ticks, sandbox, status, owner, timeline."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.leads import activities
from rounds.kit.clock import now
from rounds.models import Answer, AuditEntry, Lead, LeadActivity, ScoreRecord
from tests.web.leads.test_list import text


@pytest.mark.req("LEAD-01", "LEAD-21", "X-1", "PLUS-01", "CQS-01")
def test_the_page_shows_both_scores_and_every_criterion_with_its_source(cast, door, lead_of):
    lead = lead_of(cast.owner)
    page = door(cast.owner).get(f"/leads/{lead.id}/")
    said = text(page)
    assert page.context["score"].total == lead.score_total
    assert sum(c["points"] for c in page.context["why"]) == lead.score_total
    assert sum(len(c["lines"]) for c in page.context["why"]) == 14
    assert [c["max"] for c in page.context["why"]] == [30, 25, 20, 15, 10]
    assert "Quick score (003)" in said
    assert page.context["quick"].total == lead.quick_total
    assert "by playbook v1" in said
    answered = next(line for c in page.context["why"] for line in c["lines"] if line["source"] == cast.owner.name)
    assert answered["points"] is not None


@pytest.mark.req("LEAD-22", "PLUS-03")
def test_what_is_missing_is_said_with_what_it_could_bring(cast, door, lead_of):
    lead = lead_of(cast.owner)
    page = door(cast.owner).get(f"/leads/{lead.id}/")
    gains = [q["gain"] for q in page.context["best"]]
    assert len(gains) == 3
    assert gains == sorted(gains, reverse=True)
    assert page.context["best"][0]["criterion"] == "budget_allocation"
    assert gains[0] == 12
    missing = [line for c in page.context["why"] for line in c["lines"] if line["points"] is None]
    assert len(missing) == len(page.context["score"].missing)
    assert all(line["gain"] > 0 for line in missing)


@pytest.mark.req("PLUS-03", "PLUS-02")
def test_an_answer_is_tried_without_writing_then_saved_then_taken_back(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner, htmx=True)
    records = ScoreRecord.objects.count()
    asked = {"criterion": "budget_allocation", "level": "high"}
    tried = client.get(f"/leads/{lead.id}/answers/preview/", asked)
    assert f"Makes {lead.score_total + 12}" in text(tried)
    assert Answer.objects.filter(lead=lead, criterion="budget_allocation").count() == 0
    assert ScoreRecord.objects.count() == records
    saved = client.post(f"/leads/{lead.id}/answers/", asked)
    assert saved.headers["HX-Trigger"] == "scored"
    assert f"{lead.score_total} → {lead.score_total + 12}" in text(saved)
    assert Lead.objects.get(pk=lead.pk).score_total == lead.score_total + 12
    row = Answer.objects.get(lead=lead, criterion="budget_allocation")
    client.post(f"/leads/{lead.id}/answers/{row.id}/undoing/")
    assert Lead.objects.get(pk=lead.pk).score_total == lead.score_total


@pytest.mark.req("PLUS-03")
def test_an_unknown_level_is_refused_and_nothing_is_written(cast, door, lead_of):
    lead, before = lead_of(cast.owner), Answer.objects.count()
    for path in ("answers/", "answers/preview/"):
        said = {"criterion": "budget_allocation", "level": "enormous"}
        client = door(cast.owner, htmx=True)
        refused = client.post(f"/leads/{lead.id}/{path}", said) if path == "answers/" else client.get(
            f"/leads/{lead.id}/{path}", said)
        assert refused.status_code == 422
        assert "takes one of" in text(refused)
    assert Answer.objects.count() == before


@pytest.mark.req("LEAD-23")
def test_the_sandbox_shows_another_result_and_writes_nothing(cast, door, lead_of):
    lead, records = lead_of(cast.owner), ScoreRecord.objects.count()
    page = door(cast.owner, htmx=True).get(f"/leads/{lead.id}/what-if/", {"innovation": "leader", "organization_size": ""})
    assert page.context["changed"] == 2
    assert page.context["then"].total == lead.score_total + 2 - 15
    assert "organization_size" in page.context["then"].missing
    assert ScoreRecord.objects.count() == records
    assert Lead.objects.get(pk=lead.pk).score_total == lead.score_total


@pytest.mark.req("LEAD-21")
def test_the_history_says_why_the_score_moved(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner)
    client.post(f"/leads/{lead.id}/answers/", {"criterion": "budget_allocation", "level": "high"})
    page = client.get(f"/leads/{lead.id}/")
    newest = page.context["history"]["moves"][0]
    assert newest["move"].cause == "answer: budget allocation"
    assert newest["because"] == [("budget", 12)]
    assert newest["move"].by == cast.owner.name
    assert newest["move"].playbook == 1
    assert page.context["history_data"]["points"][-1]["score"] == lead.score_total + 12


@pytest.mark.req("LEAD-19")
def test_ticks_that_speak_for_another_band_are_flagged(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner, htmx=True)
    assert lead.band == "cold"
    page = client.get(f"/leads/{lead.id}/")
    shown = next(b for b in page.context["ticks"]["bands"] if b["band"] == "cold")
    assert [i["title"] for i in shown["items"]] == [
        "Basic interest shown", "Limited stakeholder access", "Budget unconfirmed", "Early-stage evaluation"]
    for item in ("immediate_need", "full_access"):
        answer = client.post(f"/leads/{lead.id}/checklist/", {"item": item, "on": "1"})
    assert "The ticks speak for <b" in text(answer)
    assert answer.context["ticks"]["ticks_say"] == "hot"
    assert Lead.objects.get(pk=lead.pk).score_total == lead.score_total
    for item in ("immediate_need", "full_access"):
        answer = client.post(f"/leads/{lead.id}/checklist/", {"item": item})
    assert not answer.context["ticks"]["disagrees"]
    assert client.post(f"/leads/{lead.id}/checklist/", {"item": "nonsense", "on": "1"}).status_code == 422


@pytest.mark.req("UI-01")
def test_only_legal_statuses_are_offered_and_taken(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner)
    offered = lambda: [move.to for move in client.get(f"/leads/{lead.id}/").context["statuses"]]  # noqa: E731
    assert offered() == ["Disqualified", "Recycled"], "what has a gate is reached through it"
    assert client.post(f"/leads/{lead.id}/status/", {"status": "Qualified"}).status_code == 409
    assert client.post(f"/leads/{lead.id}/status/", {"status": "Converted"}).status_code == 409
    no_reason = client.post(f"/leads/{lead.id}/status/", {"status": "Disqualified"})
    assert no_reason.status_code == 422
    assert Lead.objects.get(pk=lead.pk).status == "New"
    client.post(f"/leads/{lead.id}/status/", {"status": "Disqualified", "reason": "closed its ICU"})
    assert Lead.objects.get(pk=lead.pk).status == "Disqualified"
    assert offered() == ["Recycled"]
    client.post(f"/leads/{lead.id}/status/undoing/")
    assert Lead.objects.get(pk=lead.pk).status == "New"


@pytest.mark.req("LEAD-27")
def test_the_research_says_what_is_still_to_be_found_out(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner)
    page = client.get(f"/leads/{lead.id}/")
    states = {t.title: t.state for t in page.context["topics"]}
    assert states == {"Organisation size and type": "met", "Technology stack": "met", "Competitive positioning": "met",
                      "Budget indicators": "missing"}  # fmt: skip
    assert page.context["researched"] == pytest.approx(7 / 10)


@pytest.mark.req("LEAD-13", "CQS-05", "PLUS-04")
def test_an_activity_is_logged_once_and_withdrawn_with_its_points(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner)
    said = {"kind": "demo_attendance", "subject": "Sepsis alerts", "once": "a1"}
    for _ in range(2):
        client.post(f"/leads/{lead.id}/activities/", said)
    after = Lead.objects.get(pk=lead.pk)
    assert after.quick_total == lead.quick_total + 8
    assert after.heat > 0
    act = LeadActivity.objects.get(lead=lead)
    assert "Sepsis alerts" in text(client.get(f"/leads/{lead.id}/"))
    client.post(f"/leads/{lead.id}/activities/{act.id}/withdrawal/")
    after = Lead.objects.get(pk=lead.pk)
    assert (after.quick_total, after.heat) == (lead.quick_total, 0)
    refused = client.post(f"/leads/{lead.id}/activities/", {"kind": "telepathy"})
    assert refused.status_code == 422


@pytest.mark.req("LEAD-13", "X-1")
def test_a_level_set_by_hand_needs_a_reason_and_an_end_and_can_be_undone(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner)
    until = (now() + timedelta(days=30)).date().isoformat()
    by_hand = {"set": "technology_stack=legacy"}
    assert client.post(f"/leads/{lead.id}/overrides/", by_hand | {"until": until}).status_code == 422
    assert client.post(f"/leads/{lead.id}/overrides/", by_hand | {"reason": "old version"}).status_code == 422
    past = client.post(f"/leads/{lead.id}/overrides/", by_hand | {"reason": "old version", "until": "2020-01-01"})
    assert past.status_code == 422
    client.post(f"/leads/{lead.id}/overrides/", by_hand | {"reason": "old version", "until": until})
    assert Lead.objects.get(pk=lead.pk).score_total == lead.score_total - 9
    page = client.get(f"/leads/{lead.id}/")
    line = next(x for c in page.context["why"] for x in c["lines"] if x["label"] == "Current technology stack")
    assert "old version" in line["hint"]
    assert "until" in line["hint"]
    client.post(page.context["toast"]["undo"])
    assert Lead.objects.get(pk=lead.pk).score_total == lead.score_total


@pytest.mark.req("UI-02")
def test_a_detail_is_edited_in_place_and_a_conflict_shows_both_values(cast, door, lead_of):
    lead, client = lead_of(cast.owner, phone="1"), door(cast.owner, htmx=True)
    url = f"/leads/{lead.id}/cells/phone/"
    assert 'value="1"' in text(client.get(url))
    saved = client.post(url, {"value": "2", "was": "1"})
    assert saved.status_code == 200
    assert "Phone changed" in text(saved)
    late = client.post(url, {"value": "3", "was": "1"})
    assert late.status_code == 409
    said = text(late)
    assert cast.owner.name in said
    assert "2; you typed 3" in said
    assert late.headers["HX-Retarget"] == "closest [data-edit-cell]"
    assert Lead.objects.get(pk=lead.pk).phone == "2"
    client.post(html.unescape(re.search(r"/leads/[^\"]+\?back=[^\"]+", late.content.decode()).group()))
    assert Lead.objects.get(pk=lead.pk).phone == "3"
    bad = client.post(f"/leads/{lead.id}/cells/email/", {"value": "nonsense", "was": ""})
    assert bad.status_code == 422
    assert client.post(f"/leads/{lead.id}/cells/score_total/", {"value": "99", "was": ""}).status_code == 404


@pytest.mark.req("ROUTE-07")
def test_an_unowned_lead_is_claimed_but_only_managers_give_leads_away(cast, door, lead_of):
    lead = lead_of(None)
    client = door(cast.owner)
    client.post(f"/leads/{lead.id}/owner/", {"owner": "me"})
    assert Lead.objects.get(pk=lead.pk).owner == cast.owner
    refused = client.post(f"/leads/{lead.id}/owner/", {"owner": str(cast.senior_ae.id)})
    assert refused.status_code == 403
    door(cast.manager).post(f"/leads/{lead.id}/owner/", {"owner": str(cast.senior_ae.id), "reason": "on leave"})
    assert Lead.objects.get(pk=lead.pk).owner == cast.senior_ae


@pytest.mark.req("X-1", "UI-02")
def test_reading_is_on_the_record_and_the_preview_says_why(cast, door, lead_of):
    lead, client = lead_of(cast.owner), door(cast.owner, htmx=True)
    panel = text(client.get(f"/leads/{lead.id}/preview/"))
    assert f"Why {lead.score_total}" in panel
    assert "by playbook v1" in panel
    entry = AuditEntry.objects.get(verb="lead.read", subject_id=lead.id)
    assert (entry.by_name, entry.chain) == (cast.owner.name, "read")


@pytest.mark.req("UI-02")
def test_the_page_asks_the_database_the_same_however_much_happened(cast, door, lead_of):
    client, counts = door(cast.owner), []
    lead = lead_of(cast.owner)
    for n in (1, 2):
        for k in range(n):
            activities.log("call", lead=lead, by=cast.owner.actor, at=now(), subject=f"{n}{k}")
        client.get(f"/leads/{lead.id}/")
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/leads/{lead.id}/")
        counts.append(len(caught))
    assert counts[0] == counts[1]
