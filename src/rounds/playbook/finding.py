"""One thing the playbook's reader noticed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence one can act on. Errors refuse activation; warnings and notes do not."""

    severity: Literal["error", "warning", "note"]
    file: str
    line: int
    sentence: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence} {self.mend}".rstrip()


def by_line(findings: Iterable[Finding]) -> list[Finding]:
    """In reading order."""
    return sorted(findings, key=lambda finding: (finding.file, finding.line, finding.sentence))
