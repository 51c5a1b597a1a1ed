"""A folder that takes mail instead of a server: for trying out, where nothing may reach anybody."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

_NAME = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f-]{36}\.eml")
LATEST = 100


@dataclass(frozen=True, slots=True)
class Dropped:
    """One letter of the folder."""

    name: str
    subject: str
    to: str
    date: datetime | None
    text: str


def put(folder: Path, key: object, body: bytes, *, at: datetime) -> Path:
    """Lay a letter into the folder; the same letter lies there once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if lies := next(folder.glob(f"*-{key}.eml"), None):
        return lies
    path = folder / f"{at:%Y%m%dT%H%M%S%f}-{key}.eml"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(body)
    return path


def letters(folder: Path) -> Iterator[Dropped]:
    """The latest letters, newest first."""
    names = sorted((path.name for path in folder.glob("*.eml") if _NAME.fullmatch(path.name)), reverse=True) if folder.is_dir() else []
    for name in names[:LATEST]:
        if (one := letter(folder, name)) is not None:
            yield one


def letter(folder: Path, name: str) -> Dropped | None:
    """One letter by the name of its file; None for anything else."""
    if not _NAME.fullmatch(name) or not (folder / name).is_file():
        return None
    said = message_from_bytes((folder / name).read_bytes(), policy=default)
    assert isinstance(said, EmailMessage)
    part = said.get_body(("plain",))
    date = said["Date"].datetime if said["Date"] else None
    return Dropped(name, str(said["Subject"] or ""), str(said["To"] or ""), date, part.get_content() if part else "")
