"""A report that was told, as plain data: its sentences without links, what a mail may say of it, the mark it is known by."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from rounds.kit.told import cell, text


def digest(parameters: dict[str, Any], content: dict[str, Any]) -> str:
    """SHA-256 over all that is told, in one way of writing it."""
    return hashlib.sha256(json.dumps([parameters, content], sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def headlines(content: dict[str, Any]) -> list[str]:
    """The first sentence of each section: what a mail may say. None names a customer."""
    return [f"{one['title']}: {text(one['sentences'][0])}" for one in content["sections"]]


def as_rows(content: dict[str, Any]) -> list[list[Any]]:
    """Everything as rows of a file: (section, what it is, words, value, unit, rows, period, before, target)."""
    rows: list[list[Any]] = []
    for part in content["sections"]:
        rows += [[part["title"], "sentence", text(one), None, "", None, "", "", ""] for one in part["sentences"]]
        rows += [[part["title"], one["title"], one["says"], one["value"], one["unit"], one["n"], one["period"], one["was"], one["target"]] for one in part["figures"]]
        for table in part["tables"]:
            rows += [[part["title"], "row", "; ".join(f"{head}: {cell(one)}" for head, one in zip(table["heads"], row["cells"], strict=True)), None, "", None, "", "", ""]
                     for row in table["rows"]]  # fmt: skip
    return rows


HEADS = ("Section", "What", "Says", "Value", "Unit", "Rows", "Period", "Before", "Target")
