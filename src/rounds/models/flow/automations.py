"""Automation runs: what was started, by what, and what each of its steps came to; switches and ticks of the clock."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class AutomationRun(Row, Signed):
    """One automation started by one cause: an event, a period of a schedule, an entry into a state.

    `by` and `at` are the cause's: who did what started it, when. `cause` is the event's id, or a name-based one, so
    that (cause, automation) is unique whatever starts twice. `root` is the first cause of the chain, `parent` the run
    whose deed led here. `playbook_hash` is the version it began with and goes on with. States: unmet, refused (by the
    guard), running, then the worst of its steps: failed, refused, waiting, done. `lines`: the conditions as found.
    """

    retention = "business"
    sight = "event"

    automation = models.TextField()
    title = models.TextField()
    playbook_hash = models.TextField()
    cause = models.UUIDField()
    cause_kind = models.TextField()
    cause_at = models.DateTimeField()
    lead_id = models.UUIDField(null=True, blank=True)
    account_id = models.UUIDField(null=True, blank=True)
    opportunity_id = models.UUIDField(null=True, blank=True)
    batch_id = models.UUIDField(null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="led_to", db_index=False)
    root = models.UUIDField()
    depth = models.SmallIntegerField(default=0)
    state = models.TextField(default="running")
    reason = models.TextField(blank=True, default="")
    lines = models.JSONField(default=list, blank=True)
    payload = models.JSONField(default=dict, blank=True)
    """What a schedule or a state said; what an event said stands with the event alone, and goes where that goes."""
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause", "automation"], name="automation_run_once")]
        indexes = [
            models.Index(fields=["automation", "-started_at"], name="automation_run_of"),
            models.Index(fields=["lead_id", "-started_at"], name="automation_run_lead"),
            models.Index(fields=["opportunity_id", "-started_at"], name="automation_run_deal", condition=models.Q(opportunity_id__isnull=False)),
            models.Index(fields=["touched_at"], name="automation_run_open", condition=models.Q(state="running")),
        ]

    def __str__(self) -> str:
        return self.title


class AutomationStep(Row, Signed):
    """One deed of a run. States: planned, delayed (until due_at), retrying (at due_at), then done, refused (why),
    waiting (for what), failed (error) or skipped (why). `by` is the automation, acting."""

    retention = "business"
    sight = "event"

    run = models.ForeignKey("rounds.AutomationRun", on_delete=models.CASCADE, related_name="steps", db_index=False)
    position = models.SmallIntegerField()
    verb = models.TextField()
    title = models.TextField()
    lead_id = models.UUIDField(null=True, blank=True)
    account_id = models.UUIDField(null=True, blank=True)
    opportunity_id = models.UUIDField(null=True, blank=True)
    state = models.TextField(default="planned")
    inline = models.BooleanField(default=False)
    outcome = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")
    result = models.JSONField(default=dict, blank=True)
    attempts = models.SmallIntegerField(default=0)
    minutes = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ms = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="automation_step_once")]
        indexes = [
            models.Index(fields=["lead_id", "ended_at"], name="automation_step_lead", condition=models.Q(lead_id__isnull=False)),
            models.Index(fields=["account_id", "ended_at"], name="automation_step_account",
                         condition=models.Q(lead_id__isnull=True, account_id__isnull=False)),
            models.Index(fields=["opportunity_id", "ended_at"], name="automation_step_deal", condition=models.Q(opportunity_id__isnull=False)),
            models.Index(fields=["ended_at", "state"], name="automation_step_ended"),
        ]  # fmt: skip


class AutomationSwitch(Row, Signed):
    """Somebody switched an automation on or off, and said why. The last word holds; none: what the playbook says."""

    retention = "business"
    append_only = True

    automation = models.TextField()
    on = models.BooleanField()
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["automation", "-at"], name="automation_switch")]


class ScheduleTick(Row):
    """A period of a schedule that was looked after. `started` False: it was due before the schedule was there."""

    retention = "working"
    sight = "closed"

    job = models.TextField()
    period = models.TextField()
    started = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="schedule_tick_once")]
