"""Versions of the paper: text or file, each with the digest of its bytes (LEGAL-07)."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from django.db.models import Max

from rounds.actions.deals.contract_given import ContractRefused, locked, said_text, tell
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import phi
from rounds.kit.actor import Actor
from rounds.models import Contract, ContractVersion
from rounds.models.base import signature
from rounds.models.flow.active import active

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
}
BEGINS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04"}
FROM = {"ours": "Ours", "theirs": "Theirs", "signed": "Signed"}
MOST_TEXT = 400_000


@phi.texts("label", "text", hold=False)
def keep(
    contract: Contract, *, label: str = "", text: str = "", body: bytes | None = None, file_name: str = "", from_whom: str = "ours",
    by: Actor, at: datetime,
) -> ContractVersion:  # fmt: skip
    """Keep a version: its text, or a file (PDF, DOCX, TXT). The same bytes again answer the version that is there.

    Of an executed contract only the signed copy is kept. Effects: ContractVersion, contract.version_kept, an audit entry.
    Raises ContractRefused (422).
    """
    if from_whom not in FROM:
        raise ContractRefused(f"Say whose paper it is: {', '.join(FROM)}.", field="from_whom")
    if bool(text.strip()) == (body is not None):
        raise ContractRefused("Send the text or a file, one of them.", field="text")
    label = said_text(label, 120, "label")
    text = said_text(text, MOST_TEXT, "text")
    media, name = ("text/plain", "") if body is None else _media(file_name, body)
    raw = text.encode() if body is None else body
    digest = hashlib.sha256(raw).hexdigest()
    with deed(by):
        row = locked(contract)
        if not row.is_open and from_whom != "signed":
            raise ContractRefused("It is executed: only the signed copy is kept now.", field="from_whom")
        there = ContractVersion.objects.defer("body").filter(contract=row, sha256=digest, from_whom=from_whom).first()
        if there is not None:
            return there
        number = (ContractVersion.objects.filter(contract=row).aggregate(last=Max("number"))["last"] or 0) + 1
        made = ContractVersion.objects.create(contract=row, number=number, label=label, file_name=name, media=media, text=text, body=body,
                                              size=len(raw), sha256=digest, from_whom=from_whom, **signature(by, at))  # fmt: skip
        tell("contract.version_kept", row, {"number": number, "label": label, "sha256": digest}, by=by, at=at)
    return made


def whole(version: ContractVersion) -> tuple[bytes, bool]:
    """The bytes of a version, and whether they still have the digest they were kept with."""
    raw = bytes(version.body) if version.body is not None else version.text.encode()
    return raw, hashlib.sha256(raw).hexdigest() == version.sha256


def last(contract: Contract) -> ContractVersion | None:
    """The newest version, without its bytes."""
    return ContractVersion.objects.defer("body", "text").filter(contract=contract).order_by("-number").first()


def _media(file_name: str, body: bytes) -> tuple[str, str]:
    """The kind of a file by its name and its first bytes, and a name that is safe to give back."""
    name = re.sub(r"[^A-Za-z0-9 ._()-]+", "_", file_name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")[:120]
    kind = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    most = active().playbook.contracts.files.megabytes
    if kind not in MEDIA:
        raise ContractRefused("Keep a PDF, a DOCX or a TXT file.", field="file")
    if not body or len(body) > most * 1024 * 1024:
        raise ContractRefused(f"The file is empty or larger than {most} MB.", field="file")
    if kind in BEGINS and not body.startswith(BEGINS[kind]):
        raise ContractRefused(f"This is no {kind.upper()} file, whatever its name says.", field="file")
    return MEDIA[kind], name
