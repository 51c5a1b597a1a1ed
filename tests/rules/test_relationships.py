"""How well we know somebody, and which clicks were no person's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules.engagement import MailAct, machine
from rounds.rules.relationships import of_account, strength

BOOK, AT = default(), datetime(2026, 3, 2, 12, tzinfo=UTC)


def ago(days, way="in"):
    return (AT - timedelta(days=days), way)


@pytest.mark.req("ACCT-17")
def test_strength_has_four_parts_and_says_why():
    weights = BOOK.relationships.weights
    best = strength(BOOK, [ago(n) for n in range(1, 9)], "executive", AT)
    assert best.total == 100
    assert [(part.part, part.most) for part in best.parts] == [
        ("recency", weights.recency), ("frequency", weights.frequency), ("seniority", weights.seniority), ("reciprocity", weights.reciprocity)]  # fmt: skip
    assert (weights.recency, weights.frequency, weights.seniority, weights.reciprocity) == (40, 30, 20, 10)
    assert strength(BOOK, [], "executive", AT) is None
    assert strength(BOOK, [ago(400)], "executive", AT).total == 0
    ours = strength(BOOK, [ago(1, "out")], "individual", AT)
    assert ours.parts[3].points == 0, "nothing came from them"
    assert of_account(BOOK, [90, None, 60, 30, 0]) == 60
    assert of_account(BOOK, [None]) is None


@pytest.mark.req("ACCT-17")
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 700), st.sampled_from(["in", "out"])), max_size=20), st.sampled_from(["executive", "manager", "individual", ""]),
       st.integers(1, 400))  # fmt: skip
def test_time_alone_never_makes_it_stronger(touches, seniority, later):
    """But for a touch of theirs gaining weight as ours fall out of the window, which only reciprocity can."""
    past = [ago(days, way) for days, way in touches]
    now, then = strength(BOOK, past, seniority, AT), strength(BOOK, past, seniority, AT + timedelta(days=later))
    assert (now is None) == (then is None) == (not past)
    if now:
        assert 0 <= then.total <= 100
        for before, after in zip(now.parts[:3], then.parts[:3], strict=True):
            assert after.points <= before.points


@pytest.mark.req("LEAD-30")
def test_a_click_so_soon_or_of_every_link_is_a_machine():
    sent = AT - timedelta(seconds=5)
    assert machine(BOOK, MailAct("email_click", AT, "m1", "a", 3, sent)) == "within 20 seconds of delivery"
    assert machine(BOOK, MailAct("email_click", AT, "m1", "a", 3, AT - timedelta(hours=2))) == ""
    others = [MailAct("email_click", AT - timedelta(seconds=n), "m1", link) for n, link in ((3, "b"), (4, "c"))]
    assert machine(BOOK, MailAct("email_click", AT, "m1", "a", 3), others) == "all 3 links of the mail at once"
    assert machine(BOOK, MailAct("email_click", AT, "m1", "a", 4), others) == ""
    assert machine(BOOK, MailAct("email_click", AT, "m1", "a", 1)) == "", "a single link tells nothing"
    assert machine(BOOK, MailAct("call", AT, "m1", "a", 3, sent)) == ""


@pytest.mark.req("LEAD-28")
def test_every_kind_and_source_has_a_channel():
    book = BOOK.engagement
    assert {book.channel_of(kind) for kind in BOOK.picklists.events.values} >= {"phone", "email", "meeting", "linkedin", "event", "web", "document"}
    assert "other" not in {book.channel_of(kind) for kind in BOOK.picklists.events.values}
    assert [book.channel_of_source(source) for source in ("LinkedIn", "Customer referral", "Partner introduction", "Web form")] == [
        "linkedin", "referral", "partner", "web"]  # fmt: skip
