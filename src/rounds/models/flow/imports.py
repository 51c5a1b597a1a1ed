"""Imports: a file of records on its way in, its rows as they were read, and how its columns are understood."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Value
from django.db.models.functions import Now

from rounds.kit.ids import new_id
from rounds.models.base import Row, Signed

STATES = (
    "reading", "mapping", "checking", "ready", "running", "stopped", "done", "undoing", "undone", "refused",
)  # fmt: skip
"""reading: the rows are staged · mapping: a person says what the columns mean · checking, ready: the preview · running,
stopped, done · undoing, undone · refused: it cannot be read."""


class Import(Row, Signed):
    """One file. Its batch has the same id; `plan` says how it is understood, `report` what became of it.

    plan: {columns: [{head, to, rule, values: {said: meant}}], match: [key], owner, release}. `heads` are the cells of the first
    line, `sample` some of the lines below. `file` is the name of the upload in the data directory ("" once it is gone).
    """

    retention = "working"
    sight = "closed"

    user = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    noun = models.TextField()
    name = models.TextField()
    file = models.TextField(blank=True, default="")
    system = models.TextField(blank=True, default="")
    sheet = models.TextField(blank=True, default="")
    encoding = models.TextField(blank=True, default="")
    delimiter = models.TextField(blank=True, default="")
    bytes = models.BigIntegerField(default=0)
    heads = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    plan = models.JSONField(default=dict)
    state = models.TextField(default="reading")
    rows = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    refusal = models.TextField(blank=True, default="")
    step_at = models.DateTimeField(null=True, blank=True)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at", "id"], name="import_latest")]


SEPARATOR = "\x1f"
"""Parts the cells of a staged row; it is taken out of them."""


class ImportRow(models.Model):
    """One line of the file, staged by COPY: its cells, what they were understood to say, and what becomes of it.

    Not a record: nobody but the import that staged it looks at it, and it goes with it. `cells` are parted by the unit
    separator (one text, so that an erasure finds addresses in it as anywhere). Columns have defaults of the database's own,
    because COPY names only some. `external`, `email`, `domain`,
    `place` ("plain name|NY") and `ccn` are what it is matched by, `parent` and `person` what it hangs on.
    """

    retention = "working"
    append_only = False
    sight = "closed"

    id = models.UUIDField(primary_key=True, default=new_id, db_default=RandomUUID(), editable=False)
    of = models.ForeignKey("rounds.Import", on_delete=models.CASCADE, related_name="staged", db_index=False)
    number = models.IntegerField()
    line = models.IntegerField()
    cells = models.TextField(default="", db_default="")
    said = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    external = models.TextField(default="", db_default="")
    email = models.TextField(default="", db_default="")
    domain = models.TextField(default="", db_default="")
    place = models.TextField(default="", db_default="")
    ccn = models.TextField(default="", db_default="")
    parent = models.TextField(default="", db_default="")
    account_id = models.UUIDField(null=True)
    lead_id = models.UUIDField(null=True)
    contact_id = models.UUIDField(null=True)
    opportunity_id = models.UUIDField(null=True)
    target = models.UUIDField(null=True)
    verdict = models.TextField(default="", db_default="")
    says = models.TextField(default="", db_default="")
    fault = models.TextField(default="", db_default="")
    answer = models.TextField(default="", db_default="")
    outcome = models.TextField(default="", db_default="")
    made = models.UUIDField(null=True)
    before = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["of", "verdict", "number"], name="import_row_verdict")]


class ImportChunk(Row):
    """A chunk that was written: its row is made in the transaction that writes it, so that none is written twice.
    `at` is the moment every row of it carries, `written_at` the database's own of its end; `undone_at` when it was taken back."""

    retention = "working"
    sight = "closed"

    of = models.ForeignKey("rounds.Import", on_delete=models.CASCADE, related_name="chunks", db_index=False)
    number = models.IntegerField()
    at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now())
    counts = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    left = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_chunk_once")]


class ImportMapping(Row, Signed):
    """How a file with these headers was understood last: remembered by noun and signature of the headers."""

    retention = "working"
    sight = "closed"

    noun = models.TextField()
    signature = models.TextField()
    plan = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["noun", "signature"], name="import_mapping_once")]
