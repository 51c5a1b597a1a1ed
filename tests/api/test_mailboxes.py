"""One's own mailboxes over the API: seen, told whose mail is kept, paused, resumed, disconnected; nobody else's, and never a secret."""

from __future__ import annotations

import pytest

from rounds.access.sight import sight
from rounds.actions.reach import mailboxes
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Mailbox

pytestmark = pytest.mark.req("PLUS-31", "INTEG-18")
SECRET = "a pass word nobody reads"


@pytest.fixture
def box(cast):
    """The owner's mailbox, broken since its password changed."""
    with sight(Scope(everything=True, viewer=cast.owner.id)):
        row = mailboxes.connect(cast.owner, kind="imap", address="olivia@northwind-rounds.example", settings={"host": "imap.northwind.example"}, secret=SECRET,
                                never=["family.example"], by=cast.owner.actor, at=now())  # fmt: skip
        mailboxes.fail(row.pk, "The server does not let olivia in.", lasting=True, by=cast.owner.actor, at=now())
    return row


def test_a_mailbox_is_seen_and_led_by_its_owner(caller, cast, box):
    call = caller(cast.owner)
    status, said = call("GET", "/mailboxes")
    assert (status, [row["id"] for row in said["data"]]) == (200, [str(box.pk)])
    here = f"/mailboxes/{box.pk}"
    row = call("GET", here)[1]
    assert (row["state"], row["said"], row["never"], row["keep"]) == ("broken", "The server does not let olivia in.", ["family.example"], "known")
    assert call("DELETE", f"{here}/pausing")[1]["state"] == "working"
    assert call("PUT", f"{here}/pausing")[1]["state"] == "stopped"
    row = call("PATCH", here, {"keep": "business"})[1]
    assert (row["keep"], row["never"], row["state"]) == ("business", ["family.example"], "stopped"), "what is not said stays"
    assert call("PATCH", here, {"never": ["@school.example", "sam@x.example"]})[1]["never"] == ["school.example", "sam@x.example"]
    assert call("DELETE", here)[1]["state"] == "ended"
    assert call("GET", here)[0] == 404
    assert call("GET", "/mailboxes")[1]["data"] == []
    with sight(Scope(everything=True, viewer=cast.owner.id)):
        assert Mailbox.objects.get(pk=box.pk).secret == ""


def test_its_secret_is_never_said_and_nothing_else_is_taken(caller, cast, box):
    call = caller(cast.owner)
    for path in ("/mailboxes", f"/mailboxes/{box.pk}"):
        call("GET", path)
        said = call.last.content.decode()
        assert SECRET not in said
        assert "secret" not in said
        assert "cursor" not in said
    for wrong in ({"secret": "another"}, {"keep": "all"}, {"never": ["no domain"]}):
        assert call("PATCH", f"/mailboxes/{box.pk}", wrong)[0] == 422


def test_nobody_else_knows_it_and_a_token_for_something_else_opens_nothing(caller, cast, box):
    for other in (cast.manager, cast.admin):
        call = caller(other)
        assert call("GET", "/mailboxes")[1]["data"] == []
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("PUT", "/pausing"), ("DELETE", "/pausing")):
            assert call(method, f"/mailboxes/{box.pk}{path}", {} if method == "PATCH" else None)[0] == 404
    assert caller(cast.owner, "tasks:read")("GET", "/mailboxes")[0] == 403
