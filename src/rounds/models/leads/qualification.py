"""The qualification sheet of a lead: every answer ever given, and every time the gate was passed."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class QualificationAnswer(Row, Signed):
    """What somebody said of one item of the sheet: yes, no, or unknown (taken back), with a note. The last one holds;
    none is ever changed, so the history is the rows themselves."""

    retention = "business"
    append_only = True
    sight = "lead"

    lead = models.ForeignKey("rounds.Lead", on_delete=models.CASCADE, related_name="sheet_answers")
    item = models.TextField()
    answer = models.TextField()
    note = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["lead", "item", "-at"], name="sheet_answer")]


class QualificationPass(Row, Signed):
    """The gate was passed: `way` gate or override (with its reason), what stood then, and by which playbook."""

    retention = "business"
    append_only = True
    sight = "lead"

    lead = models.ForeignKey("rounds.Lead", on_delete=models.CASCADE, related_name="qualification_passes")
    way = models.TextField()
    reason = models.TextField(blank=True, default="")
    states = models.JSONField(default=dict)
    unmet = models.JSONField(default=list)
    playbook_hash = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["way", "-at"], name="qualification_way")]
