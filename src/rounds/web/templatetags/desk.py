"""Words and signs of tasks."""

from __future__ import annotations

from django import template

from rounds.models.flow.active import active
from rounds.web.desk.task_words import ICONS
from rounds.web.templatetags.words import length

register = template.Library()


@register.filter
def task_kind(code: str) -> str:
    """The playbook's word for a kind of task."""
    return active().playbook.tasks.kinds.titles.get(code, code)


@register.filter
def task_icon(kind: str) -> str:
    """The sign of what happened with a task."""
    return ICONS.get(kind, "circle-dot")


register.filter("span_words", length)
