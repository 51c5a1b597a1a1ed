"""A video is shared from its task in two clicks; what the customer opens counts people, and machines apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from rounds.actions.enablement import assets, offering, sharing
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AssetDelivery, AssetView, LeadActivity, Task
from rounds.models.flow.days import house_today

pytestmark = pytest.mark.req("COMM-12")
BROWSER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"}


@pytest.fixture
def video(cast):
    row = assets.add("Hello from us", kind="video", purpose="executive_follow_up", link="https://videos.example/watch", by=cast.marketing.actor, at=now())
    assets.approve(row.versions.get(), by=cast.manager.actor, at=now())
    return row


@pytest.fixture
def lead(cast, lead_of):
    return lead_of(cast.owner, name="Rosa Vale", email="rosa@newfound.example", organization="Newfound Hospital")


def link_in(answer) -> str:
    html = answer.content.decode()
    return "/v/" + html.split("/v/")[1].split('"')[0]


def test_two_clicks_from_the_task_to_the_link_and_the_task_is_done(door, cast, lead, video, see_all):
    see_all()
    task, _ = offering.ask_for("executive_follow_up", offering.Towards(lead=lead), key="x", by=cast.owner.actor, at=now())
    client = door(cast.owner)
    assert f"/assets/sharing/?task={task.pk}" in client.get(f"/tasks/{task.pk}/").content.decode()
    html = client.get("/assets/sharing/", {"task": task.pk}).content.decode()
    assert "Executive meeting follow-up" in html
    assert html.index(str(video.pk)) < html.index("checked"), "the one that fits is chosen already"
    answer = client.post("/assets/sharing/", {"task": task.pk, "asset": video.pk})
    assert answer.status_code == 200
    assert link_in(answer).startswith("/v/")
    see_all()
    assert Task.objects.get(pk=task.pk).outcome == "Shared “Hello from us”"
    again = client.post("/assets/sharing/", {"task": task.pk, "asset": video.pk})
    assert (again.status_code, "closed already" in again.content.decode()) == (422, True)
    assert client.post("/assets/sharing/", {"lead": lead.pk}).status_code == 422, "no video was chosen"
    assert client.get("/assets/sharing/").status_code == 404
    assert door(cast.colleague).get("/assets/sharing/", {"task": task.pk}).status_code == 404


def test_what_the_customer_opens_counts_whoever_presses_the_button(door, cast, lead, video, see_all):
    client = door(cast.owner)
    path = link_in(client.post("/assets/sharing/", {"lead": lead.pk, "asset": video.pk}))
    see_all()
    row = AssetDelivery.objects.get()
    row.links.update(at=now() - timedelta(hours=1))
    outside = Client(enforce_csrf_checks=True)
    cover = outside.get(path, headers=BROWSER)
    assert cover.status_code == 200
    assert f"{cast.owner.name} shares this video with" in cover.content.decode()
    assert "videos.example/watch" not in cover.content.decode(), "where it lies is said to whoever presses the button"
    on = outside.post(path, headers=BROWSER)
    assert (on.status_code, on["Referrer-Policy"], 'content="0;url=https://videos.example/watch"' in on.content.decode()) == (200, "no-referrer", True)
    for way, agent in (("head", BROWSER), ("get", {"User-Agent": "Barracuda Sentinel"})):
        getattr(Client(REMOTE_ADDR="203.0.113.9"), way)(path, headers=agent)
    see_all()
    assert AssetView.objects.count() == 4
    assert sharing.settle(by=SYSTEM_ACTOR, at=now() + timedelta(minutes=1)) == 1
    row.refresh_from_db()
    assert (row.views, row.scans) == (1, 2)
    assert LeadActivity.objects.get(kind="video_view").lead_id == lead.pk
    for url in (f"/leads/{lead.pk}/", f"/assets/{video.pk}/", "/assets/"):
        assert "watched 1 time" in client.get(url).content.decode(), url


def test_a_link_is_ended_and_says_so(door, cast, lead, video, see_all):
    client = door(cast.owner)
    first = link_in(client.post("/assets/sharing/", {"lead": lead.pk, "asset": video.pk}))
    see_all()
    one = f"/assets/deliveries/{AssetDelivery.objects.get().pk}/links/"
    second = link_in(client.post(one))
    assert [Client().get(path).status_code for path in (first, second)] == [200, 200], "those made before go on"
    assert door(cast.colleague).post(f"{one}ending/").status_code == 404
    assert client.post(f"{one}ending/").status_code == 302
    for path in (first, second, "/v/made-up/"):
        answer = Client().get(path)
        assert (answer.status_code, "leads nowhere any more" in answer.content.decode()) == (410, True)


def test_a_recording_is_watched_on_its_page_before_it_is_approved(door, cast, see_all):
    from rounds.actions.trust import agreements

    see_all()
    party = agreements.add("Zoom", "vendor", touches_phi=True, by=cast.admin.actor, at=now())
    agreements.sign(agreements.draft(party, "2026-1", by=cast.admin.actor, at=now(), effective_on=house_today()), house_today(), by=cast.admin.actor, at=now())
    client = door(cast.marketing)
    said = {"name": "The demo of May", "kind": "video", "purpose": "demo_recording", "link": "https://videos.example/demo"}
    assert client.post("/assets/", said).status_code == 422, "where it lies is not said"
    url = client.post("/assets/", said | {"platform": "zoom"})["Location"]
    html = client.get(url).content.decode()
    assert ("To be watched" in html, "Zoom for Healthcare" in html) == (True, True)
    assert client.post(f"{url}versions/1/clearing/", {"seen": "Ours alone"}).status_code == 422, "nobody said that no patient data is shown"
    assert client.post(f"{url}versions/1/clearing/", {"seen": "Ours alone", "no_patient_data": "1"}).status_code == 302
    assert "seen and agreed: Ours alone" in client.get(url).content.decode()
    assert door(cast.manager).post(f"{url}versions/1/approval/", {}).status_code == 302
    assert door(cast.owner).post(f"{url}versions/1/clearing/", {}).status_code == 403
    assert client.post(f"{url}versions/9/clearing/", {}).status_code == 404
