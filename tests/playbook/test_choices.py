"""Choices between readings: listed, tried, refused by name."""

from __future__ import annotations

import pytest

from rounds.playbook import PlaybookRefused, UnknownKey, default, keys, load, with_set
from rounds.playbook.choices import resolve


@pytest.mark.req("X-2")
def test_every_choice_says_where_it_stands_and_what_else_there_is():
    found = keys(default())
    assert {
        "score.unknown",
        "size.precedence",
        "lead.budget.combine",
        "cqs.engagement_mode",
        "lead.triggers.mode",
        "routing.model",
        "territory.table",
        "territory.fill",
        "segment.basis",
        "abm.tiering",
        "abm.qualitative",
    } <= {key.key for key in found}
    for key in found:
        assert key.says.endswith(".")
        assert key.conflict
        assert not key.alternatives or key.default in key.alternatives
        line = default().files[key.file].splitlines()[key.line - 1]
        assert str(key.default) in line, (key.key, line)


@pytest.mark.parametrize("key", [key for key in keys(default()) if key.alternatives], ids=lambda key: key.key)
def test_every_alternative_can_be_tried(key):
    for value in key.alternatives:
        tried = with_set(default(), {key.key: value})
        assert next(other for other in keys(tried) if other.key == key.key).default == value
        assert (tried.hash == default().hash) is False
        assert with_set(default(), {key.key: value}) is tried or with_set(default(), {key.key: value}) == tried


def test_a_wrong_choice_is_refused_with_what_there_is():
    with pytest.raises(UnknownKey, match=r"no choice named 'segment.bases'. Did you mean segment.basis"):
        with_set(default(), {"segment.bases": "deal"})
    with pytest.raises(UnknownKey, match="Choose one of: beds, deal, max, min"):
        with_set(default(), {"segment.basis": "revenue"})
    with pytest.raises(UnknownKey, match="one word or number"):
        with_set(default(), {"segment.basis": ["deal"]})
    with pytest.raises(PlaybookRefused):
        with_set(default(), {"score.trust_at": 7})


def test_a_playbook_cannot_be_changed():
    with pytest.raises(Exception, match="frozen"):
        default().scoring["lead_fit"].title = "other"
    assert isinstance(default().scoring["lead_fit"].categories, tuple)


def test_the_default_is_not_touched_by_trying():
    before = resolve(default().documents["routing/segments.yaml"].data, ("basis",))
    with_set(default(), {"segment.basis": "deal"})
    assert before == ("basis",)
    assert default().segments.basis == "beds"
    assert load(default().files).hash == default().hash
