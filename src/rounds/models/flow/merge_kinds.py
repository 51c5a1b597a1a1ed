"""The payloads of merging and taking a merge back."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class Merged(Payload):
    """Told of the record that stays: which one was taken into it, and how many things came along."""

    merge: str
    other: str
    other_name: str
    moved: int
    taken: list[str]


class Unmerged(Payload):
    """Told of the record that had stayed; `left` things were not given back."""

    merge: str
    other: str
    other_name: str
    back: int
    left: int


MERGES = {f"{noun}.{what}": shape for noun in ("account", "contact", "lead")
          for what, shape in (("merged", Merged), ("unmerged", Unmerged))}  # fmt: skip
