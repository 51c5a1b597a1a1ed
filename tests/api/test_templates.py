"""Texts over the API: the list, one with its versions, and one as a person would get it, within the caller's sight."""

from __future__ import annotations

import pytest

from rounds.models import Message
from tests.actions.reach.conftest import person, postal

__all__ = ["person", "postal"]
pytestmark = pytest.mark.req("COMM-06", "INTEG-18")


def test_texts_are_listed_and_told(caller, cast):
    call = caller(cast.owner)
    listed = {row["code"]: row for row in call("GET", "/templates")[1]["data"]}
    assert listed["campaign_newsletter"]["state"] == "unwritten"
    assert listed["outreach_introduction"]["places"][0] == "account.name"
    status, one = call("GET", "/templates/outreach_introduction")
    assert (status, len(one["variants"]), sum(way["share"] for way in one["variants"])) == (200, 2, 1)
    assert one["allowed"]["contact.first_name"]
    assert call("GET", "/templates/nothing")[0] == 404


def test_a_preview_is_the_letter_and_writes_nothing(caller, cast, person):
    who, call = person(), caller(cast.owner)
    status, said = call("GET", f"/templates/outreach_introduction/preview?lead={who.lead.id}")
    assert (status, said["name"], len(said["data"])) == (200, who.name, 2)
    one = said["data"][0]
    assert "12 Ward Street" in one["text"]
    assert "<p>" in one["html"]
    assert one["outcome"] in ("send", "later")
    gaps = call("GET", f"/templates/demo_thanks/preview?lead={who.lead.id}")[1]["data"][0]
    assert set(gaps["missing"]) == {"demo.date", "demo.title"}
    assert len(gaps["blocks"]) == 2
    assert not Message.objects.exists()
    assert caller(cast.colleague)("GET", f"/templates/outreach_introduction/preview?lead={who.lead.id}")[0] == 404
    assert call("GET", "/templates/outreach_introduction/preview")[0] == 422
