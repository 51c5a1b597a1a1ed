"""Events of a lead's qualification and conversion."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class SheetAnswered(Payload):
    item: str
    answer: str
    before: str
    bant: str


class LeadQualified(Payload):
    """`way`: gate or override."""

    way: str
    unmet: list[str]
    reason: str = ""


class LeadConverted(Payload):
    opportunity: str
    account_made: bool
    contact_made: bool
    missing: list[str]
    """What stage 1 asks for and was not there (QUAL-10)."""


LIFE: dict[str, type[Payload]] = {
    "lead.sheet_answered": SheetAnswered,
    "lead.qualified": LeadQualified,
    "lead.converted": LeadConverted,
}
