"""After a deal is won: the project, how far it is, and how the customer does."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest

from rounds.access.allowed import reads
from rounds.access.scope import visible
from rounds.models import Implementation, Opportunity
from rounds.models.flow.days import house_today
from rounds.web.deals.panels import Made, panel


@panel("customer", place="main", order=15)
def customer(request: HttpRequest, deal: Opportunity) -> Made:
    """The project of a won deal. One query; none for a deal that is not closed."""
    if deal.closed_at is None or not reads(request.user, "customer"):
        return None
    row = visible(Implementation, request.scope).filter(deals__opportunity=deal).select_related("customer__account").annotate(
        of=Count("steps", distinct=True), done=Count("steps", filter=Q(steps__done_on__isnull=False), distinct=True),
        late=Count("steps", filter=Q(steps__done_on=None, steps__ends_on__lt=house_today()), distinct=True)).first()  # fmt: skip
    return ("deals/panels/customer.html", {"project": row}) if row else None
