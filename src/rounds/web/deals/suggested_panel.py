"""Who is on the mail of the deal and not on its committee, beside it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest

from rounds.access.allowed import may_change, reads
from rounds.access.fields import shows
from rounds.analytics.deals.suggested import suggested
from rounds.models import Opportunity
from rounds.web.deals.panels import Made, panel
from rounds.web.reach import mail_shown


@panel("suggested", place="aside", order=41)
def people(request: HttpRequest, deal: Opportunity) -> Made:
    """Nothing where nobody is, or where the viewer puts nobody on it."""
    if not deal.is_open or not reads(request.user, "contact") or not shows(request.user, "contact.email") or not may_change(request.user, deal)\
            or not mail_shown.of_deal(request, deal.pk)["threads"]:
        return None
    found = suggested(deal, request.scope)
    if not found:
        return None
    rows = [{"one": one, "new": "/contacts/new/?" + urlencode({"account": deal.account_id, "opportunity": deal.pk, "name": one.name, "title": one.title,
                                                               "email": one.address})} for one in found]  # fmt: skip
    return "deals/panels/suggested.html", {"suggested": rows}
