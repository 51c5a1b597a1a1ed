"""One figure changed in a playbook file, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook.editing import NoSuchFigure, with_value
from rounds.playbook.reading import read

FILE = "scoring/heat.yaml"
TEXT = """# kept
mode: heat   # also kept
triggers:
  meeting: {title: Meeting, points: 5}   # and this
  call: {title: "A: call", points: 3}
"""


@given(st.one_of(st.integers(-999, 999), st.sampled_from(["boost", "true", "null", "12", "a: b", "x # y", ""])))
def test_what_is_written_reads_back_as_itself_and_the_rest_stands(value):
    text = with_value({FILE: TEXT}, FILE, ("triggers", "meeting", "points"), value)[FILE]
    data = read(FILE, text).data
    assert data["triggers"]["meeting"] == {"title": "Meeting", "points": value}
    assert data["triggers"]["call"] == {"title": "A: call", "points": 3}
    assert text.count("#") >= 3
    assert text.splitlines()[:2] == TEXT.splitlines()[:2]


@pytest.mark.parametrize("path", [("nothing",), ("triggers",), ("triggers", "meeting", "nothing"), ("mode", "x")])
def test_a_place_that_holds_no_figure_is_refused(path):
    with pytest.raises(NoSuchFigure):
        with_value({FILE: TEXT}, FILE, path, 1)


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(NoSuchFigure):
        with_value({FILE: TEXT}, "other.yaml", ("mode",), 1)
