"""Titles in signatures: told where they stand, and nothing where they do not."""

from __future__ import annotations

import pytest

from rounds.rules.reach.signatures import title_of


@pytest.mark.req("PLUS-31")
@pytest.mark.parametrize(("text", "title"), [
    ("Thank you.\n\nPat Moore\nDirector of Radiology\nNewfound Health\n+1 212 555 0100", "Director of Radiology"),
    ("Yes.\n--\nPat Moore, Chief Financial Officer\npat@newfound.example", "Chief Financial Officer"),
    ("Yes.\nPat Moore | VP Operations | Newfound", "VP Operations"),
    ("Pat Moore will join us.\nShall we say Friday?", ""),
    ("Best regards,\nPat", ""),
    ("Pat Moore\n212 555 0100", ""),
    ("", ""),
])  # fmt: skip
def test_a_title_is_read_from_the_signature(text, title):
    assert title_of(text, "Pat Moore") == title
