"""A new automation from the browser: into the draft, read in words, tried, published; what is wrong is said at its field."""

from __future__ import annotations

import pytest

from rounds.actions.flow import drafts
from rounds.kit.clock import now
from rounds.models import Event, PlaybookDraft, Task
from rounds.models.flow.active import active

pytestmark = pytest.mark.django_db
SAID = {
    "title": "Large hospitals are called", "group": "Leads", "when": "change", "change": "lead.band", "to": "warm, hot", "c-0-ask": "beds",
    "c-0-test": "at_least", "c-0-value": "500", "c-1-ask": "lead.status", "c-1-test": "is_not", "c-1-value": "Converted", "d-0-do": "task.create",
    "d-0-title": "A call", "d-0-said-title": "Call them", "d-0-said-to": "anybody", "d-0-said-due-hours": "4", "d-1-do": "notify.people", "d-1-title": "Word",
    "d-1-said-to": "manager, owner", "d-1-said-title": "A large hospital", "d-1-delay": "24",
}  # fmt: skip
CODE = "large_hospitals_are_called"
PLACE = f"/automations/drafted/{CODE}/"


def said(**more: str) -> dict[str, str]:
    return {name: value for name, value in (SAID | more).items() if value is not None}


@pytest.mark.req("AUTO-01")
def test_a_form_becomes_a_file_of_the_draft_and_is_read_back_in_words(cast, door):
    client = door(cast.revops)
    assert client.post("/automations/new/", said()).url == PLACE
    draft = PlaybookDraft.objects.get(by_id=cast.revops.id)
    text = draft.files[f"automations/{CODE}.yaml"]
    assert "when: {change: lead.band, to: [warm, hot]}" in text
    assert "if: {all: [{ask: beds, at_least: 500}, {ask: lead.status, is_not: Converted}]}" in text
    assert "said: {title: Call them, to: anybody, due: {hours: 4}}" in text
    assert "delay: {hours: 24}" in text
    shown = client.get(PLACE).content.decode()
    assert "When a lead&#x27;s band changes to warm or hot, if" in shown
    assert "Word, after 24 hours" in shown
    assert "It would have run 0 times in the last 30 days" in shown
    assert CODE in client.get("/automations/").content.decode()
    assert CODE not in active().playbook.automations
    with pytest.raises(drafts.DraftRefused, match="already"):
        drafts.add(draft, f"automations/{CODE}.yaml", text, at=now())


@pytest.mark.req("AUTO-01")
@pytest.mark.parametrize(
    ("when", "text"),
    [
        ({"when": "event", "event": "lead.captured"}, "when: {event: lead.captured}"),
        ({"when": "score", "score": "lead.score", "way": "reaches", "figure": "80"}, "when: {score: lead.score, reaches: 80}"),
        ({"when": "time_in", "time_in": "lead.status", "is": "New", "span": "24", "unit": "hours"}, "when: {time_in: lead.status, is: [New], for: {hours: 24}}"),
        ({"when": "every", "every": "week", "on": "monday", "at": "07:00", "each": "lead", "c-0-ask": "", "c-1-ask": ""},
         "when: {every: week, at: '07:00', 'on': monday, each: lead}"),
    ],
)  # fmt: skip
def test_each_way_to_start_is_written_and_holds(cast, door, when, text):
    client = door(cast.revops)
    assert client.post("/automations/new/", said(**when)).status_code == 302
    draft = PlaybookDraft.objects.get(by_id=cast.revops.id)
    assert text in draft.files[f"automations/{CODE}.yaml"]
    _, found = drafts.findings(draft)
    assert [str(one) for one in found if one.severity == "error"] == []
    assert client.get(PLACE).status_code == 200


@pytest.mark.req("AUTO-01")
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"title": "  "}, "Give it a title"), ({"title": "Runs"}, "a word of Rounds"), ({"title": "Lead captured"}, "already"),
        ({"when": "event", "event": ""}, "Choose what happens"), ({"c-0-value": ""}, "compared with"), ({"c-0-value": "many"}, "Write a number, not “many”"),
        ({"d-0-do": "", "d-1-do": ""}, "at least one deed"), ({"d-0-said-title": ""}, "Title is needed"), ({"d-0-do": "fly.away"}, "deed of the list"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_kept(cast, door, more, sentence):
    answer = door(cast.revops).post("/automations/new/", said(**more))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not any(draft.files for draft in PlaybookDraft.objects.all())


@pytest.mark.req("AUTO-01")
def test_the_form_is_drawn_anew_with_the_fields_a_choice_asks_for(cast, door):
    client = door(cast.revops, htmx=True)
    drawn = client.post("/automations/new/", {"draw": "1", "when": "score", "d-0-do": "webhook.call", "more": "c", "title": "Kept"}).content.decode()
    assert "<html" not in drawn
    assert 'name="figure"' in drawn
    assert 'name="d-0-said-hook"' in drawn
    assert 'name="c-1-ask"' in drawn
    assert 'value="Kept"' in drawn
    assert 'name="c-1-ask"' not in client.post("/automations/new/", {"draw": "1", "c-0-ask": "", "c-1-ask": "", "less": "c-1"}).content.decode()
    assert not PlaybookDraft.objects.exists()


@pytest.mark.req("AUTO-01")
def test_as_text_with_its_findings_mended_on_the_spot_and_taken_out_again(cast, door):
    client = door(cast.revops)
    text = "automation: own_one\ntitle: Own\nadded: true\nenabled: true\nwhen: {event: lead.capturd}\nthen:\n  - {do: lead.rescore, title: Score}\n"
    assert client.post("/automations/new/?as=text", {"as": "text", "text": "then: ["}).status_code == 422
    assert client.post("/automations/new/?as=text", {"as": "text", "text": text}).status_code == 302
    shown = client.get("/automations/drafted/own_one/").content.decode()
    assert "Did you mean lead.captured?" in shown
    assert "It does not hold together yet" in shown
    assert client.post("/automations/drafted/own_one/trial/", {"on": "x"}).status_code == 422
    refused = client.post("/automations/drafted/own_one/", {"text": "title: ["})
    assert refused.status_code == 422
    assert "title: [" in refused.content.decode()
    assert client.post("/automations/drafted/own_one/", {"text": text.replace("capturd", "captured")}).status_code == 302
    assert "When a lead is captured:" in client.get("/automations/drafted/own_one/").content.decode()
    assert client.post("/automations/drafted/own_one/removal/").status_code == 302
    assert client.get("/automations/drafted/own_one/").status_code == 404


@pytest.mark.req("AUTO-01")
def test_it_is_tried_before_it_is_published_and_runs_only_after(cast, lead_of, door, see_all):
    lead = lead_of(cast.owner)
    client = door(cast.revops)
    client.post("/automations/new/", said(**{"when": "event", "event": "lead.changed", "c-0-ask": "", "c-1-ask": ""}))
    before = Event.objects.count()
    shown = client.post(f"{PLACE}trial/", {"on": lead.name}).content.decode()
    assert f"Tried on {lead.name}" in shown
    assert "a task" in shown
    see_all()
    assert Event.objects.count() == before
    assert not Task.objects.filter(automation=CODE).exists()
    draft = PlaybookDraft.objects.get(by_id=cast.revops.id)
    drafts.publish(draft, reason="Tried", by=cast.revops.actor, at=now())
    assert CODE in active().playbook.automations
    assert client.get(f"/automations/{CODE}/").status_code == 200


@pytest.mark.req("AUTO-01")
def test_who_may_not_draft_begins_none_and_another_does_not_see_mine(cast, door):
    assert door(cast.owner).get("/automations/new/").status_code == 403
    assert door(cast.owner).post("/automations/new/", said()).status_code == 403
    door(cast.revops).post("/automations/new/", said())
    assert door(cast.manager).get(PLACE).status_code == 404
    assert door(cast.manager).post(f"{PLACE}trial/", {"on": "x"}).status_code == 403
