"""Teams: the groups leads are routed to and managers look after."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row


class Team(Row):
    """A sales team. `segment` is a code of the playbook's segments, '' for a team outside them."""

    retention = "business"

    name = models.TextField(unique=True)
    segment = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
