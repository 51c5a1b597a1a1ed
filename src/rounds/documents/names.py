"""Names of files that leave: safe in a header, on any disk, and no path."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST = 120
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
"""Names that are devices on some systems."""


def file_name(said: str, *, otherwise: str = "file") -> str:
    """`said` as the name of a file: one line, no path, no quotes, no marks that turn the reading direction."""
    text = unicodedata.normalize("NFC", said)
    text = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    text = re.sub(r'[/\\:*?"<>|;%]+', "-", text)
    text = re.sub(r"\s+", " ", text).strip(" .-")[:LONGEST].strip(" .-")
    return f"_{text}" if RESERVED.match(text) else text or otherwise


def attachment(said: str) -> str:
    """The Content-Disposition of a file to be kept (RFC 6266): plain letters for everybody, all letters for who can."""
    name = file_name(said)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip(" .-") or "file"
    if name == plain:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
