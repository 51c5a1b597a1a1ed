"""A person's number shared out over places or segments, as their deals lie; the shares add up to the cent (FORECAST-01)."""

from __future__ import annotations

from collections.abc import Mapping


def shared(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """`cents` over the keys of `weights`, in proportion; what rounding leaves goes to the largest. Without any weight all of it
    stands under ""."""
    whole = sum(weights.values())
    if whole <= 0:
        return {"": cents}
    found = {key: cents * weight // whole for key, weight in sorted(weights.items()) if weight > 0}
    largest = max(found, key=lambda key: (weights[key], key))
    found[largest] += cents - sum(found.values())
    return found
