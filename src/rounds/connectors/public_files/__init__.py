"""Public files about US hospitals: recognised by content, read to clean columns, complained about in sentences."""

from __future__ import annotations

from .complaints import FileRefused, Hostile, Torn
from .limits import Limits
from .source import Found, Source
from .survey import NoSuchFolder, Survey, survey

__all__ = [
    "FileRefused",
    "Found",
    "Hostile",
    "Limits",
    "NoSuchFolder",
    "Source",
    "Survey",
    "Torn",
    "survey",
]
