"""The hospital universe as columns: joins of public files by CCN, inferences with source and confidence."""

from __future__ import annotations

from .agreement import agreement
from .join import FILLS, Joined, join

__all__ = ["FILLS", "Joined", "agreement", "join"]
