"""Patient data of a proof of concept: whether there is any, and that it is back or gone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.deals.pocs import Below


class PhiDetermination(Below):
    """Compliance says whether the data set named involves patient data. The last one holds; without one it does."""

    append_only = True

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="determinations")
    involved = models.BooleanField()
    data_set = models.TextField()
    why = models.TextField()


class PocDataClock(Below):
    """Until when patient data must be returned or destroyed, from the end of the POC or of the BAA (PLUS-27), and the
    certificate: how, by whom, on which day. Without a certificate it stays red."""

    poc = models.OneToOneField("rounds.Poc", on_delete=models.CASCADE, related_name="data_clock")
    cause = models.TextField()
    started_on = models.DateField()
    due_on = models.DateField()
    method = models.TextField(blank=True, default="")
    data_set = models.TextField(blank=True, default="")
    done_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    certificate = models.TextField(blank=True, default="")
    certified_to = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    certified_name = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="poc_data_open", condition=Q(done_at=None))]
