"""The flow: events, deliveries, batches, runs and playbook versions."""

from rounds.models.flow.automations import AutomationRun, AutomationStep, AutomationSwitch, ScheduleTick
from rounds.models.flow.batches import Batch, UniverseRun
from rounds.models.flow.deliveries import Delivery, OutboundRoute
from rounds.models.flow.events import Event
from rounds.models.flow.imports import Import, ImportChunk, ImportMapping, ImportRow
from rounds.models.flow.outward import OutboundHold, Release
from rounds.models.flow.playbooks import PlaybookDraft, PlaybookVersion
from rounds.models.flow.requests import IdempotentRequest

__all__ = [
    "AutomationRun",
    "AutomationStep",
    "AutomationSwitch",
    "Batch",
    "Delivery",
    "Event",
    "IdempotentRequest",
    "Import",
    "ImportChunk",
    "ImportMapping",
    "ImportRow",
    "OutboundHold",
    "OutboundRoute",
    "PlaybookDraft",
    "PlaybookVersion",
    "Release",
    "ScheduleTick",
    "UniverseRun",
]
