"""Words of meetings in lists."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from rounds.models import Meeting
from rounds.web.reach.meeting_words import state_of
from rounds.web.templatetags.marks import tag

register = template.Library()


@register.simple_tag
def meeting_state(row: Meeting, at: datetime) -> SafeString:
    """The state of a meeting; one whose time is over waits to be recorded."""
    return tag(*state_of(row, at))
