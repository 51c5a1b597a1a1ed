"""JSON that is only ever read back whole: kept as the text it came as (`json`), which the database checks and does not take
apart. A fifth of what `jsonb` costs to write; nothing can be asked of its insides in SQL."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from rounds.kit.written import as_json


class WholeJSON(models.JSONField):
    """A value read back as it was written, its keys in their order."""

    def db_type(self, connection: Any) -> str:
        return "json"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if value is None or hasattr(value, "as_sql") else as_json(self.packed(value))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return self.get_db_prep_value(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self.unpacked(json.loads(value) if isinstance(value, str) else value)

    def packed(self, value: Any) -> Any:
        """What is stored of `value`."""
        return value

    def unpacked(self, stored: Any) -> Any:
        """What was given, from what is stored."""
        return stored


class Lines(WholeJSON):
    """The lines of a verdict, {what, level, points, why, source} each: their names are not stored with every one of them."""

    NAMES = ("what", "level", "points", "why", "source")

    @classmethod
    def one(cls, line: dict[str, Any]) -> list[Any]:
        """A line as it is stored."""
        return [line.get(name) for name in cls.NAMES]

    def packed(self, value: list[dict[str, Any]]) -> list[list[Any]]:
        return [self.one(line) for line in value]

    def unpacked(self, stored: list[list[Any]]) -> list[dict[str, Any]]:
        return [dict(zip(self.NAMES, line, strict=True)) for line in stored]
