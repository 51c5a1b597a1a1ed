"""Duplicates: 50,000 names looked through, with the curve of precision and recall on records whose duplicates are known.

    python -m bench.duplicates [names]

The bar: under 3 s, precision and recall of at least 0.90 at the lowest group. The reference is the time that only
bringing the names into their plain forms takes.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from bench.labelled import Labelled, curve, hospitals, organizations, people

BAR, GOOD = 3.0, 0.90
DATA = Path(os.environ.get("ROUNDS_PUBLIC_DATA", Path(__file__).resolve().parents[1].parent / "shared" / "data"))


def look(title: str, noun: str, labelled: Labelled) -> bool:
    """One set looked through; prints and answers whether the bar holds."""
    from rounds.playbook import default
    from rounds.rules import duplicates
    from rounds.rules.duplicates.forms import forms

    book, records, labels = default(), [record for record, _ in labelled], [label for _, label in labelled]
    begun = time.perf_counter()
    forms(book, book.duplicates.nouns[noun], records)
    reference = time.perf_counter() - begun
    begun = time.perf_counter()
    found = duplicates.find(book, noun, records)
    took = time.perf_counter() - begun
    floors = [*range(80, 100, 4), 99]
    shown = curve(((pair.one, pair.other, pair.points) for pair in found), labels, floors)
    precision, recall = shown[floors[0]]
    held = precision >= GOOD and recall >= GOOD and took <= BAR
    print(f"{title}: {len(records):,} names, {len(found):,} pairs in {took:.2f} s ({took / reference:.1f} × their plain forms; "
          f"bar {BAR:.0f} s)  {'held' if held else 'MISSED'}")  # fmt: skip
    for floor, (p, r) in shown.items():
        print(f"  from {floor}: precision {p:.3f}, recall {r:.3f}")
    return held


def main(count: int = 50_000) -> bool:
    """Real hospitals filled up to `count` with invented ones, then people; True when every bar holds."""
    real = hospitals(DATA) if DATA.is_dir() else []
    if not real:
        print(f"The public files are not at {DATA} (set ROUNDS_PUBLIC_DATA): invented names only.")
    held = look("real hospitals", "account", real) if real else True
    held &= look("real and invented organisations", "account", [*real, *organizations(count - len(real))][:count])
    return look("invented people", "contact", people(count)) and held


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
