"""The flow: events, deliveries, batches, runs and playbook versions."""

from rounds.models.flow.batches import Batch, UniverseRun
from rounds.models.flow.events import Delivery, Event
from rounds.models.flow.outward import Release
from rounds.models.flow.playbooks import PlaybookDraft, PlaybookVersion
from rounds.models.flow.requests import IdempotentRequest

__all__ = [
    "Batch",
    "Delivery",
    "Event",
    "IdempotentRequest",
    "PlaybookDraft",
    "PlaybookVersion",
    "Release",
    "UniverseRun",
]
