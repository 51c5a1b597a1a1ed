"""Words of records in an archived report: taken out, proven, erased, and nobody's guess."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.rules.reports import words
from rounds.rules.reports.words import ERASED, Kept

pytestmark = pytest.mark.req("REPORT-09", "COMPL-13")
WORD = st.builds(lambda text, url: {"text": text, "url": url}, st.text(max_size=20), st.sampled_from(["", "/opportunities/1/"]))
CELL = st.one_of(st.text(max_size=10), st.tuples(st.text(max_size=10), st.just("/numbers/x/")).map(list), WORD)
CONTENT = st.fixed_dictionaries({"title": st.text(max_size=5), "rows": st.lists(st.fixed_dictionaries(
    {"account": st.sampled_from(["", "a1", "a2"]), "cells": st.lists(CELL, max_size=4)}), max_size=4)})  # fmt: skip


def salts():
    numbers = itertools.count()
    return lambda: f"salt{next(numbers)}"


@given(CONTENT)
def test_what_was_sealed_reads_as_it_was_told_and_proves_itself(content):
    kept, named = words.sealed(content, salts())
    assert words.opened(kept, named) == words.opened(content)
    assert words.holds(kept, named)
    assert words.sealed(kept, salts()) == (kept, []), "sealed once"
    for one in named:
        other = [Kept(two.place, two.text + "!" if two is one else two.text, two.salt) for two in named]
        assert not words.holds(kept, other)


def test_an_erased_word_says_so_keeps_its_place_and_what_is_left_holds():
    content = {"rows": [{"account": "a1", "cells": [{"text": "Ottilie Zweig: imaging", "url": "/opportunities/1/"}, "O3"]}, {"account": "a2", "cells": [{"text": "Call", "url": ""}]}]}
    kept, named = words.sealed(content, salts())
    assert [one.account for one in named] == ["a1", "a2"]
    assert "Ottilie" not in json.dumps(kept)
    left = [Kept(named[0].place, "", ""), named[1]]
    assert words.opened(kept, left)["rows"][0]["cells"] == [[ERASED, "/opportunities/1/"], "O3"]
    assert words.holds(kept, left)
    assert not words.holds(kept, named[1:]), "a word that is gone without a trace was not erased"
