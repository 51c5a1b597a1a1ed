"""Duplicates: pairs of records that may be one, and what was merged into what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed
from rounds.models.sealed import SealedText

NOUNS = ("account", "contact", "lead")


class DuplicatePair(Row):
    """Two records of one noun that the rule of duplicates.yaml takes for the same, `one` the older of the two.

    State: open, apart (somebody said that they are two), merged, gone (no longer alike). Why they are alike is not
    kept: it is asked of the rule when it is shown, of what its reader may see.
    """

    retention = "working"
    sight = "pair"

    noun = models.TextField()
    account = models.ForeignKey("rounds.Account", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    other_account = models.ForeignKey("rounds.Account", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey("rounds.Contact", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    other_contact = models.ForeignKey("rounds.Contact", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    lead = models.ForeignKey("rounds.Lead", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    other_lead = models.ForeignKey("rounds.Lead", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    points = models.SmallIntegerField()
    group = models.TextField()
    state = models.TextField(default="open")
    playbook_hash = models.TextField(default="")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=[noun, f"other_{noun}"], name=f"pair_of_{noun}s_once", condition=~Q(**{noun: None}))
            for noun in NOUNS
        ]
        indexes = [models.Index(fields=["noun", "-points", "id"], name="pair_open", condition=Q(state="open"))]

    @property
    def one(self) -> models.Model:
        """The older record."""
        return getattr(self, self.noun)

    @property
    def other(self) -> models.Model:
        """The newer record."""
        return getattr(self, f"other_{self.noun}")


class Merge(Row, Signed):
    """One record taken into another. `before` holds, sealed, the columns of both as they stood; `moved` is what was
    below the one that was taken in: {"model.field": [ids]}. What could not be undone keeps its own history."""

    retention = "business"
    sight = "pair"

    noun = models.TextField()
    account = models.ForeignKey("rounds.Account", null=True, on_delete=models.CASCADE, related_name="+")
    other_account = models.ForeignKey("rounds.Account", null=True, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey("rounds.Contact", null=True, on_delete=models.CASCADE, related_name="+")
    other_contact = models.ForeignKey("rounds.Contact", null=True, on_delete=models.CASCADE, related_name="+")
    lead = models.ForeignKey("rounds.Lead", null=True, on_delete=models.CASCADE, related_name="+")
    other_lead = models.ForeignKey("rounds.Lead", null=True, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField(blank=True, default="")
    before = SealedText(blank=True, default="")
    moved = models.JSONField(default=dict)
    taken = models.JSONField(default=list)
    """The columns whose value came from the record that was taken in."""
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.TextField(blank=True, default="")
    left = models.IntegerField(default=0)
    """Things that were not given back, because somebody had changed them meanwhile."""

    class Meta:
        indexes = [models.Index(fields=["-at", "id"], name="merge_at")]

    @property
    def kept(self) -> models.Model:
        """The record that stays."""
        return getattr(self, self.noun)

    @property
    def lost(self) -> models.Model:
        """The record that was taken into it."""
        return getattr(self, f"other_{self.noun}")
