"""Expansion: what a customer could use next, and the deal it became."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class Expansion(Row, Signed):
    """An idea of a kind of the playbook, found by somebody or by the weekly look (`why` says on what grounds)."""

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="expansions", db_index=False)
    kind = models.TextField()
    title = models.TextField()
    why = models.TextField(blank=True, default="")
    opportunity = models.OneToOneField(
        "rounds.Opportunity", null=True, blank=True, on_delete=models.SET_NULL, related_name="expansion_of"
    )
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "title"], name="expansion_open_once",
                                    condition=Q(opportunity=None, dropped_at=None)),
        ]  # fmt: skip
        indexes = [models.Index(fields=["customer", "-at"], name="expansion_customer")]

    def __str__(self) -> str:
        return self.title
