"""What looks like patient data is found, what a seller writes all day is not, and no text makes the rule slow."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.playbook.checks.trust import slow
from rounds.rules import phi

LABELLED = yaml.safe_load((Path(__file__).parent / "phi_sentences.yaml").read_text())
SEEN = [(kind, text) for kind, texts in LABELLED["seen"].items() for text in texts]
CLEAN = LABELLED["clean"]
pytestmark = pytest.mark.req("COMM-14")


def kinds(text: str) -> list[str]:
    return phi.kinds(phi.found(default().phi, text))


def test_nearly_all_patient_data_is_found_and_nearly_nothing_else():
    assert len(SEEN) >= 60
    assert len(CLEAN) >= 120
    missed = [text for _, text in SEEN if not kinds(text)]
    wrong = [text for text in CLEAN if kinds(text)]
    found = len(SEEN) - len(missed)
    recall, precision = found / len(SEEN), found / (found + len(wrong))
    assert recall >= 0.95, missed
    assert precision >= 0.97, wrong


def test_what_is_found_is_called_by_its_kind():
    right = sum(kind in kinds(text) for kind, text in SEEN)
    assert right / len(SEEN) >= 0.9


@pytest.mark.parametrize("number", ["000-12-3456", "666-12-3456", "912-34-5678", "219-00-1234", "219-09-0000"])
def test_numbers_that_are_never_given_out_are_no_social_security_numbers(number):
    assert kinds(f"Reference {number} of the system") == []


def test_a_finding_says_where_it_stands_even_in_a_long_text():
    filler = "The pilot goes on, and the team is content. " * 400
    text = f"{filler}MRN 00482913 was in the screenshot. {filler}"
    assert [text[one.start : one.end] for one in phi.found(default().phi, text)] == ["MRN 00482913"]


def test_what_is_blacked_out_is_found_no_more():
    text = "Patient John Smith, DOB 03/14/1961, MRN 00482913, called."
    clean = phi.blacked_out(text, phi.found(default().phi, text))
    assert "00482913" not in clean
    assert "Smith" not in clean
    assert kinds(clean) == []


def test_a_text_beyond_what_is_looked_at_is_a_finding_itself():
    longest = default().phi.longest.value
    assert kinds("a" * (longest + 1)) == [phi.UNREAD]


HOSTILE = ("Aa ", "John ", "John Smith was was was ", "1", "A", "patient ", "John Smith has a a a stage IV ", "MRN #", "1-", "\n")


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_makes_the_rule_slow(piece):
    """Four times the text takes about four times as long, not sixteen."""

    def spent(length: int) -> float:
        text = (piece * length)[:length]
        begun = time.process_time()
        phi.found(default().phi, text)
        return time.process_time() - begun

    spent(1000)
    small, large = min(spent(10_000) for _ in range(3)), spent(40_000)
    assert large < max(0.05, small) * 10


@given(st.text(max_size=400))
def test_any_text_is_read_and_every_place_lies_within_it(text):
    for one in phi.found(default().phi, text):
        assert 0 <= one.start < one.end <= len(text)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(?:a{1,20}){1,20}", "a*b", "(a|b{2,})c", r"(a)\1", "(?:x{0,9}y{1,9}){6,30}"])
def test_a_pattern_that_may_run_long_is_refused_in_the_playbook(pattern):
    assert slow(pattern)


def test_the_shipped_patterns_are_linear():
    book = default().phi
    assert [one.match for kind in book.kinds.values() for one in kind.patterns if slow(book.expanded(one))] == []
