"""Ids: UUID version 7, so that keys made later sort later and indexes stay dense."""

from __future__ import annotations

import os
import time
from collections import deque
from uuid import UUID, SafeUUID

_RANDOM, _AT_ONCE = 10, 256
"""Random bytes an id takes; how many ids' worth are asked of the system at once."""
_kept = deque[bytes]()
os.register_at_fork(after_in_child=_kept.clear)  # or parent and child would make the same ids


def _random() -> bytes:
    """Ten random bytes of the system's. Safe among threads: a deque gives each of its items once."""
    try:
        return _kept.popleft()
    except IndexError:
        fresh = os.urandom(_RANDOM * _AT_ONCE)
        _kept.extend(fresh[at : at + _RANDOM] for at in range(_RANDOM, len(fresh), _RANDOM))
        return fresh[:_RANDOM]


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(_random(), "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= ((random >> 68) & 0xFFF) << 64
    value |= 0x2 << 62
    value |= random & 0x3FFF_FFFF_FFFF_FFFF
    made = object.__new__(UUID)  # what UUID(int=value) makes, without its checks: an import makes nine a row
    object.__setattr__(made, "int", value)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made
