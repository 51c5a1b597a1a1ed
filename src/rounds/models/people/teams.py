"""Teams: the groups leads are routed to and managers look after."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row


class Team(Row):
    """A sales team. `segment` is a code of the playbook's segments, '' for a team outside them.

    `manager` looks after it whatever team they themselves stand in: one person may look after several.
    """

    retention = "business"

    name = models.TextField(unique=True)
    segment = models.TextField(blank=True, default="")
    manager = models.ForeignKey(
        "rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="teams_managed"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
