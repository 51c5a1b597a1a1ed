"""An answer from the page of its thread: the composer knows whom, about what and what they wrote; it stands in the thread at once."""

from __future__ import annotations

import html

import pytest

from rounds.models import Delivery, Message
from tests.actions.reach.capturing import bring
from tests.actions.reach.conftest import box, hospital, postal, worker
from tests.mails import mail

__all__ = ["box", "hospital", "postal", "worker"]
pytestmark = pytest.mark.req("PLUS-31", "UI-01")
OLIVIA, ROSA = "Olivia Grant <olivia@northwind-rounds.example>", "Rosa Diaz <rosa@newfound.example>"


def text(page):
    return html.unescape(page.content.decode())


@pytest.fixture
def theirs(box, hospital, postal):
    return bring(box, mail(ROSA, OLIVIA, "Imaging", "Shall we talk on Friday?", id="1@x.example"))[0]


def test_a_thread_is_answered_where_it_is_read(cast, door, theirs):
    client, there = door(cast.owner), f"/threads/{theirs.thread_id}/"
    page = client.get(there)
    assert f"{there}answers/new/?mail={theirs.pk}" in text(page)
    form = client.get(f"{there}answers/new/")
    assert "Answer Rosa Diaz" in text(form)
    assert "Shall we talk on Friday?" in text(form)
    assert "no way out are added" in text(form)
    values = {name: form.context["said"][name] for name in ("subject", "once", "quotes")}
    assert values["subject"] == "Re: Imaging"
    given = values | {"mail": str(theirs.pk), "text": "Friday it is.", "deed": "send"}
    looked = client.post(f"{there}answers/new/", given, HTTP_HX_REQUEST="true")
    assert "> Shall we talk on Friday?" in text(looked)
    done = client.post(f"{there}answers/new/", given)
    assert done["Location"] == there
    assert client.post(f"{there}answers/new/", given)["Location"] == there, "the same form twice is one answer"
    row = Message.objects.get(direction="out")
    assert (row.thread_id, row.quotes, Delivery.objects.filter(about="mail.letter").count()) == (theirs.thread_id, True, 1)
    shown = client.get(there)
    assert [one["row"].pk for one in shown.context["mails"]] == [theirs.pk, row.pk]
    assert "Friday it is." in text(shown)
    assert shown.context["answers"] == row.pk, "the last mail is the one to be answered"


def test_who_does_not_see_the_thread_answers_nothing_in_it(cast, door, theirs):
    there = f"/threads/{theirs.thread_id}/answers/new/"
    for client in (door(cast.colleague), door(cast.inside)):
        assert client.get(there).status_code == 404
        assert client.post(there, {"subject": "x", "text": "y", "mail": str(theirs.pk)}).status_code == 404
    assert door(cast.owner).get(f"{there}?mail=00000000-0000-0000-0000-000000000000").status_code == 404
    assert not Message.objects.filter(direction="out").exists()


def test_a_mail_of_a_machine_alone_is_not_answered(cast, door, theirs, see_all):
    see_all()
    Message.objects.update(kind="away")
    assert "answers/new" not in text(door(cast.owner).get(f"/threads/{theirs.thread_id}/"))
    assert door(cast.owner).get(f"/threads/{theirs.thread_id}/answers/new/").status_code == 422
