"""Gateways open every link of a mail: that changes nothing. A person presses the button: that does it once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from rounds.actions.trust import action_links
from rounds.kit.clock import now
from rounds.models import ActionLink, Lead

pytestmark = pytest.mark.req("PLUS-32")
DONE: list[str] = []


@pytest.fixture(autouse=True)
def probe(monkeypatch):
    """Accepting, without what it does to a lead: who pressed is counted."""
    DONE.clear()
    action_links.known()
    held = dict(action_links.PURPOSES)
    action_links.purpose("lead.accept", "Accept this lead", model=lambda: Lead, done="The lead is yours.")(
        lambda lead, said, *, by, at: DONE.append(by.name))  # fmt: skip
    yield
    action_links.PURPOSES.clear()
    action_links.PURPOSES.update(held)


@pytest.fixture
def path(cast, lead_of):
    return action_links.issue("lead.accept", subject=lead_of(cast.owner), user=cast.owner, by=cast.admin.actor, at=now())


def counted() -> dict[str, tuple]:
    """Every row that could tell that something happened."""
    found = {}
    with connection.cursor() as cursor:
        for table in ("rounds_actionlink", "rounds_lead", "rounds_event", "rounds_auditentry", "rounds_delivery", "procrastinate_jobs"):
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            found[table] = cursor.fetchone()
    return found


def test_what_a_gateway_does_to_every_link_changes_nothing(path, see_all):
    see_all()
    before = counted()
    for agent in ("Mozilla/5.0", "curl/8", "Slackbot-LinkExpanding 1.0", "ms-office"):
        gateway = Client(headers={"user-agent": agent})
        for method in ("get", "head", "options"):
            getattr(gateway, method)(path)
        assert gateway.get(path).status_code == 200
        assert gateway.get(path + "?x=1").status_code == 200
    see_all()
    assert counted() == before
    assert DONE == []


def test_the_button_does_it_once_without_a_log_in(path):
    person = Client()
    page = person.get(path).content.decode()
    assert "Accept this lead?" in page
    assert "Olivia Grant" in page
    assert "The lead is yours." in person.post(path).content.decode()
    again = person.post(path)
    assert again.status_code == 410
    assert "done already" in again.content.decode()
    assert DONE == ["Olivia Grant"]


def test_a_form_of_another_site_does_nothing(path):
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    assert DONE == []


def test_somebody_else_is_told_whose_it_is(path, door, cast):
    answer = door(cast.manager).post(path)
    assert answer.status_code == 403
    assert "belongs to Olivia Grant" in answer.content.decode()
    assert DONE == []
    assert ActionLink.objects.get().used_at is None


def test_what_needs_a_log_in_says_so(cast, lead_of, door):
    action_links.purpose("discount.approve", "Approve", model=lambda: Lead, done="Approved.")(lambda lead, said, *, by, at: DONE.append(by.name))
    path = action_links.issue("discount.approve", subject=lead_of(cast.owner), user=cast.owner, by=cast.admin.actor, at=now())
    assert "Log in to go on" in Client().get(path).content.decode()
    assert Client().post(path).status_code == 403
    assert "Approved." in door(cast.owner).post(path).content.decode()


def test_a_token_that_is_none_answers_a_clear_page(db):
    answer = Client().get("/act/nothing/")
    assert answer.status_code == 404
    assert "There is no such link" in answer.content.decode()
