"""Many records under one model: reading only what a fact touches reads the same, and one key means one verdict but for its words."""

from __future__ import annotations

from dataclasses import fields

import pytest

from rounds.playbook import default
from rounds.rules.facts import WrongFact
from rounds.rules.scoring import Score, score, scorer
from rounds.rules.scoring.alike import Reader, key_of
from rounds.rules.scoring.score import read_line

RULES = ["scoring/lead_fit", "scoring/crm_quick", "scoring/abm_account", "scoring/integration_complexity"]
SHARED = [one.name for one in fields(Score) if one.name != "lines"]
pytestmark = pytest.mark.req("INTEG-17", "LEAD-01")


@pytest.mark.parametrize("rule", RULES)
def test_every_line_reads_as_it_does_alone(rule, invent):
    world, model = invent(rule), scorer(default(), rule)
    reader = Reader(model)
    for seed in range(20):
        for record in world.records(seed, 40):
            facts = model.check(record)
            assert reader(record) == [read_line(line, facts) for line in model.lines]


@pytest.mark.parametrize("rule", RULES)
def test_records_of_one_key_differ_in_words_alone(rule, invent):
    world, model = invent(rule), scorer(default(), rule)
    reader, seen, met = Reader(model), {}, 0
    for seed in range(40):
        for record in world.records(seed, 40):
            found = score(model, record)
            shared = [getattr(found, name) for name in SHARED]
            key = key_of(reader(record))
            met += key in seen
            assert seen.setdefault(key, shared) == shared
    assert met, "keys met again are what this is about"


def test_a_wrong_fact_is_refused_here_too():
    with pytest.raises(WrongFact, match="beds"):
        Reader(scorer(default(), "lead_fit"))({"beds": "many"})
