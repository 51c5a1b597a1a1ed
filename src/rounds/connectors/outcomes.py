"""How a sending can end when it does not end well: what is known decides what may be done next."""

from __future__ import annotations

from rounds.connectors.outbound import PeerFailed


class Later(PeerFailed):
    """It was not taken, and may be taken later.

    `side`: the other side as a whole does not work, so nothing else need be tried there now; `silent`: it did not even
    answer; `header`: its Retry-After.
    """

    def __init__(self, sentence: str, *, side: bool = False, silent: bool = False, header: str = "") -> None:
        super().__init__(sentence)
        self.side, self.silent, self.header = side or silent, silent, header


class Never(PeerFailed):
    """It was refused for good; the same again would be refused again."""


class Unsure(PeerFailed):
    """It was handed over and no answer came: it may have arrived."""
