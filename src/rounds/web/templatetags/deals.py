"""Words of deals: stages, ages, categories, and the values one edits in the list."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rounds.models import Opportunity
from rounds.models.flow.active import active
from rounds.rules.pipeline.planner import AGES
from rounds.web.deals.table import age_of, days_in_stage

register = template.Library()

@register.filter
def stage_title(code: str) -> str:
    """What a stage is called."""
    entry = active().playbook.stages.by_code.get(code)
    return entry.title if entry else code


@register.filter
def process_title(code: str) -> str:
    """What a process stage is called."""
    entry = active().playbook.process.by_code.get(code)
    return entry.title if entry else code


@register.filter
def forecast_title(code: str) -> str:
    return active().playbook.closing.forecast.titles.get(code, code)


@register.filter
def lost_title(code: str) -> str:
    entry = active().playbook.closing.lost.by_code.get(code)
    return entry.title if entry else code


@register.filter
def past_close(deal: Opportunity, at: datetime) -> bool:
    """Whether an open deal should have closed by now."""
    return deal.is_open and deal.close_on is not None and deal.close_on < at.date()


@register.simple_tag
def deal_age(deal: Opportunity) -> SafeString:
    """Days in the stage, and how the deal is doing in its process stage."""
    days, age = days_in_stage(deal), age_of(deal)
    told = format_html("{} d", f"{days:,}")
    if age in ("slow", "stalled"):
        return format_html('{} <div class="clk clk-soon">{}</div>', told, AGES[age])
    return told


@register.inclusion_tag("lists/cell.html", takes_context=True)
def deal_cell(context: template.Context, deal: Opportunity, name: str) -> dict[str, Any]:
    """A value that is edited where it stands."""
    from rounds.web.deals.cells import EDITED, said_of

    _, shown = said_of(deal, name)
    return {"cell": SimpleNamespace(url=f"/opportunities/{deal.id}/values/{name}/", label=EDITED[name], shown=shown), "changed": False}


@register.filter
def competitor_kind(code: str) -> str:
    return next((one.title for one in active().playbook.closing.competitors.kinds if one.kind == code), code)


@register.filter
def competitor_status(code: str) -> str:
    return next((one.title for one in active().playbook.closing.competitors.statuses if one.status == code), code)
