"""Reading once: what a block remembers, and what it must not."""

from __future__ import annotations

from datetime import UTC, datetime

from rounds.kit.once import apart, once, reading_once

ASKED: list[tuple[object, ...]] = []


@once
def ask(*words: object) -> int:
    ASKED.append(words)
    return len(ASKED)


def test_a_block_asks_once_and_outside_each_time():
    ASKED.clear()
    assert ask("a") != ask("a")
    with reading_once():
        assert ask("a") == ask("a") != ask("b")
    assert len(ASKED) == 4


def test_a_block_is_one_moment():
    with reading_once():
        assert ask("a", datetime(2026, 12, 1, tzinfo=UTC)) == ask("a", datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC))


def test_other_eyes_are_not_answered_from_what_was_seen_before():
    with reading_once():
        mine = ask("a")
        with apart():
            assert ask("a") == ask("a") != mine
        assert ask("a") == mine


def test_what_is_not_remembered_is_not_remembered_apart():
    ASKED.clear()
    with apart():
        assert ask("a") != ask("a")
