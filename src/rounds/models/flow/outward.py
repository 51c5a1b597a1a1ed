"""Whether this database may speak to the outside: a restored copy may not until a person releases it."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class Release(Row, Signed):
    """A person let this database speak: it names the server and timeline it was given for.

    A copy restored from a backup, or from a dump, stands on another timeline or server, so that no release fits it.
    """

    retention = "evidence"
    append_only = True
    sight = "closed"

    system = models.TextField()
    timeline = models.BigIntegerField()
    reason = models.TextField(blank=True, default="")


class OutboundHold(Row, Signed):
    """Somebody stopped everything that leaves, and said why; it lasts until somebody lifts it."""

    retention = "evidence"
    sight = "closed"

    reason = models.TextField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.TextField(blank=True, default="")
    lifted_why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=models.Q(lifted_at=None), name="outbound_one_hold"),
        ]
