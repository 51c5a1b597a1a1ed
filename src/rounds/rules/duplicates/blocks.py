"""Blocks: only records that share one are compared, so that the work grows with what is alike, not with the square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rounds.playbook.shapes.duplicates import Compared, LargestBlock
from rounds.rules.duplicates.forms import Columns


def keys(compared: Compared, made: Columns) -> list[list[str]]:
    """For each block the key of every record, "" where a part of it is not known."""
    found = []
    for block in compared.blocks:
        columns = [made[part] for part in block]
        found.append(["\x1f".join(parts) if all(parts) else "" for parts in zip(*columns, strict=True)])
    return found


def candidates(found: Sequence[Sequence[str]], by_name: Sequence[str], largest: LargestBlock) -> tuple[Any, Any]:
    """The pairs (a < b) of positions that share a block, each once, as two arrays. In a block that is too large each
    record meets only the few that follow it by name."""
    import numpy as np

    count = len(by_name)
    order_of_names = np.argsort(np.argsort(np.asarray(by_name, dtype=object), kind="stable"), kind="stable")
    pairs = [_pairs(np, block, order_of_names, largest) for block in found]
    whole = np.sort(np.concatenate(pairs))
    whole = whole[np.flatnonzero(np.diff(whole, prepend=-1))]
    return whole // max(count, 1), whole % max(count, 1)


def _pairs(np: Any, block: Sequence[str], order_of_names: Any, largest: LargestBlock) -> Any:
    """The pairs of one block, each as a * n + b."""
    count, codes = len(block), np.fromiter(_codes(block), dtype=np.int64, count=len(block))
    known = np.flatnonzero(codes >= 0)
    order = known[np.lexsort((order_of_names[known], codes[known]))]
    sorted_codes = codes[order]
    sizes = np.bincount(sorted_codes, minlength=1)[sorted_codes] if len(order) else order
    made = [np.zeros(0, dtype=np.int64)]
    for step in range(1, largest.value):
        if step >= len(order):
            break
        if step == largest.beyond + 1:  # from here on within blocks that are not too large
            fits = sizes <= largest.value
            order, sorted_codes, sizes = order[fits], sorted_codes[fits], sizes[fits]
            if step >= len(order):
                break
        same = np.flatnonzero(sorted_codes[step:] == sorted_codes[:-step])
        if not len(same):
            break
        one, other = order[same], order[same + step]
        made.append(np.minimum(one, other) * count + np.maximum(one, other))
    return np.concatenate(made)


def _codes(block: Sequence[str]) -> Any:
    numbers: dict[str, int] = {}
    return (numbers.setdefault(key, len(numbers)) if key else -1 for key in block)
