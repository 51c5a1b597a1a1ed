"""A letter begins with what somebody is called, however the line was written in which their name was kept."""

from __future__ import annotations

import pytest

from rounds.rules.reach.naming import name_of

pytestmark = pytest.mark.req("COMM-06")


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("Rosa Diaz", "Rosa", "Diaz"), ("Diaz, Rosa", "Rosa", "Diaz"), ("Rosa Diaz, MD", "Rosa", "Diaz"), ("Rosa Diaz, RN, MBA", "Rosa", "Diaz"),
        ("Dr. Rosa Diaz", "Rosa", "Diaz"), ("Diaz, Dr. Rosa", "Rosa", "Diaz"), ("Rosa", "Rosa", ""), ("  Rosa   de la Cruz ", "Rosa", "de la Cruz"),
        ("de la Cruz, Rosa", "Rosa", "de la Cruz"), ("VARGA, ADA", "ADA", "VARGA"), ("Ada Varga, PhD", "Ada", "Varga"), ("", "", ""), ("Drew Mason", "Drew", "Mason"),
        ("O'Neil-Hart, Mary Ann", "Mary Ann", "O'Neil-Hart"), ("Diaz,", "Diaz", ""),
    ],
)  # fmt: skip
def test_first_and_last(said, first, last):
    found = name_of(said)
    assert (found.first, found.last) == (first, last)
    assert found.whole == f"{first} {last}".strip()
