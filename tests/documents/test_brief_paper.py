"""The brief as a document: every figure, the strip of peers, nothing fetched, nothing that runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rounds.documents.brief import Brief, Figure, Margins, html
from rounds.documents.pdf import pdf


def brief(**said) -> Brief:
    given = {
        "key": "k", "name": "Alder Gap Hospital", "place": "Hospital", "why_now": "Nothing presses.", "why_source": "", "verdict": [],
        "figures": [Figure("Beds", "612", "HCRIS FY2025", "98 % sure"), Figure("EHR", "", "")],
        "margins": Margins(0.041, -0.01, (-0.02, 0.01, 0.05)), "committee": [("T. Kirrane", "CMIO")], "gaps": "",
        "questions": [("How much of revenue goes to IT?", "+12", "Over 2 % +12")], "hospitals": [], "points": [],
        "made_at": datetime(2026, 11, 20, 10, tzinfo=UTC), "made_for": "Ann Vale", "playbook": "v14", "scope": "abc", **said,
    }  # fmt: skip
    return Brief(**given)


@pytest.mark.req("PLUS-11")
def test_figures_stand_beside_their_sources_and_unknown_is_said():
    text = html(brief())
    assert "HCRIS FY2025" in text
    assert "98 % sure" in text
    assert "Unknown" in text
    assert "+4.1 %" in text
    assert "\u22121.0 points on the year before" in text
    assert "+1.0 %" in text
    assert text.count("<circle") == 1
    assert text.count('y1="8"') == 3


@pytest.mark.req("PLUS-11")
@pytest.mark.parametrize("peers", [(), (0.1,), (0.1, 0.3)])
def test_the_middle_of_the_peers(peers):
    middle = Margins(0.0, None, peers).middle
    assert middle == (None if not peers else pytest.approx(sum(peers) / len(peers)))
    assert "Unknown" in html(brief(margins=Margins(None, None, peers)))


@pytest.mark.req("X-2")
def test_a_document_fetches_nothing(capfd):
    made = pdf('<html><body><img src="http://127.0.0.1:9/x.png"><img src="file:///etc/hostname">words</body></html>')
    assert made.startswith(b"%PDF-")
    assert b"hostname" not in made
