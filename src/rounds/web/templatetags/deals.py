"""Words of deals: stages, ages, categories, and the values one edits in the list."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.deals import ages
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

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
    return deal.is_open and deal.close_on is not None and deal.close_on < house_day(at)


@register.filter
def in_process(deal: Opportunity, at: datetime) -> str:
    """Days in the process stage."""
    return f"{ages.process_days(deal, at):,}"


@register.filter
def pace(deal: Opportunity, at: datetime) -> str:
    """On track, slow or stalled; of a closed deal "Closed"."""
    return ages.age_of(deal, active().playbook, at).word if deal.is_open else "Closed"


@register.simple_tag
def deal_age(deal: Opportunity) -> SafeString:
    """Days in the stage; of a deal that is slow or stalled, its days in the process stage as well, which that is judged by."""
    told = format_html("{} d", f"{ages.stage_days(deal, now()):,}")
    if not deal.is_open:
        return told
    if (age := ages.age_of(deal, active().playbook, now())).state != "on_track":
        return format_html('{} <div class="sub !text-soon">{}: {} d in process</div>', told, age.word, f"{age.process:,}")
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
