"""What the library refuses."""

from __future__ import annotations

from rounds.kit.refusal import Refusal


class AssetRefused(Refusal):
    """Content that cannot be kept or sent like this."""

    status = 422
