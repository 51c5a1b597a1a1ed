"""How much of a file is read before it is called hostile. Technical caps, not figures of the method."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one folder of public files; the agencies' own files stay far below each of them."""

    file_bytes: int = 512 * MIB
    unpacked_bytes: int = 512 * MIB
    unpacked_ratio: int = 200
    ratio_applies_from: int = 16 * MIB
    rows: int = 3_000_000
    columns: int = 2_000
    cell_bytes: int = 1 * MIB
    files: int = 5_000
    depth: int = 12
    json_depth: int = 60


DEFAULT = Limits()
