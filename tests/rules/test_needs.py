"""What a match must hold: a text the sieve holds back is one in which the expressions find nothing."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules import phi
from rounds.rules.needs import Sieve, needs_of

SAID = yaml.safe_load((Path(__file__).parent / "trust" / "phi_sentences.yaml").read_text())
pytestmark = pytest.mark.req("COMM-14", "INTEG-17")


def texts_in(said) -> list[str]:
    """Every text of the labelled sentences."""
    if isinstance(said, str):
        return [said]
    return [text for one in (said.values() if isinstance(said, dict) else said or ()) for text in (texts_in(one) if isinstance(one, str | dict | list) else [])]


WORDS = sorted({word for text in texts_in(SAID) for word in re.split(r"(?<=[ ,.:;()-])", text) if word})
PLAIN = re.compile("|".join(  # as phi.may_hold asks without the sieve
    "(?:" + re.sub(r"\(\?P<\w+>", "(?:", default().phi.expanded(one)) + ")" for kind in default().phi.kinds.values() for one in kind.patterns))  # fmt: skip


def holds(text: str) -> bool:
    return PLAIN.search(text) is not None


def test_every_labelled_sentence_is_looked_at_as_before():
    for text in texts_in(SAID):
        assert phi.may_hold(default().phi, text) is (len(text) > default().phi.window.value or holds(text)), text


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_words_of_such_sentences_in_any_order_are_too(seed):
    dice = Random(seed)
    text = "".join(dice.choice(WORDS) for _ in range(dice.randint(1, 9)))
    spelled = dice.choice([str, str.upper, str.lower, str.title, lambda said: said.replace("s", "ſ").replace("k", "K")])(text)
    assert phi.may_hold(default().phi, spelled) is holds(spelled)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_what_an_expression_finds_passes_the_sieve(data):
    """The other way round: whatever text an expression is found in, the sieve lets it through."""
    expression = data.draw(st.sampled_from([default().phi.expanded(one) for kind in default().phi.kinds.values() for one in kind.patterns]))
    text = data.draw(st.from_regex(expression))
    if re.search(expression, text):
        assert Sieve([expression]).passes(text)


@pytest.mark.parametrize(("expression", "digits", "words"), [
    ("abc[0-9]{2,4}", 2, {"abc"}), ("(?i:One|Two) x?y", 0, {"one xy", "one y", "two xy", "two y"}), ("[a-z]+", 0, set()),
    ("(?:[0-9]|x)", 0, set()), ("[0-9]|[0-9]{3}", 1, set()), ("(?<!z)no[.]?(?! more)", 0, {"no", "no."}),
    ("(?:ab)+", 0, {"ab"}), ("(?:ab)*", 0, set()), ("[^0-9]", 0, set()), (r"\d\d-", 2, {"-"}),
])  # fmt: skip
def test_what_is_read_off_an_expression(expression, digits, words):
    found = needs_of(expression)
    assert (found.digits, found.words) == (digits, words)


def test_what_is_not_understood_asks_for_nothing():
    assert Sieve([r"(a)\1"]).passes("aa")
    assert Sieve(["(?P<n>[0-9])x(?P=n)"]).passes("1x1")
    assert not Sieve(["(?P<n>[0-9])x(?P=n)"]).passes("x")
