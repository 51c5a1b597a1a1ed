"""Account forms: what a POST says as the action takes it, and the fields as they are drawn again with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rounds.kit.refusal import Refusal

NUMBERS = ("beds", "hospitals", "locations", "fye_month")
TEXTS = ("name", "level", "org_type", "address", "city", "state", "zip", "county", "phone", "website", "ehr_vendor")


def given(post: Mapping[str, str]) -> dict[str, Any]:
    """The fields that were filled in: numbers as numbers where they are, else as typed, so that the action says why not."""
    said: dict[str, Any] = {}
    for name in TEXTS:
        if name in post:
            said[name] = post[name].strip()
    for name in NUMBERS:
        text = post.get(name, "").strip().replace(",", "")
        if text:
            said[name] = int(text) if text.isdigit() else text
    return {name: value for name, value in said.items() if value != "" or name == "name"} if "level" in post else said


def shown(post: Mapping[str, str], held: Mapping[str, Any], refusal: Refusal | None = None) -> dict[str, dict[str, str]]:
    """name → {value, error} for every field, what was typed before what is kept."""
    field = getattr(refusal, "field", None) if refusal else None
    return {name: {"value": str(post.get(name, held.get(name) if held.get(name) is not None else "")),
                   "error": str(refusal) if refusal and field == name else ""} for name in (*TEXTS, *NUMBERS, "parent")}  # fmt: skip
