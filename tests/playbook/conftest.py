"""The shipped files, and a way to change a few words of them."""

from __future__ import annotations

import pytest

from rounds.playbook import default, findings, read_only


@pytest.fixture
def files() -> dict[str, str]:
    return dict(default().files)


@pytest.fixture
def edited(files):
    """edited(file, old, new) → the playbook's files with one text replaced; it must be there."""

    def edit(file: str, old: str, new: str) -> dict[str, str]:
        assert old in files[file], f"{old!r} is not in {file}"
        files[file] = files[file].replace(old, new, 1)
        return files

    return edit


@pytest.fixture
def said(edited):
    """said(file, old, new) → the findings after that change, as (severity, text)."""

    def say(file: str, old: str, new: str) -> list[tuple[str, str]]:
        return [(finding.severity, str(finding)) for finding in findings(read_only(edited(file, old, new)))]

    return say
