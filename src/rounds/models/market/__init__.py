"""The market: accounts and their facts, scores, tiers, contacts and committees."""

from rounds.models.market.accounts import Account
from rounds.models.market.answers import Answer
from rounds.models.market.contacts import CommitteeSeat, Contact
from rounds.models.market.duplicates import DuplicatePair, Merge
from rounds.models.market.facts import AccountFact
from rounds.models.market.intelligence import Intelligence
from rounds.models.market.scores import ScoreRecord
from rounds.models.market.tiers import TierRecord

__all__ = [
    "Account",
    "AccountFact",
    "Answer",
    "CommitteeSeat",
    "Contact",
    "DuplicatePair",
    "Intelligence",
    "Merge",
    "ScoreRecord",
    "TierRecord",
]
