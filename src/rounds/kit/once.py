"""Reading once: within a block, what was asked already with the same words is not asked again.

A page that is made of parts asks the same of the same rows in several of them. Inside `reading_once()` a function marked
`@once` answers each call from what it found first; outside, it is an ordinary function. Only what merely reads may be
marked, and only a door that writes nothing of it may open the block. Whoever looks through other eyes opens `apart()`:
what one may see must not be answered from what another saw.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
_found: ContextVar[dict[Hashable, Any] | None] = ContextVar("found_once", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Remember what marked functions find, until the end of the block."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """Inside a block that remembers, begin with nothing known; what was known before is known again afterwards."""
    if _found.get() is None:
        yield
        return
    with reading_once():
        yield


def once(function: Function) -> Function:
    """Mark a function of hashable words that only reads. Whoever is given the answer changes nothing of it. Moments do not
    tell two questions apart: a block is one moment."""

    @wraps(function)
    def asked(*args: Any) -> Any:
        found = _found.get()
        if found is None:
            return function(*args)
        key = (function, *(one for one in args if not isinstance(one, datetime)))
        if key not in found:
            found[key] = function(*args)
        return found[key]

    return asked  # type: ignore[return-value]
