"""Implementations: the project of a won deal, its phases and steps, and how it was planned anew."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from rounds.models.base import Row, Signed


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    exclude=["updated_at"],
    model_name="ImplementationHistory",
)
class Implementation(Row, Signed):
    """A project from the contract to a live customer. The plan was made with `playbook_hash`, and keeps it.

    `ends_on` is the last day of the plan now, `planned_to` the one it began with. What happened has its day and its
    evidence: kickoff, first value, go-live, completion. `merged_into`: another project of the customer took it in.
    """

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey(
        "rounds.Customer", on_delete=models.CASCADE, related_name="implementations", db_index=False
    )
    name = models.TextField()
    kickoff_on = models.DateField()
    kickoff_held_at = models.DateTimeField(null=True, blank=True)
    weeks = models.SmallIntegerField()
    planned_to = models.DateField()
    ends_on = models.DateField()
    signed_on = models.DateField(null=True, blank=True)
    first_value_on = models.DateField(null=True, blank=True)
    first_value_note = models.TextField(blank=True, default="")
    live_on = models.DateField(null=True, blank=True)
    live_note = models.TextField(blank=True, default="")
    completed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_why = models.TextField(blank=True, default="")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged", db_index=False)
    playbook_hash = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-at"], name="implementation_customer"),
            models.Index(fields=["ends_on", "id"], name="implementation_running",
                         condition=Q(completed_at=None, stopped_at=None)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """planned, running, live, done or stopped."""
        if self.stopped_at:
            return "stopped"
        if self.completed_at:
            return "done"
        return "live" if self.live_on else "running" if self.kickoff_held_at else "planned"

    @property
    def is_open(self) -> bool:
        return self.completed_at is None and self.stopped_at is None


RUNNING = Q(completed_at=None, stopped_at=None)
"""Projects that go on."""


class ProjectDeal(Row, Signed):
    """A contract that a project fulfils; a deal stands in one project."""

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    implementation = models.ForeignKey("rounds.Implementation", on_delete=models.CASCADE, related_name="deals")
    opportunity = models.OneToOneField("rounds.Opportunity", on_delete=models.PROTECT, related_name="project_deal")


class ProjectPhase(Row):
    """A phase of a project, as it is planned and as it was planned first."""

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    implementation = models.ForeignKey("rounds.Implementation", on_delete=models.CASCADE, related_name="phases", db_index=False)
    code = models.TextField()
    title = models.TextField()
    position = models.SmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    planned_from = models.DateField()
    planned_to = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["implementation", "code"], name="project_phase_once")]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), model_name="ProjectStepHistory"
)
class ProjectStep(Row):
    """A task or a milestone. `needs` names the steps of the project that end before it begins; `whose`: ours, theirs,
    both. Done on a day by somebody, with what shows it."""

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    implementation = models.ForeignKey("rounds.Implementation", on_delete=models.CASCADE, related_name="steps", db_index=False)
    phase = models.ForeignKey("rounds.ProjectPhase", on_delete=models.CASCADE, related_name="steps")
    code = models.TextField()
    title = models.TextField()
    position = models.SmallIntegerField()
    whose = models.TextField(default="both")
    milestone = models.BooleanField(default=False)
    moves_patient_data = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField()
    planned_from = models.DateField()
    planned_to = models.DateField()
    needs = ArrayField(models.TextField(), default=list, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["implementation", "code"], name="project_step_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="project_step_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["ends_on"], name="project_step_due", condition=Q(done_on=None))]

    def __str__(self) -> str:
        return self.title

    @property
    def days_late(self) -> int:
        """By how many days its end moved from the first plan; below 0 it is early."""
        return ((self.done_on or self.ends_on) - self.planned_to).days


class Replan(Row, Signed):
    """A plan that was changed: why, what moved ({step: [first, last, first now, last now]}), and by how much the end."""

    retention = "business"
    append_only = True
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    implementation = models.ForeignKey("rounds.Implementation", on_delete=models.CASCADE, related_name="replans", db_index=False)
    cause = models.TextField()
    reason = models.TextField(blank=True, default="")
    moved = models.JSONField(default=dict)
    end_before = models.DateField()
    end_after = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["implementation", "-at"], name="replan_implementation")]

    @property
    def days(self) -> int:
        return (self.end_after - self.end_before).days
