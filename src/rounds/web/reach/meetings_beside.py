"""The meetings of a lead, a contact or a deal, beside its page, with the link on which that person books."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import reads
from rounds.access.scope import visible
from rounds.actions.reach import meeting_links
from rounds.kit.clock import now
from rounds.models import BookingPage, Contact, Lead, Meeting, Opportunity
from rounds.models.flow.active import active
from rounds.web.reach.meeting_words import state_of

MOST = 5


def beside(request: HttpRequest, who: Lead | Contact | Opportunity) -> dict[str, Any]:
    """Two queries; none for a role that does not work with tasks."""
    if not reads(request.user, "task"):
        return {"meets": None}
    name, at = who._meta.model_name, now()
    rows = list(visible(Meeting, request.scope).filter(**{str(name): who}).select_related("host").order_by("-starts_at")[: MOST + 1])
    mine = BookingPage.objects.filter(user=request.user, off_at=None, kind__in=list(active().playbook.meetings.kinds)).order_by("at").first()
    return {"meets": {"rows": [{"row": row, "state": state_of(row, at)} for row in rows[:MOST]], "more": len(rows) > MOST, "new": f"/meetings/new/?{name}={who.pk}",
                      "link": meeting_links.link_for(mine, who) if mine is not None else "", "days": active().playbook.meetings.link_days,
                      "plays": f"/linkedin/?{name}={who.pk}" if name != "opportunity" else "", "log": f"/log/?{name}={who.pk}"}}  # fmt: skip
