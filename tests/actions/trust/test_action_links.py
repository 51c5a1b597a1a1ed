"""A link does one thing, for one person, once; and what is said about it, whoever opens it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.trust import action_links
from rounds.actions.trust.action_links import LinkDead, LinkUnknown, NotYours
from rounds.kit.clock import now
from rounds.models import ActionLink, AuditEntry, Lead

pytestmark = pytest.mark.req("PLUS-32")
DONE = []


@pytest.fixture(autouse=True)
def probe():
    """A purpose of the test's own, which counts how often it was done."""
    DONE.clear()
    action_links.known()
    action_links.purpose("test.probe", "Do it", model=lambda: Lead, done="It is done.")(lambda lead, said, *, by, at: DONE.append((lead.pk, by.name)))
    yield
    del action_links.PURPOSES["test.probe"]


@pytest.fixture
def link(cast, lead_of):
    def make(code="test.probe", user=None, **said):
        lead = lead_of(user or cast.owner)
        path = action_links.issue(code, subject=lead, user=user or cast.owner, by=cast.admin.actor, at=now(), **said)
        return path.removeprefix("/act/").strip("/")

    return make


class TestTokens:
    def test_only_the_digest_is_kept_and_the_token_has_256_bits(self, link):
        token = link()
        assert len(token) == 43
        row = ActionLink.objects.get()
        assert token.encode() not in bytes(row.digest)

    def test_a_guess_a_cut_and_a_change_open_nothing(self, link):
        token = link()
        for wrong in ("", "x", token[:-1], token + "x", token.swapcase()):
            with pytest.raises(LinkUnknown):
                action_links.look(wrong, viewer=None, at=now())

    def test_an_unknown_purpose_makes_no_link(self, cast, lead_of):
        with pytest.raises(KeyError):
            action_links.issue("lead.delete", subject=lead_of(cast.owner), user=cast.owner, by=cast.admin.actor, at=now())


class TestDoing:
    def test_it_is_done_once_by_its_person(self, link, cast):
        token = link()
        _, said = action_links.do(token, viewer=cast.owner, at=now())
        assert said == "It is done."
        with pytest.raises(LinkDead, match="done already"):
            action_links.do(token, viewer=cast.owner, at=now())
        assert [who for _, who in DONE] == ["Olivia Grant"]
        entry = AuditEntry.objects.get(verb="action_link.use")
        assert entry.by_id == cast.owner.id
        assert token not in str(entry.detail)

    def test_what_is_not_named_in_the_playbook_asks_for_a_log_in(self, link):
        token = link()
        assert action_links.look(token, viewer=None, at=now()).needs_login
        with pytest.raises(NotYours, match="Log in first"):
            action_links.do(token, viewer=None, at=now())
        assert DONE == []

    def test_somebody_else_is_told_whose_it_is(self, link, cast):
        with pytest.raises(NotYours, match="Olivia Grant"):
            action_links.look(link(), viewer=cast.manager, at=now())

    def test_an_end_is_an_end(self, link, cast):
        token = link(expires_at=now() + timedelta(hours=1))
        with pytest.raises(LinkDead, match="expired"):
            action_links.do(token, viewer=cast.owner, at=now() + timedelta(hours=1))

    def test_who_left_and_who_sees_it_no_more_can_do_nothing(self, link, cast, see_all):
        token = link()
        Lead.objects.update(owner=cast.colleague, territory="West", team=None)
        with pytest.raises(LinkDead, match="no longer"):
            action_links.look(token, viewer=cast.owner, at=now())
        cast.owner.is_active = False
        cast.owner.save(update_fields=["is_active"])
        with pytest.raises(LinkDead):
            action_links.look(token, viewer=None, at=now())

    def test_links_of_a_mail_and_of_a_channel_are_spent_together(self, link, cast, lead_of):
        lead = lead_of(cast.owner)
        first, second = (action_links.issue("test.probe", subject=lead, user=cast.owner, by=cast.admin.actor, at=now()).split("/")[2] for _ in range(2))
        action_links.do(first, viewer=cast.owner, at=now())
        with pytest.raises(LinkDead):
            action_links.do(second, viewer=cast.owner, at=now())
        assert len(DONE) == 1
