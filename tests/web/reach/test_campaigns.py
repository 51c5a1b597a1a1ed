"""One-off sends on their pages: named when leads are chosen, told as a whole and in parts, stopped."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.reach import enrolling
from rounds.kit.clock import now
from rounds.models import Campaign, Enrolment

pytestmark = pytest.mark.req("COMM-16", "COMM-15")


def text(page):
    return html.unescape(page.content.decode())


def test_leads_are_sent_to_under_a_name_and_a_rep_asks_somebody_who_may(cast, door, person):
    ids = [str(person(email=f"p{n}@newfound.example", name=f"Rosa Number{n}").lead.id) for n in range(3)]
    said = {"ids": ids, "sequence": "resource_distribution", "sender": "owner", "campaign": "Autumn pages"}
    refused = door(cast.owner).post("/lists/lead/changes/lead.enrol/doing/", said, follow=True)
    assert "Marketing, managers and admins send to many" in text(refused)
    assert not Campaign.objects.exists()
    client = door(cast.manager)
    assert "Name of the send" in text(client.post("/lists/lead/changes/lead.enrol/", {"ids": ids, "sequence": "resource_distribution"}))
    client.post("/lists/lead/changes/lead.enrol/doing/", said, follow=True)
    row = Campaign.objects.get()
    assert (row.name, Enrolment.objects.filter(campaign=row).count()) == ("Autumn pages", 3)
    assert "Autumn pages" in text(client.get("/campaigns/"))
    page = client.get(f"/campaigns/{row.id}/")
    assert page.context["line"].enrolled == 3
    assert "By segment" in text(page)
    assert door(cast.owner).post(f"/campaigns/{row.id}/stopping/").status_code == 403
    client.post(f"/campaigns/{row.id}/stopping/", {"why": "The date was wrong"})
    assert "The date was wrong" in text(client.get(f"/campaigns/{row.id}/"))
    assert not Enrolment.objects.exclude(state="ended").exists()


def test_a_draft_is_refused_with_a_sentence_that_says_what_to_write(cast, door, person):
    ids = [str(person(email=f"p{n}@newfound.example").lead.id) for n in range(2)]
    page = door(cast.manager).post("/lists/lead/changes/lead.enrol/doing/", {"ids": ids, "sequence": "newsletter", "sender": "owner"})
    assert page.status_code == 422
    assert "its text still says “(Write the issue here" in text(page)
    assert "Newsletter" in text(door(cast.manager).get("/campaigns/")), "what still needs its words stands beside the sends"


def test_the_list_asks_as_much_for_three_as_for_one_and_shows_what_one_sees(cast, door, person):
    def begin(n):
        enrolling.enrol_many("resource_distribution", [(person(email=f"p{n}@newfound.example"), cast.owner)], campaign=f"Send {n}", by=cast.owner.actor, at=now())

    client = door(cast.owner)
    begin(0)
    client.get("/campaigns/")
    with CaptureQueriesContext(connection) as one:
        client.get("/campaigns/")
    begin(1)
    begin(2)
    with CaptureQueriesContext(connection) as three:
        page = client.get("/campaigns/")
    assert len(one) == len(three)
    assert [row["line"].enrolled for row in page.context["rows"]] == [1, 1, 1]
    assert [row["line"].enrolled for row in door(cast.colleague).get("/campaigns/").context["rows"]] == [0, 0, 0]
