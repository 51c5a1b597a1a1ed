"""What leads can be listed, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from rounds.models.leads.activities import LeadActivity
from rounds.models.leads.hygiene import checks, undone_q
from rounds.models.leads.leads import Lead
from rounds.models.leads.queues import queues
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import BANDS, SCORE_FIELDS, YES_NO, picked, words


def disagree_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Leads whose two scoring models name different bands (CQS-11)."""
    differ = ~Q(band=F("quick_band"))
    return differ if values[0] == "yes" else ~differ


BANT = (("met", "Met"), ("at_risk", "At risk"), ("not_met", "Not met"), ("unknown", "Unknown"))
"""What a qualification sheet comes to (rules/qualification)."""


def marketing_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Leads that are marketing's own: a lifecycle beside the status (C-16)."""
    return ~Q(lifecycle="") if values[0] == "yes" else Q(lifecycle="")


def answered_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Leads one of us turned to: an act of ours that was not withdrawn (PLUS-20)."""
    ours = Exists(LeadActivity.objects.filter(lead=OuterRef("pk"), direction="out", withdrawn_at=None))
    return Q(ours) if values[0] == "yes" else ~Q(ours)


LEADS: Listing = listing(
    "lead", Lead,
    (
        Field("name", "Name", "text", sortable=True),
        Field("words", "Words", "words", custom=words("lead")),
        Field("organization", "Organisation", "text", sortable=True),
        Field("email", "E-mail", "text"),
        Field("status", "Status", "choice", choices=picked("lead_status"), sortable=True),
        Field("undone", "Left undone", "choice", choices=checks("lead"), custom=undone_q("lead")),
        Field("bant", "BANT", "choice", choices=lambda: BANT, sortable=True),
        Field("lifecycle", "Marketing-owned", "bool", choices=YES_NO, custom=marketing_q),
        Field("source", "Source", "choice", choices=picked("lead_source")),
        Field("quick", "Quick score", "int", "quick_total", sortable=True),
        Field("quick_band", "Quick band", "choice", choices=lambda: BANDS),
        Field("disagree", "Models disagree", "bool", choices=YES_NO, custom=disagree_q),
        Field("queue", "Queue", "choice", choices=queues),
        Field("answered", "Answered", "bool", choices=YES_NO, custom=answered_q),
        Field("hand_raise", "Hand-raise", "bool", choices=YES_NO),
        Field("captured", "Created", "when", "captured_at", sortable=True),
        *SCORE_FIELDS,
    ),
    opens_with=("-heat", "-captured"), fetch=("owner", "account"),
    defaults=("account", "band", "score", "known", "heat", "status", "owner"),
)  # fmt: skip
