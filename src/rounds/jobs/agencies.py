"""Fetches the agencies' own files into a folder, from the addresses of the playbook (each marked unverified)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from rounds.connectors.agencies import DownloadRefused, Fetched, fetch
from rounds.kit.refusal import Refusal
from rounds.models.flow.active import active


class NothingCame(Refusal):
    """None of the agencies' files could be downloaded."""

    status = 502


def download(
    folder: Path, *, progress: Callable[[str, str, int, int], None] = lambda *_: None
) -> tuple[list[Fetched], list[str]]:
    """Every file the playbook names, into `folder`; what came, and a sentence for each that did not.

    Raises NothingCame when none did. Files that stand and have not changed are kept; broken ones go on.
    """
    book = active().playbook
    came: list[Fetched] = []
    refused: list[str] = []
    for agency in book.universe.agencies:
        name = agency.file.replace("_", " ")

        def tell(done: int, total: int, name: str = name) -> None:
            progress("download", f"Downloading {name}"[:28], done, max(total, done + (not total)))

        try:
            came.append(
                fetch(
                    agency.address,
                    folder,
                    f"{agency.file}.download",
                    own_machine=not settings.PRODUCTION,
                    progress=tell,
                )
            )
        except DownloadRefused as refusal:
            refused.append(str(refusal))
    if refused and not came:
        raise NothingCame("None of the agencies' files could be downloaded. " + " ".join(refused[:3]))
    return came, refused
