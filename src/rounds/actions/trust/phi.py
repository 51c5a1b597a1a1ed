"""The guard at every door where free text comes in: what looks like patient data is refused or held for a reviewer.

An action says which of its arguments are free text: `@phi.texts("subject", "body")`. A person is refused (422) and may
send the text to review instead; what comes from outside (forms, imports, integrations) is held, and the rest goes on.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from rounds.actions.trust import audit
from rounds.actions.trust.free_text import Text, swapped, texts_of
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import ApiToken, Quarantine
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules import phi


class PhiRefused(Refusal):
    """This looks like patient data. Rounds keeps none: take it out."""

    status = 422
    can_wait = False
    """Whether the text may be sent to review instead, and the deed done without it."""


@dataclass
class Door:
    """Where a text comes in. `outside`: nobody stands there who could take it out again. `review`: the person asked for
    review instead. `held` counts the texts held so far."""

    name: str = ""
    outside: bool = False
    review: bool = False
    passed: bool = False
    held: int = field(default=0)


_door: ContextVar[Door | None] = ContextVar("phi_door", default=None)


@contextmanager
def door(name: str, *, outside: bool = False, review: bool = False) -> Iterator[Door]:
    """Texts of the block come in by this door."""
    here = Door(name, outside, review)
    token = _door.set(here)
    try:
        yield here
    finally:
        _door.reset(token)


@contextmanager
def passed() -> Iterator[None]:
    """Texts of the block were looked at by a reviewer already."""
    token = _door.set(replace(_door.get() or Door("review"), passed=True))
    try:
        yield
    finally:
        _door.reset(token)


def texts(*names: str, needed: tuple[str, ...] = (), skip: tuple[str, ...] = (), hold: bool = True,
          written: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # fmt: skip
    """Guard the free text in the arguments `names` of an action ("**": its further keywords; a dict, list or shape is
    looked through) except `skip`.

    A held text is left out, or, where the action `needed` it, says so. With `hold=False` it is refused always: the
    deed is nothing without it. `written`: the attribute of the answered row that equals `at` if this call made it, so
    that a delivery that comes twice holds nothing twice.
    """

    def around(action: Callable[..., Any]) -> Callable[..., Any]:
        signed = inspect.signature(action)

        @functools.wraps(action)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            here = _door.get()
            if here is not None and here.passed:
                return action(*args, **kwargs)
            bound = signed.bind_partial(*args, **kwargs)
            found = _look(bound.arguments, signed, names, skip)
            if not found:
                return action(*args, **kwargs)
            by, at = kwargs["by"], kwargs["at"]
            _refuse_or_go_on(found, by, here, hold=hold)
            swapped(bound.arguments, signed, found, needed)
            with transaction.atomic():
                done = action(*bound.args, **bound.kwargs)
                row = done[0] if isinstance(done, tuple) else done
                if not written or getattr(row, written, at) == at:
                    for text in found:
                        _hold(text, row, by=by, at=at, here=here)
            return done

        guarded.guarded_texts = names  # type: ignore[attr-defined]
        return guarded

    return around


def look(text: str) -> list[phi.Found]:
    """What in `text` looks like patient data, by the playbook in force."""
    return phi.found(active().playbook.phi, text)


def titles(kinds: list[str]) -> str:
    """Kinds in words: "a date of birth and a medical record number"."""
    said = [phi.title(active().playbook.phi, kind) for kind in kinds]
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1] if said else ""


def guard(text: str, *, field: str = "text", by: Actor) -> str:
    """`text` itself if it is clean. Raises PhiRefused (422) naming the kinds, never the value.

    For texts that belong to no action of their own; actions say `@texts` and hold what comes from outside.
    """
    kinds = phi.kinds(look(text)) if text else []
    if kinds:
        raise _refusal([Text(field, (), text, kinds)], can_wait=False)
    return text


def _look(said: dict[str, Any], signed: inspect.Signature, names: tuple[str, ...], skip: tuple[str, ...]) -> list[Text]:
    """The texts of the named arguments with findings. `kinds` of each are filled in."""
    found = []
    for text in texts_of(said, signed, names, skip):
        kinds = phi.kinds(look(text.value))
        if kinds:
            found.append(replace(text, kinds=kinds))
    return found


def _refuse_or_go_on(found: list[Text], by: Actor, here: Door | None, *, hold: bool) -> None:
    """Raise PhiRefused where somebody stands who can take the text out, or where nothing is left without it."""
    if not hold:
        raise _refusal(found, can_wait=False)
    if here is not None and (here.outside or here.review):
        return
    modes = active().playbook.phi.kinds
    unsure = all(kind in modes and modes[kind].mode == "hold" for text in found for kind in text.kinds)
    if not unsure and _stands_there(by):
        raise _refusal(found, can_wait=True)


def _stands_there(by: Actor) -> bool:
    """Whether a person sent this and waits for the answer: at a page, or over the API with a token of their own."""
    if by.kind != "integration":
        return by.kind == "user"
    token = ApiToken.objects.select_related("user").filter(pk=by.id).first()
    roles = active().playbook.access.roles
    return token is not None and token.user.role in roles and roles[token.user.role].audience == "staff"


def _refusal(found: list[Text], *, can_wait: bool) -> PhiRefused:
    kinds = list(dict.fromkeys(kind for text in found for kind in text.kinds))
    where = found[0].field.split(".")[0].replace("_", " ")
    way = "Take it out, or send the text to review" if can_wait else "Take it out"
    refusal = PhiRefused(f"The {where} looks like it holds patient data: {titles(kinds)}. Rounds keeps none. {way}.",
                         field=found[0].field)  # fmt: skip
    refusal.can_wait = can_wait
    return refusal


def _hold(text: Text, row: Any, *, by: Actor, at: datetime, here: Door | None) -> None:
    """Keep a text sealed for a reviewer. Effects: Quarantine, an audit entry with its kinds."""
    kind, key = (row._meta.model_name, row.pk) if isinstance(row, Model) else ("", None)
    door = here.name if here is not None and here.name else by.kind
    Quarantine.objects.create(door=door, kind=kind, subject_id=key, field=text.field, text=text.value, found=text.kinds,
                              **signature(by, at))  # fmt: skip
    audit.note("phi.hold", by=by, at=at, kind=kind, subject=key,
               detail={"field": text.field, "kinds": text.kinds, "door": door})  # fmt: skip
    if here is not None:
        here.held += 1
