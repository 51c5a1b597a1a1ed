"""Tags of the deal pages."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def draw_panel(context: template.Context, one: Any) -> str:
    """A panel of the deal page, drawn with its own context over that of the page."""
    drawn = context.template.engine.get_template(one.template)
    with context.push(**one.context):
        return drawn.render(context)
