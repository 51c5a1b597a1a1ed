"""Reports as they were told: one row a person and version, never changed (REPORT-09, REPORT-11)."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class Report(Row, Signed):
    """A report as `user` was told it: `content` as analytics/reports/content.py writes it, of `period`, about the records at
    `data_at` (as they stood on the day `as_of`, where one is named) as the scope `scope_hash` sees them. `slot` is the time of
    its schedule it was made for, '' where somebody asked. Made again it is a further `version`. `digest` is the SHA-256 of
    all that was told. Only added: the database takes no change and no removal; what records are called stands in ReportWord."""

    retention = "evidence"
    append_only = True
    sight = "viewer"

    user = models.ForeignKey("rounds.User", on_delete=models.PROTECT, related_name="reports", db_index=False)
    kind = models.TextField()
    title = models.TextField()
    slot = models.TextField(blank=True, default="")
    period = models.TextField()
    as_of = models.DateField(null=True, blank=True)
    version = models.IntegerField()
    data_at = models.DateTimeField()
    parameters = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    digest = models.TextField()
    scope_hash = models.TextField()
    playbook_hash = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "period", "version"], name="report_version_once"),
            models.UniqueConstraint(fields=["user", "kind", "slot"], name="report_slot_once", condition=~models.Q(slot="")),
        ]
        indexes = [models.Index(fields=["user", "-at"], name="report_archive")]

    def __str__(self) -> str:
        return self.title


class ReportWord(Row):
    """A name or a text of a record that stands in a report, at `place`: kept beside it so that a person can be erased from it.
    The report holds a seal over `salt` and `text` (rules/reports/words.py). `account_id`: whom its row is about. An erasure
    empties both (ground/erase.sql); nobody else changes it."""

    retention = "evidence"
    append_only = True
    sight = "viewer"

    user = models.ForeignKey("rounds.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey("rounds.Report", on_delete=models.DO_NOTHING, related_name="words", db_constraint=False, db_index=False)
    place = models.IntegerField()
    text = models.TextField(blank=True, default="")
    salt = models.TextField(blank=True, default="")
    account_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "place"], name="report_word_once")]
        indexes = [models.Index(fields=["account_id"], name="report_word_account")]


class ReportWish(Row):
    """Whether `user` wishes a report by mail, where that is not what the playbook says of their role."""

    retention = "working"
    sight = "viewer"
    personal = True

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="report_wishes", db_index=False)
    kind = models.TextField()
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="report_wish_once")]
