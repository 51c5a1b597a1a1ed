"""Links of letters: a gateway that follows every one changes nothing, a person's click is interest, once a day."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import playbooks
from rounds.actions.reach import enrolling, following, stepping
from rounds.actions.reach.links import LinkUnknown
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Consent, Delivery, Enrolment, Event, Lead, LeadActivity, Message, MessageHit
from rounds.models.flow.active import active
from rounds.rules.engagement import Asked

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
TEXT = """added: true
template: outreach_introduction
title: Two links
channel: email
variants:
  - variant: a
    share: 100
    subject: A study and how we keep data
    text: "Hello {{contact.first_name}},\\n\\nhttps://northwind.example/study and https://northwind.example/security."
"""
STUDY, SECURITY = "https://northwind.example/study", "https://northwind.example/security"


@pytest.fixture
def send(cast, person):
    """Send a letter with two links: what was given to the outbox. `opens`: with a picture."""

    def sent(opens=False):
        files = dict(active().playbook.files) | {"templates/outreach_introduction.yaml": TEXT}
        if opens:
            files["reach/rules.yaml"] = files["reach/rules.yaml"].replace("opens: false", "opens: true")
        playbooks.publish(files, reason="Two links", by=cast.admin.actor, at=now())
        enrolling.enrol("initial_outreach", person(), sender=cast.owner, by=cast.owner.actor, at=AT)
        stepping.take(stepping.due(AT)[0], by=SYSTEM_ACTOR, at=AT)
        return json.loads(Delivery.objects.get(about="mail.sequence").content)["letter"]

    return sent


def path(url: str) -> str:
    """The address of one of our links, without whose it is."""
    return "/" + url.split("/", 3)[3]


def standing() -> tuple:
    with sight(EVERYTHING):
        lead = Lead.objects.get()
        acts = LeadActivity.objects.filter(machine="").count()
        return lead.score_total, lead.status, Enrolment.objects.get().state, acts, Consent.objects.count()


def later(**said) -> int:
    with sight(EVERYTHING):
        return following.settle(by=SYSTEM_ACTOR, at=now() + timedelta(**said))


@pytest.mark.req("COMM-07", "LEAD-30", "PLUS-31")
@pytest.mark.parametrize("ways", [("head", "get"), ("get", "get"), ("get", "head")])
def test_a_scanner_that_follows_everything_changes_nothing(send, ways):
    letter = send()
    before = standing()
    for way in ways:
        for url in (*letter["links"].values(), letter["unsubscribe"]):
            assert getattr(Client(), way)(path(url), headers={"User-Agent": BROWSER}).status_code in (200, 302)
    assert later(hours=1) == 0
    with sight(EVERYTHING):
        assert MessageHit.objects.count() == 4, "each visit is kept"
        assert not MessageHit.objects.filter(machine="").exists(), "and says why it was no person's"
        assert not Event.objects.filter(kind="mail.followed").exists()
    assert standing() == before


@pytest.mark.req("COMM-07", "LEAD-30")
def test_a_person_is_led_on_at_once_and_counted_when_no_scanner_came_after(send):
    letter = send()
    before = standing()
    answer = Client().get(path(letter["links"][STUDY]), headers={"User-Agent": BROWSER})
    assert (answer.status_code, answer["Location"], answer["Referrer-Policy"]) == (302, STUDY, "no-referrer")
    assert not answer.cookies
    assert later(seconds=1) == 0, "not before a scanner would have followed the other link"
    Client().get(path(letter["links"][STUDY]), headers={"User-Agent": BROWSER})
    assert later(minutes=1) == 2
    assert later(minutes=2) == 0
    with sight(EVERYTHING):
        act = LeadActivity.objects.get()
        assert (act.kind, act.machine) == ("email_click", "")
        assert Event.objects.filter(kind="mail.followed").count() == 2
    assert standing()[0] > before[0], "interest is scored"


@pytest.mark.req("COMM-07")
def test_what_a_machine_says_of_itself_is_believed(send):
    letter = send()
    for agent in ("", "Barracuda Sentinel", "curl/8.5"):
        Client().get(path(letter["links"][STUDY]), headers={"User-Agent": agent})
    with sight(EVERYTHING):
        assert set(MessageHit.objects.values_list("machine", flat=True)) == {"names no browser", "calls itself barracuda", "calls itself curl"}
    assert later(hours=1) == 0


@pytest.mark.req("COMM-15")
def test_no_picture_is_sent_unless_it_is_wanted(send):
    letter = send()
    assert letter["picture"] == ""


@pytest.mark.req("COMM-07", "COMM-15")
def test_an_opening_is_kept_apart_and_the_picture_looks_the_same_for_anybody(send):
    letter = send(opens=True)
    answer = Client().get(path(letter["picture"]), headers={"User-Agent": BROWSER})
    assert answer["Content-Type"] == "image/gif"
    assert Client().get("/o/of-nobody/").content == answer.content
    assert later(minutes=1) == 1
    with sight(EVERYTHING):
        assert LeadActivity.objects.get().kind == "email_open"


@pytest.mark.req("COMM-07")
def test_a_link_of_nobody_leads_nowhere_and_the_way_out_is_no_link(send):
    letter = send()
    assert Client().get("/r/not-one-of-ours/").status_code == 404
    assert Client().get(path(letter["unsubscribe"]).replace("/u/", "/r/")).status_code == 404
    with sight(EVERYTHING), pytest.raises(LinkUnknown):
        following.follow("", Asked(), at=now())


@pytest.mark.req("COMM-07")
def test_whoever_asks_without_end_fills_nothing(send, monkeypatch):
    letter = send()
    monkeypatch.setattr(following, "MOST", 3)
    for _ in range(6):
        assert Client().get(path(letter["links"][STUDY]), headers={"User-Agent": BROWSER}).status_code == 302
    with sight(EVERYTHING):
        assert MessageHit.objects.filter(message=Message.objects.get()).count() == 3
