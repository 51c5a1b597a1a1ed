"""Every door that goes on to where somebody says it should: in, again, the theme, the star. None of them leaves the house."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from rounds.models import Favourite
from tests.kit.test_pages import ELSEWHERE

pytestmark = pytest.mark.req("SEC-01")
SAID = [one for one in ELSEWHERE if one][::3]
"""Every third: each way to say it is tested where it is decided (tests/kit/test_pages.py)."""


@pytest.mark.parametrize("said", SAID)
def test_the_log_in_page_and_the_theme_go_nowhere_else(cast, door, said):
    client = door(cast.owner)
    assert client.get("/login/", {"next": said})["Location"] == "/"
    assert client.post("/self/theme/", {"theme": "dark", "next": said})["Location"] == "/"


@pytest.mark.parametrize("said", SAID)
def test_the_log_in_form_and_the_question_who_is_there_keep_nothing_else(cast, door, said):
    assert Client().get("/login/", {"next": said}).context["next"] == "/"
    assert door(cast.owner).get("/login/again/", {"next": said}).context["next"] == "/"


@pytest.mark.parametrize("said", SAID)
def test_the_star_keeps_and_follows_nothing_else(cast, door, said):
    kept = door(cast.owner).post("/self/favourites/", {"url": said, "label": "x"})
    assert kept.status_code == 422
    assert not Favourite.objects.exists()
    mine = door(cast.owner).post("/self/favourites/", {"url": "/leads/", "label": "x", "next": said})
    assert mine["Location"] == "/leads/"


@pytest.mark.parametrize("path", ["//evil.example", "/%5Cevil.example", "/\\evil.example"])
def test_who_is_sent_to_log_in_comes_back_to_no_other_host(cast, path):
    sent = Client().post("/self/favourites/", {"url": "/leads/"}, headers={"referer": f"http://testserver{path}"})
    assert sent["Location"] == f"/login/?next={quote('/')}"
