"""Weighing: how alike the names are, and what every other field says for or against."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rounds.playbook.shapes.duplicates import Compared, Evidence
from rounds.rules.duplicates.forms import Columns


def weigh(compared: Compared, made: Columns, one: Any, other: Any) -> dict[str, Any]:
    """What each part gives the pairs (`one[i]`, `other[i]`): `name` 0 to 100, every field of the evidence its points."""
    given = {said.field: _evidence(said, made[said.field], one, other) for said in compared.evidence}
    return {"name": _names(compared, made, one, other), **given, "alone": _alone(compared, given.values(), one)}


def reaching(compared: Compared, made: Columns, one: Any, other: Any, floor: int) -> tuple[Any, Any, Any]:
    """The pairs that reach `floor`, with their points: (one, other, points).

    What is cheap to compare comes first, and a pair that can no longer reach the floor, whatever the rest says, is
    dropped: the answer is that of `weigh`, for a fraction of its work.
    """
    plain = [evidence for evidence in compared.evidence if evidence.alike is None]
    texts = [evidence for evidence in compared.evidence if evidence.alike is not None]
    hope = 100.0 + sum(said.alike.most for said in texts if said.alike)
    told = [_evidence(said, made[said.field], one, other) for said in plain]
    so_far, spoken = sum(told, start=one * 0.0), sum((one_says > 0 for one_says in told), start=one * 0)
    one, other, so_far, spoken = _kept(so_far + hope >= floor, one, other, so_far, spoken)
    so_far = so_far + _names(compared, made, one, other)
    hope -= 100.0
    one, other, so_far, spoken = _kept(so_far + hope >= floor, one, other, so_far, spoken)
    for said in texts:
        says = _evidence(said, made[said.field], one, other)
        so_far, spoken = so_far + says, spoken + (says > 0)
    points = _whole(so_far + (spoken == 0) * compared.alone)
    return _kept(points >= floor, one, other, points)


def _alone(compared: Compared, given: Iterable[Any], one: Any) -> Any:
    """What a pair loses for which nothing but its names speaks."""
    return (sum((says > 0 for says in given), start=one * 0) == 0) * float(compared.alone)


def _kept(those: Any, *columns: Any) -> tuple[Any, ...]:
    return tuple(column[those] for column in columns)


def total(given: dict[str, Any]) -> Any:
    """The points of each pair, 0 to 100, whole."""
    return _whole(sum(given.values()))


def _whole(points: Any) -> Any:
    import numpy as np

    return np.floor(np.round(np.clip(points, 0, 100), 6)).astype(np.int64)


def _names(compared: Compared, made: Columns, one: Any, other: Any) -> Any:
    import numpy as np
    from rapidfuzz import fuzz

    if compared.names == "person":
        return _alike(made["name"], one, other)
    found = _alike(made["name"], one, other)
    less = np.flatnonzero(found < 100)
    here, there, core = one[less], other[less], made["core"]
    telling = (_alike(core, here, there) + _compared(core, here, there, fuzz.token_set_ratio)) / 2 + compared.telling_only
    found[less] = np.maximum(found[less], telling)
    return found


def _alike(column: list[str], one: Any, other: Any) -> Any:
    """How alike two texts are whatever the order of their words, 0 to 100; 0 where one is not known.

    The words are sorted once a record, not once a pair.
    """
    from rapidfuzz import fuzz

    return _compared([" ".join(sorted(text.split())) for text in column], one, other, fuzz.ratio)


def _compared(column: list[str], one: Any, other: Any, scorer: Any) -> Any:
    import numpy as np
    from rapidfuzz import process

    texts = np.asarray(column, dtype=object)
    return process.cpdist(list(texts[one]), list(texts[other]), scorer=scorer, dtype=np.float64, workers=2)


def _evidence(evidence: Evidence, column: list[str], one: Any, other: Any) -> Any:
    import numpy as np

    texts = np.asarray(column, dtype=object)
    here, there = texts[one], texts[other]
    known = (here != "") & (there != "")
    if evidence.alike is None:
        return np.where(known, np.where(here == there, evidence.same, evidence.differ), 0).astype(np.float64)
    said = evidence.alike
    steps = (_alike(column, one, other) - said.from_) * said.a_point
    return np.where(known, np.clip(steps, said.least, said.most), 0.0)
