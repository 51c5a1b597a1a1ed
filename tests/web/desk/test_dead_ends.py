"""No dead end: what a lost session sent comes back to its page; an address of forms says what it is."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.test import Client

HERE = "http://testserver/leads/?f=owner.is.me"


@pytest.mark.django_db
@pytest.mark.req("UI-02")
def test_a_form_sent_after_the_session_ended_comes_back_to_its_page():
    plain = Client().post("/playbook/draft/", headers={"referer": "http://testserver/playbook/"})
    assert plain.url == "/login/?next=/playbook/"
    swapped = Client().post("/playbook/draft/", headers={"hx-request": "true", "hx-current-url": HERE})
    assert swapped.status_code == 401
    assert unquote(swapped["HX-Redirect"]) == "/login/?next=/leads/?f=owner.is.me"
    elsewhere = Client().post("/playbook/draft/", headers={"referer": "http://elsewhere.example/x/"})
    assert elsewhere.url == "/login/?next=/"
    assert Client().get("/leads/?sort=-score").url == "/login/?next=/leads/%3Fsort%3D-score"


@pytest.mark.req("UI-02")
def test_an_address_of_forms_opened_as_a_page_says_so(cast, door):
    answer = door(cast.admin).get("/playbook/draft/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "only takes what a form sends" in answer.content.decode()
