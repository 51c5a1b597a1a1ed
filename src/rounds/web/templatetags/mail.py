"""The mail about a record, on its page."""

from __future__ import annotations

from typing import Any

from django import template

from rounds.web.reach import mail_shown

register = template.Library()


@register.inclusion_tag("reach/mail_panel.html", takes_context=True)
def mail_about(context: Any, noun: str, key: Any) -> dict[str, Any]:
    """The latest threads about a lead, an account, a contact or a deal (`noun`). Two queries at most."""
    request = context["request"]
    return {**mail_shown.beside(request, **{f"{noun}_id": key}), "user": request.user, "write": mail_shown.where_to_write(request, context.get(noun))}
