"""The mail of the deal: its threads, the latest first."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.models import Opportunity
from rounds.web.deals.panels import Made, panel
from rounds.web.deals.timeline_words import tell
from rounds.web.reach import mail_shown, mail_words

tell(mail_words.SAYS, mail_words.ICONS)


@panel("mail", place="main", order=85)
def mail(request: HttpRequest, deal: Opportunity) -> Made:
    """The latest threads. One query, two where there is mail."""
    found = {**mail_shown.of_deal(request, deal.pk), "write": mail_shown.where_to_write(request, deal)}
    return ("reach/mail_panel.html", found) if found["threads"] or found["write"] else None
