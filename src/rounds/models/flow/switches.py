"""Which automations are on: as the last switch says, else as the playbook does."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from rounds.models import AutomationSwitch
from rounds.models.flow.active import Active
from rounds.playbook.shapes.automation import Automation


def switched_on(now: Active) -> dict[str, Automation]:
    """The automations that are on: as the last switch says, else as the playbook does."""
    said = dict(last_switches().values_list("automation", "on"))
    return {code: one for code, one in now.playbook.automations.items() if said.get(code, one.enabled)}


def switched_at() -> dict[str, datetime]:
    """When each automation that was ever switched was switched last."""
    return dict(last_switches().values_list("automation", "at"))


def last_switches() -> QuerySet[AutomationSwitch]:
    """The last switch of each automation that was ever switched."""
    return AutomationSwitch.objects.order_by("automation", "-at", "-id").distinct("automation")
