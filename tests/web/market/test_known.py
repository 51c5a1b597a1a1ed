"""The whole history of an account, by person and by channel; how well we know its people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.leads import activities
from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from tests.web.leads.test_list import text


@pytest.fixture
def talked(cast):
    unit = accounts.add(name="Harbour Health", level="system", state="NY", by=cast.admin.actor, at=now(), owner=cast.owner)
    bo = contacts.add(unit, name="Bo Fox", title="Chief Information Officer", by=cast.owner.actor, at=now())
    kim = contacts.add(unit, name="Kim Reed", title="Nurse Manager", by=cast.owner.actor, at=now())
    for hours, (person, kind, subject) in enumerate(((bo, "call", "Asked for prices"), (bo, "linkedin_message", "Said hello"), (kim, "personal_email", "Sent the study")), 1):  # fmt: skip
        activities.log(kind, account=unit, contact=person, subject=subject, by=cast.owner.actor, at=now() - timedelta(hours=hours))
    return unit, bo, kim


@pytest.mark.req("ACCT-16")
def test_the_timeline_is_narrowed_by_person_and_by_channel(cast, door, talked):
    unit, bo, kim = talked
    said = lambda query: [item.means for item in door(cast.owner).get(f"/accounts/{unit.id}/timeline/?{query}").context["items"] if item.means]  # noqa: E731
    assert set(said("")) >= {"Asked for prices", "Said hello", "Sent the study"}
    assert said("channel=linkedin") == ["Said hello"]
    assert sorted(said(f"person={bo.id}&kind=touches")) == ["Asked for prices", "Said hello"]
    assert said(f"person={kim.id}&channel=email") == ["Sent the study"]
    assert said(f"person={kim.id}&channel=phone") == []
    assert door(cast.owner).get(f"/accounts/{unit.id}/timeline/?person=nobody").status_code == 200


@pytest.mark.req("ACCT-17")
def test_a_relationship_says_its_parts_and_lists_sort_by_it(cast, door, talked):
    unit, bo, kim = talked
    page = door(cast.owner).get(f"/contacts/{bo.id}/")
    known = page.context["known"]
    assert [part.part for part in known["parts"]] == ["recency", "frequency", "seniority", "reciprocity"]
    assert known["total"] == round(sum(part.points for part in known["parts"]))
    assert "2 touches in 180 days" in text(page)
    account = door(cast.owner).get(f"/accounts/{unit.id}/")
    assert [person.name for person in account.context["known"]["people"]] == ["Bo Fox", "Kim Reed"]
    rows = door(cast.owner).get("/contacts/?f=&sort=-strength&cols=strength").context["rows"]
    assert [row.name for row in rows] == ["Bo Fox", "Kim Reed"]
