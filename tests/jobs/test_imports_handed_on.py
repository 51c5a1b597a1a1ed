"""An import that goes on by itself is handed on with the word that says so, or not at all: nobody is left between two steps."""

from __future__ import annotations

import pytest

from rounds.actions.flow import imports
from rounds.jobs import import_file
from rounds.jobs import imports as walking
from rounds.jobs.imports import carry_on, folder
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Import, ImportRow
from rounds.models.flow.active import active


@pytest.fixture
def begun(cast):
    """Begins the import of a file that is to run by itself; (its id, its upload)."""

    def begin(text: str, noun: str = "lead"):
        path = folder() / "handed.upload"
        path.write_text(text)
        looks = import_file.look(path, "handed.csv", active().playbook.imports.limits)
        of = imports.begin("handed.csv", file=path.name, size=path.stat().st_size, looks=looks, noun=noun, person=None, by=SYSTEM_ACTOR, at=now())
        imports.understand_as(of, {"then": "run"}, by=SYSTEM_ACTOR, at=now())
        return of.id, path

    return begin


@pytest.mark.req("INTEG-17")
def test_one_that_dies_before_it_is_handed_on_is_read_again(begun, monkeypatch):
    key, path = begun("external id,name,email,state\nk1,Ida Lund,ida@mercy.example,NY\n")
    asked = walking.ask_check

    def dies(*_args, **_said):
        raise SystemExit("killed")

    monkeypatch.setattr(walking, "ask_check", dies)
    with pytest.raises(SystemExit):
        carry_on(key)
    assert (Import.objects.get(pk=key).state, path.exists()) == ("reading", True)
    monkeypatch.setattr(walking, "ask_check", asked)
    carry_on(key)
    assert (Import.objects.get(pk=key).state, path.exists(), ImportRow.objects.filter(of=key).count()) == ("checking", False, 1)


@pytest.mark.req("INTEG-17")
def test_one_whose_next_step_is_refused_stands_where_it_came_and_says_why(begun):
    key, path = begun("what,else\n1,2\n", "deal")
    carry_on(key)
    of = Import.objects.get(pk=key)
    assert (of.rows, path.exists()) == (1, False)
    assert (of.state, of.refusal.startswith("No column says")) == ("refused", True)
