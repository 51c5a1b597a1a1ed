"""One letter over the API: tried, written once, told with its decisions, let go."""

from __future__ import annotations

import pytest

from rounds.models import Message
from tests.actions.reach.capturing import bring
from tests.actions.reach.conftest import box, hospital, person, postal, worker
from tests.mails import mail

__all__ = ["box", "hospital", "person", "postal", "worker"]
pytestmark = pytest.mark.req("COMM-06", "COMM-09", "INTEG-18")


def test_a_letter_is_tried_written_and_let_go(caller, cast, person):
    who, call = person(), caller(cast.owner)
    given = {"lead": str(who.lead.id), "subject": "A question for {{account.name}}", "text": "Hello {{contact.first_name}}.", "goes_at": "2099-01-05T15:00:00Z"}
    status, tried = call("POST", "/letters", given | {"dry_run": True})
    assert (status, tried["subject"], tried["blocks"]) == (200, "A question for Newfound Hospital", [])
    assert not Message.objects.exists()
    status, row = call("POST", "/letters", given)
    assert (status, row["state"]) == (201, "waiting")
    _, whole = call("GET", f"/letters/{row['id']}")
    assert (whole["letter"]["subject"], whole["decisions"]) == ("A question for Newfound Hospital", [])
    assert caller(cast.colleague)("GET", f"/letters/{row['id']}")[0] == 404
    assert call("PUT", f"/letters/{row['id']}/dropping")[1]["state"] == "dropped"
    assert call("PUT", f"/letters/{row['id']}/dropping")[0] == 409


def test_what_blocks_it_is_said_and_nobody_else_is_written_to(caller, cast, person):
    who, call = person(), caller(cast.owner)
    given = {"lead": str(who.lead.id), "subject": "x", "text": "{{demo.title}}"}
    status, refused = call("POST", "/letters", given)
    assert status == 422
    assert "demo.title is not known" in str(refused)
    assert call("POST", "/letters", given | {"sender": "somebody"})[0] == 422
    assert call("POST", "/letters", {"subject": "x", "text": "y"})[0] == 422
    assert caller(cast.colleague)("POST", "/letters", given)[0] == 404
    assert not Message.objects.exists()


@pytest.mark.req("PLUS-31")
def test_a_mail_is_answered_in_its_thread_by_those_who_see_it(caller, cast, hospital, box, postal):
    (theirs,) = bring(box, mail("Rosa Diaz <rosa@newfound.example>", "Olivia Grant <olivia@northwind-rounds.example>", "Imaging", "Shall we talk?", id="1@x.example"))
    call, given = caller(cast.owner), {"answers": str(theirs.pk), "text": "Yes, gladly.", "quotes": True}
    status, tried = call("POST", "/letters", given | {"dry_run": True})
    assert (status, tried["subject"], tried["outcome"]) == (200, "Re: Imaging", "send")
    assert "> Shall we talk?" in tried["text"]
    assert "No more of these" not in tried["text"]
    status, row = call("POST", "/letters", given)
    assert (status, row["thread"], row["in_reply_to"], row["purpose"]) == (201, str(theirs.thread_id), "<1@x.example>", "conversation")
    assert caller(cast.colleague)("POST", "/letters", given)[0] == 404
    assert call("POST", "/letters", given | {"contact": str(hospital.rosa.pk)})[0] == 422, "who it goes to is said once"
    assert call("POST", "/letters", {"text": "x", "contact": str(hospital.rosa.pk)})[0] == 422, "a letter that answers nothing has a subject"
