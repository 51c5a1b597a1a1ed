"""Words of quotes, demos and proofs of concept in their lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from rounds.models import Demo, Quote
from rounds.models.deals.quote_listing import models
from rounds.models.flow.active import active
from rounds.web.deals.demo_words import STATES
from rounds.web.deals.quote_shown import STATES as QUOTED
from rounds.web.templatetags.marks import tag

register = template.Library()


@register.filter
def under(found: Mapping[Any, Any], key: Any) -> Any:
    """What is kept under a row's key; None where nothing is."""
    return found.get(key)


@register.filter
def demo_kind(code: str) -> str:
    """What a type of demo is called."""
    found = active().playbook.demos.types.get(code)
    return found.title if found else code


@register.simple_tag
def demo_state(demo: Demo, at: datetime) -> SafeString:
    """The state of a demo; one whose time is over waits to be recorded."""
    return tag("To record", "s-soon", "hourglass") if demo.is_planned and demo.starts_at < at else tag(*STATES[demo.state])


@register.filter
def quote_model(code: str) -> str:
    """What a pricing model is called."""
    return dict(models()).get(code, code)


@register.simple_tag
def quote_state(quote: Quote) -> SafeString:
    """The state of a quote."""
    return tag(*QUOTED[quote.state])
