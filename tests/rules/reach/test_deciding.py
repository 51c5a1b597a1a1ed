"""Whether a mail goes: the person's wish before our manners, manners before our own limits, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules.reach.deciding import Standing, decide

BOOK = default().reach
AT = datetime(2026, 3, 3, 15, tzinfo=UTC)
FREE = Standing(at=AT, opens_at=AT, address="ann@hospital.example", unit_name="Hackensack Health")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.req("COMM-09")
@pytest.mark.parametrize(("change", "code"), [
    ({"address": ""}, "no_address"), ({"suppressed": "asked to be erased"}, "suppressed"), ({"consent": "withdrawn"}, "unsubscribed"),
    ({"bounced": True}, "bounced"), ({"left": True}, "left"),
])  # fmt: skip
def test_some_mail_never_goes(change, code):
    found = decide(BOOK, replace(FREE, **change))
    assert (found.outcome, found.code) == ("never", code)
    assert found.why.endswith((".", "erased"))


@pytest.mark.req("COMM-09", "ABM-28")
def test_who_unsubscribed_still_gets_what_serves_them():
    assert decide(BOOK, replace(FREE, consent="withdrawn", purpose="service")).outcome == "send"


@pytest.mark.req("COMM-09")
def test_a_cap_of_the_person_says_which_one_and_until_when():
    found = decide(BOOK, replace(FREE, to_contact=[AT - 2 * HOUR]))
    assert (found.code, found.until) == ("cap_contact", AT + 22 * HOUR)
    assert found.why == "This person got 1 of at most 1 mails in a day."


@pytest.mark.req("COMM-09")
def test_a_health_system_is_protected_as_a_whole():
    found = decide(BOOK, replace(FREE, to_unit=[AT - HOUR, AT - 3 * HOUR, AT - 5 * HOUR]))
    assert (found.code, found.until) == ("cap_unit", AT + 19 * HOUR)
    assert found.why == "Hackensack Health got 3 of at most 3 mails in a day."


@pytest.mark.req("COMM-09")
def test_two_of_ours_do_not_write_to_one_person_in_one_week():
    found = decide(BOOK, replace(FREE, others=[AT - DAY]))
    assert (found.code, found.until) == ("collision", AT + 2 * DAY)


@pytest.mark.req("COMM-09")
def test_the_persons_wish_is_said_before_our_own_limits():
    everything = replace(FREE, consent="withdrawn", to_contact=[AT] * 9, sent_today=999, opens_at=AT + DAY)
    assert decide(BOOK, everything).code == "unsubscribed"


@pytest.mark.req("COMM-06")
def test_a_text_with_a_gap_waits_and_names_it():
    assert decide(BOOK, replace(FREE, missing=("segment.pain",))).why == "The text cannot be filled in: segment.pain is not known."


@pytest.mark.req("COMM-09")
@given(st.lists(st.integers(0, 40 * 24), max_size=40), st.sampled_from(["to_contact", "to_unit"]))
def test_after_the_wait_the_cap_lets_one_more_go(hours, whose):
    """Whatever went before: waiting till the moment that is said is enough, and never more mails go than the caps say."""
    went = [AT - h * HOUR for h in hours]
    found = decide(BOOK, replace(FREE, **{whose: went}))
    caps = BOOK.caps.contact if whose == "to_contact" else BOOK.caps.buying_unit
    full = any(sum(one > AT - cap.days * DAY for one in went) >= cap.most for cap in caps)
    assert (found.outcome == "later") == full
    if found.until is not None:
        later = replace(FREE, at=found.until, opens_at=found.until, **{whose: went})
        assert decide(BOOK, later).outcome == "send"
