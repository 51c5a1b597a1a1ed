"""A header written from names and values, as bytes."""

from __future__ import annotations

from collections.abc import Iterable


def written(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Lines of a header; nothing in a value begins a line of its own."""
    lines = (f"{name}: {' '.join(value.split())}" for name, value in pairs if name.replace("-", "").isalnum())
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace")
