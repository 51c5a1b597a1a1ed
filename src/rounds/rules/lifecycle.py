"""Whether a lead is marketing's own: a word beside the status (C-16)."""

from __future__ import annotations

from rounds.playbook import Playbook


def lifecycle(playbook: Playbook, band: str) -> str:
    """The lifecycle value of a lead in `band`; "" for none."""
    book = playbook.statuses.lifecycle
    return book.value if book.value != "none" and band in book.bands else ""
