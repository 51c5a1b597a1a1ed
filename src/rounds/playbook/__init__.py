"""The playbook: the company's method as YAML, read strictly, checked for sense, named by its content.

`load(path)` reads one, `default()` is the shipped one, `findings` says what is odd about it, `keys` lists the
choices it makes between readings and `with_set` tries another. `default/` holds the files.
"""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.choices import Key, UnknownKey, keys, with_set
from rounds.playbook.completing import CannotComplete, Completed, completed
from rounds.playbook.finding import Finding
from rounds.playbook.loader import PlaybookRefused, default, load, read_only
from rounds.playbook.loader import folder_of as _folder_of
from rounds.playbook.merging import merged
from rounds.playbook.vocabulary import VOCABULARY, Fact

__all__ = [
    "VOCABULARY",
    "CannotComplete",
    "Completed",
    "Fact",
    "Finding",
    "Key",
    "Playbook",
    "PlaybookRefused",
    "UnknownKey",
    "completed",
    "default",
    "findings",
    "keys",
    "load",
    "may_add",
    "merged",
    "read_only",
    "with_set",
]


def findings(playbook: Playbook) -> list[Finding]:
    """What is wrong or odd, in reading order (see `playbook/checks`)."""
    from rounds.playbook.checks import findings as find

    return find(playbook)


def may_add(file: str) -> bool:
    """Whether a company may have a file of this name beside the shipped ones: an automation of its own."""
    return _folder_of(file) is not None
