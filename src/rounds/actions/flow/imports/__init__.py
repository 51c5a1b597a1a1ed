"""Imports: files of records on their way in. One engine for every noun; its verbs by the step they belong to."""

from __future__ import annotations

from rounds.actions.flow.imports import account, activity, contact, deal, lead, owner, stage, status  # noqa: F401  each makes its noun known
from rounds.actions.flow.imports.begin import (
    answer,
    ask_check,
    ask_run,
    ask_undo,
    begin,
    discard,
    mine,
    one_of,
    release,
    stop,
    would_start,
)
from rounds.actions.flow.imports.nouns import NOUNS
from rounds.actions.flow.imports.planning import ImportRefused, NotNow, need_to_import, plan_for, understand_as

__all__ = [
    "NOUNS", "ImportRefused", "NotNow", "answer", "ask_check", "ask_run", "ask_undo", "begin", "discard", "mine", "need_to_import",
    "one_of", "plan_for", "release", "stop", "understand_as", "would_start",
]  # fmt: skip
