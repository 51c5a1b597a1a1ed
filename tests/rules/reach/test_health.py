"""When an address rests."""

from __future__ import annotations

import pytest

from rounds.playbook.loader import default
from rounds.rules.reach.health import health


@pytest.mark.req("COMM-09")
def test_more_than_the_share_stops_and_exactly_the_share_does_not():
    book = default().reach.sender
    assert health(book, 100, 3).state == "well", "3 of 100 is the share itself"
    assert health(book, 100, 4).state == "stopped"
    assert health(book, book.least - 1, book.least - 1).state == "few"
    assert health(book, 0, 0).state == "few"
