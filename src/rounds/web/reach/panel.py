"""The sequences somebody is in, as a panel of a lead, a contact or a deal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import may
from rounds.access.scope import visible
from rounds.models import Enrolment
from rounds.web.reach.enrolment_table import gather
from rounds.web.reach.enrolment_words import state_of, title_of

MOST = 5
PLACES = {"lead_id": "leads", "contact_id": "contacts", "opportunity_id": "opportunities"}


def enrolled(request: HttpRequest, **about: Any) -> dict[str, Any]:
    """`sequences`: the enrolments of a record (`lead_id=…`), those under way first; `enrol`: where one more is begun. Two queries;
    none for whoever enrols nobody."""
    if not may(request.user, "sequences.enrol"):
        return {"sequences": None}
    rows = list(visible(Enrolment, request.scope).filter(**about).select_related("sender").order_by("state", "-at")[:MOST])
    gather(rows)
    name, key = next(iter(about.items()))
    return {"enrol": f"/{PLACES[name]}/{key}/enrolments/new/", "sequences": [(row, title_of(row.sequence), state_of(row)) for row in rows]}
