"""What every table and every event must say of itself."""

from __future__ import annotations

import ast
from typing import get_args

import pytest
from django.apps import apps

from rounds.models.base import Retention
from rounds.models.flow.kinds import KINDS, Payload, shaped
from rounds.models.flow.merge_kinds import MERGES
from tests.house.house import at, files, nodes

MODELS = [model for model in apps.get_app_config("rounds").get_models() if not hasattr(model, "pgh_tracked_model")]
SIGHTS = {"own", "account", "lead", "opportunity", "paper", "contract", "about", "subject", "event", "viewer", "pair", "open", "closed", "sealed", "customer"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_says_how_long_it_is_kept_and_who_sees_it(model):
    assert getattr(model, "retention", None) in get_args(Retention), "name its retention class"
    assert getattr(model, "sight", "open") in SIGHTS


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_keys_are_uuids_and_money_is_whole_cents(model):
    from django.db import models

    assert isinstance(model._meta.pk, models.UUIDField)
    for field in model._meta.concrete_fields:
        assert not isinstance(field, models.DecimalField), f"{field.name}: money is bigint cents"
        if field.name.endswith("_cents"):
            assert isinstance(field, models.BigIntegerField)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_event_has_a_shape_that_refuses_the_rest(kind):
    assert issubclass(KINDS[kind], Payload)
    assert KINDS[kind].model_config["extra"] == "forbid"
    noun, _, verb = kind.partition(".")
    assert noun.isidentifier()
    assert verb.isidentifier()


def test_an_undeclared_kind_or_field_is_no_event():
    with pytest.raises(KeyError):
        shaped("lead.teleported", {})
    with pytest.raises(ValueError):
        shaped("account.closed", {"reason": "x", "mood": "sad"})


def recorded() -> dict[str, str]:
    """Every kind some action records, with where."""
    found = {}
    for file in files("actions", "jobs"):
        for node in nodes(file, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in ("record", "made") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found[first.value] = at(file, node)
    return found


def test_what_is_recorded_is_declared_and_what_is_declared_is_recorded():
    kinds = recorded()
    assert {kind: place for kind, place in kinds.items() if kind not in KINDS} == {}
    # An f-string (answers: account.answered, lead.answered; merges) is no constant; those are known.
    built = {"account.answered", "lead.answered", *MERGES}
    everything = "\n".join(file.read_text() for file in files("actions", "jobs"))
    unused = [kind for kind in KINDS if kind not in kinds and kind not in built and kind not in everything]
    assert unused == []


def test_every_action_that_writes_takes_who_and_when():
    """Law 1: keyword `by` and `at`. A function that records an event or notes an audit entry names both."""
    missing = []
    for file in files("actions"):
        for node in nodes(file, ast.FunctionDef):
            if node.name.startswith("_"):
                continue
            calls = {
                call.func.value.id + "." + call.func.attr for call in ast.walk(node)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
            }  # fmt: skip
            if {"events.record", "audit.note"} & calls:
                names = {arg.arg for arg in [*node.args.args, *node.args.kwonlyargs]}
                if "at" not in names or not {"by", "user", "token", "nonce"} & names:
                    missing.append(f"{at(file, node)} {node.name}")
    assert missing == []
