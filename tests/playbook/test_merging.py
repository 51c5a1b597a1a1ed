"""Two changes of one text: together where they do not meet, refused where they do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import merged

BASE = "a: 1\nb: 2\nc: 3\nd: 4\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        ("a: 9\nb: 2\nc: 3\nd: 4\n", "a: 1\nb: 2\nc: 3\nd: 8\n", "a: 9\nb: 2\nc: 3\nd: 8\n"),
        ("a: 9\nb: 2\nc: 3\nd: 4\n", "a: 1\nb: 8\nc: 3\nd: 4\n", "a: 9\nb: 8\nc: 3\nd: 4\n"),
        ("b: 2\nc: 3\nd: 4\n", "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n", "b: 2\nc: 3\nd: 4\ne: 5\n"),
        ("a: 9\nb: 2\nc: 3\nd: 4\n", "a: 9\nb: 2\nc: 3\nd: 4\n", "a: 9\nb: 2\nc: 3\nd: 4\n"),
        ("a: 9\nb: 2\nc: 3\nd: 4\n", "a: 8\nb: 2\nc: 3\nd: 4\n", None),
        ("a: 1\nc: 3\nd: 4\n", "a: 1\nb: 7\nc: 3\nd: 4\n", None),
        (BASE + "e: 5\n", BASE + "f: 6\n", None),
    ],
)
def test_changes_meet_or_not(ours, theirs, both):
    assert merged(BASE, ours, theirs) == merged(BASE, theirs, ours) == both


TEXTS = st.lists(st.sampled_from("abc"), max_size=6).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(TEXTS, TEXTS, TEXTS)
def test_who_changes_alone_is_kept_and_the_order_of_the_two_says_nothing(base, ours, theirs):
    assert merged(base, ours, base) == merged(base, base, ours) == merged(base, ours, ours) == ours
    assert merged(base, ours, theirs) == merged(base, theirs, ours)
