"""Events: every kind has a shape, and a payload holds what its shape names, no more and no less."""

from __future__ import annotations

import json
import re
import types
import typing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from rounds.access.sight import look_as
from rounds.actions.flow import events
from rounds.actions.market import accounts, hierarchy
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.kit.scope import Scope
from rounds.models import Event
from rounds.models.flow.kinds import KINDS, shaped

SOURCE = Path(__file__).resolve().parents[3] / "src" / "rounds"
SAID = re.compile(r"""events\.(?:record|made)\(\s*"([a-z_]+\.[a-z_]+)\"""")


def sample(annotation: Any) -> Any:
    """A plain value of a field's type."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return sample(typing.get_args(annotation)[0])
    return {str: "said", int: 3, float: 1.5, list: [], dict: {}, bool: True, Any: 1.5}[origin or annotation]


def payload_of(kind: str) -> dict[str, Any]:
    return {name: sample(field.annotation) for name, field in KINDS[kind].model_fields.items()}


def recorded_in_the_source() -> set[str]:
    return {kind for file in SOURCE.rglob("*.py") for kind in SAID.findall(file.read_text())}


def test_every_kind_that_is_recorded_has_a_shape():
    said = recorded_in_the_source()
    assert len(said) > 15
    assert said <= set(KINDS), "declare it in models/flow/kinds.py"


@pytest.mark.parametrize("kind", KINDS)
def test_a_payload_is_its_shape(kind):
    full = payload_of(kind)
    kept = shaped(kind, full)
    assert json.loads(json.dumps(kept)) == kept
    assert set(kept) == set(KINDS[kind].model_fields)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_shape_does_not_name_is_refused(kind):
    with pytest.raises(ValidationError, match="extra_forbidden"):
        shaped(kind, {**payload_of(kind), "password": "swordfish"})


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_shape_needs_is_not_left_out(kind):
    full = payload_of(kind)
    for name, field in KINDS[kind].model_fields.items():
        if field.is_required():
            with pytest.raises(ValidationError, match="missing"):
                shaped(kind, {key: value for key, value in full.items() if key != name})


def test_a_kind_nobody_declared_is_refused(db):
    look_as(Scope(everything=True))
    before = Event.objects.count()
    with pytest.raises(KeyError):
        events.record("lead.beamed_up", {}, by=SYSTEM_ACTOR, at=now())
    assert Event.objects.count() == before


def test_an_event_says_who_when_and_of_what(cast):
    at, batch = now(), new_id()
    account = accounts.add(name="Synthetic Harbor", level="system", by=cast.owner.actor, at=at)
    event = Event.objects.get(kind="account.added", account_id=account.id)
    assert (event.by_kind, event.by_id, event.by_name) == ("user", cast.owner.id, "Olivia Grant")
    assert (event.at, event.quiet, event.batch_id) == (at, False, None)
    with events.in_batch(batch):
        accounts.change(account, beds=300, by=cast.owner.actor, at=now())
    accounts.change(account, beds=301, by=cast.owner.actor, at=now())
    changed = Event.objects.filter(kind="account.changed").order_by("at")
    assert [e.batch_id for e in changed] == [batch, None]
    assert [e.payload["changed"]["beds"] for e in changed] == [[None, 300], [300, 301]]


@pytest.mark.req("X-1")
def test_events_are_seen_with_their_subject(cast, as_seen_by):
    account = accounts.add(name="Synthetic Harbor", level="system", by=cast.admin.actor, at=now())
    accounts.assign(account, cast.owner, by=cast.admin.actor, at=now())
    seen = {}
    for who in ("owner", "manager", "colleague", "admin"):
        with as_seen_by(getattr(cast, who)):
            seen[who] = Event.objects.filter(account_id=account.id).count()
    assert seen["colleague"] == 0
    assert seen["owner"] == seen["manager"] == seen["admin"] >= 2


def test_what_fails_leaves_no_event(cast):
    with pytest.raises(hierarchy.WrongLevel):
        accounts.add(name="Nowhere", level="department", by=cast.owner.actor, at=now())
    assert not Event.objects.filter(kind="account.added").exists()
