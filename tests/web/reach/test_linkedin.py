"""LinkedIn plays are texts to copy and tasks to do; a call is logged in three taps, with the script beside it."""

from __future__ import annotations

import pytest

from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import LeadActivity, Task


@pytest.fixture
def lead(cast, lead_of):
    return lead_of(cast.owner, email="rosa@newfound.example", organization="Newfound Hospital")


@pytest.mark.req("COMM-10")
def test_a_play_is_copied_made_a_task_and_said_to_be_done(door, cast, lead, see_all):
    client = door(cast.owner)
    html = client.get("/linkedin/", {"lead": lead.id}).content.decode()
    assert html.count("data-copies") == 12
    assert "Rosa, thank you for connecting" in html
    assert "Not known yet: account.name" in html or "I work with teams like" in html
    assert client.post("/linkedin/", {"lead": lead.id, "play": "request", "deed": "task"}).status_code == 302
    see_all()
    task = Task.objects.get(key=f"linkedin:{lead.id}:request")
    assert (task.owner, task.lead_id) == (cast.owner, lead.id)
    assert task.note.startswith("Rosa, I work with teams like")
    for _ in range(2):
        assert client.post("/linkedin/", {"lead": lead.id, "play": "request", "deed": "did", "once": "x"}).status_code == 302
    see_all()
    assert LeadActivity.objects.filter(lead=lead, kind="linkedin_message", direction="out").count() == 1
    task.refresh_from_db()
    assert task.done_at
    assert client.post("/linkedin/", {"lead": lead.id, "play": "click_for_me", "deed": "task"}).status_code == 422
    assert door(cast.colleague).get("/linkedin/", {"lead": lead.id}).status_code == 404


@pytest.mark.req("COMM-13", "PLUS-32")
def test_a_call_with_a_contact_is_logged_in_three_taps_with_the_script_beside(door, cast, see_all):
    account = accounts.add(name="Harbour Health", state="NY", owner=cast.owner, by=cast.owner.actor, at=now())
    person = contacts.add(account, name="Bo Fox", title="CIO", by=cast.owner.actor, at=now())
    client = door(cast.owner)
    html = client.get("/log/", {"contact": person.id}).content.decode()
    assert "What hurts today?" in html
    answer = client.post("/log/", {"contact": person.id, "kind": "call", "outcome": "Follow up", "once": "x"})
    assert answer["Location"] == f"/contacts/{person.id}/"
    see_all()
    act = LeadActivity.objects.get()
    assert (act.kind, act.contact_id, act.account_id, act.subject) == ("call", person.id, account.id, "Call: follow up")
    assert Task.objects.get(contact=person).title == "Follow up on the call"
