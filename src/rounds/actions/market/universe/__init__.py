"""The hospital universe as accounts: each verb writes one chunk of what changed, and nothing where nothing did."""

from __future__ import annotations

from rounds.actions.market.universe.accounts import Written, settle_branches, write_accounts
from rounds.actions.market.universe.closing import TooManyClosed, check_closing, close_missing
from rounds.actions.market.universe.facts import FactsWritten, Speaking, newer_here, write_facts
from rounds.actions.market.universe.runs import RunGoesOn, ask, begin, finish, note_progress, stop
from rounds.actions.market.universe.verdicts import needing_verdicts, write_verdicts
from rounds.actions.market.universe.wanted import Wanted, wanted_accounts

__all__ = [
    "FactsWritten",
    "RunGoesOn",
    "Speaking",
    "TooManyClosed",
    "Wanted",
    "Written",
    "ask",
    "begin",
    "check_closing",
    "close_missing",
    "finish",
    "needing_verdicts",
    "newer_here",
    "note_progress",
    "settle_branches",
    "stop",
    "wanted_accounts",
    "write_accounts",
    "write_facts",
    "write_verdicts",
]
