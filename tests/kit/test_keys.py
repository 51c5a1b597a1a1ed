"""The key ring: what it opens, what it refuses, and how its file changes under running processes."""

from __future__ import annotations

import json
import os
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kit import keys

RING = keys.fresh()
TEXTS = st.text(max_size=200)


@pytest.mark.req("COMPL-09")
@given(plain=TEXTS, about=TEXTS, other=TEXTS)
def test_what_was_sealed_opens_for_what_it_is_about_and_for_nothing_else(plain, about, other):
    sealed = RING.seal(plain, about)
    assert RING.open(sealed, about) == plain
    assert sealed != RING.seal(plain, about), "equal values do not look equal"
    if other != about:
        with pytest.raises(keys.KeyMissing):
            RING.open(sealed, other)
    with pytest.raises(keys.KeyMissing):
        keys.fresh().open(sealed, about)


SEALED = RING.seal("555-0100", "row")
"""Sealed once: what Hypothesis draws must not hang on a fresh nonce."""


@given(st.data())
def test_one_changed_letter_is_found(data):
    sealed = SEALED
    at = data.draw(st.integers(len("sealed:k1:"), len(sealed) - 1))
    letter = data.draw(st.sampled_from("ABCwxyz019+/").filter(lambda one: one != sealed[at]))
    changed = sealed[:at] + letter + sealed[at + 1 :]
    with pytest.raises(keys.KeyMissing):
        RING.open(changed, "row")


def test_a_value_that_lies_open_is_not_repeated_by_the_error():
    with pytest.raises(keys.KeyMissing) as found:
        RING.open("555-0100", "rounds_lead.phone.1")
    assert "555" not in str(found.value)
    assert "lies open" in str(found.value)


def test_blind_indexes_are_equal_for_equal_values_of_one_column_only():
    assert RING.blind("5550100", "lead.phone") == RING.blind("5550100", "lead.phone")
    assert RING.blind("5550100", "lead.phone") != RING.blind("5550100", "contact.phone")
    assert RING.blind("", "lead.phone") == ""
    turned = keys.with_blind(RING)
    assert turned.blinds("5550100", "lead.phone") == [turned.blind("5550100", "lead.phone"), RING.blind("5550100", "lead.phone")]
    assert "5550100" not in repr(RING)
    assert RING.keys["k1"].hex() not in repr(RING)


def test_the_file_is_private_whole_and_keeps_what_others_wrote(tmp_path):
    path = tmp_path / "ring.json"
    assert keys.make_new(path)
    assert not keys.make_new(path), "a ring is never overwritten"
    said = json.loads(path.read_text())
    path.write_text(json.dumps({**said, "anchor": "kept"}))
    rings = []
    makers = [threading.Thread(target=lambda: rings.append(keys.change(path, keys.with_key))) for _ in range(5)]
    for one in makers:
        one.start()
    for one in makers:
        one.join()
    held = keys.read(path)
    assert sorted(held.keys) == ["k1", "k2", "k3", "k4", "k5", "k6"], "no change is lost to another"
    assert held.active == "k6"
    assert json.loads(path.read_text())["anchor"] == "kept"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [name for name in os.listdir(tmp_path) if name.endswith(".new")] == []


def test_a_running_process_opens_what_was_sealed_with_a_key_it_has_not_heard_of(tmp_path):
    path, before = tmp_path / "ring.json", keys.where() if keys._Held.path else None
    keys.make_new(path)
    keys.use(path)
    try:
        assert keys.ring().active == "k1"
        elsewhere = keys.with_key(keys.read(path))
        keys.write(path, elsewhere)
        assert keys.opened(elsewhere.seal("new", "row"), "row") == "new", "the file is looked at at once"
    finally:
        if before:
            keys.use(before)
